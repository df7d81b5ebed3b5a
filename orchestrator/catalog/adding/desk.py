"""Where this process looks at uploaded modules, and what with."""

from django.conf import settings

from orchestrator import shutdown
from orchestrator.contexts import check_dir, store_access
from orchestrator.executors.artefacts import S3ArtefactStore
from orchestrator.executors.base import ExecutorError
from orchestrator.executors.terraform.approved import module_key_of
from orchestrator.executors.terraform.mirror import mirror_find, providers
from orchestrator.executors.terraform.workspace import Tools

from ..loader import LoadedBlueprint
from .checks import Desk, Keep
from .providers import sources


def desk_of_worker() -> Desk:
    """An infrastructure worker's: what it stores goes to the artefact store too. Raises nothing yet."""
    return _desk(keep=_keep)


def desk_of_command() -> Desk:
    """A person's at a terminal, who may have no keys for the artefact store: the first plan puts the module there."""
    return _desk(keep=None)


def _desk(keep: Keep | None) -> Desk:
    tools = Tools(settings.TERRAFORM_BINARY, settings.TERRAFORM_PROVIDER_MIRROR)
    return Desk(
        directory=check_dir,
        tools=tools,
        providers=sources([*settings.TERRAFORM_PROVIDERS_ALLOWED, *_mirrored(tools)]),
        timeout_seconds=settings.BLUEPRINT_CHECK_SECONDS,
        keep=keep,
        should_stop=lambda: "shutdown" if shutdown.requested() else None,
    )


def _mirrored(tools: Tools) -> tuple[str, ...]:
    """Who runs the workers has put them there."""
    try:
        mirror = mirror_find(tools.mirror)
    except ExecutorError:
        return ()  # said when a module is looked at
    return providers(mirror) if mirror else ()


def _keep(loaded: LoadedBlueprint) -> None:
    S3ArtefactStore(store_access()).put(module_key_of(loaded.digest), loaded.archive)
