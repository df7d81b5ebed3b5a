"""The kinds of clouds there are. One more is one more adapter, and one more line here."""

from collections.abc import Callable
from typing import Any

from orchestrator.executors.base import CloudAccess, ExecutorError
from orchestrator.sentences import stated

from .aws import AwsAdapter
from .azure import AzureAdapter
from .base import Adapter
from .google import GoogleAdapter

ADAPTERS: dict[str, Adapter] = {each.kind: each for each in (AwsAdapter(), AzureAdapter(), GoogleAdapter())}


def adapter_of(kind: str) -> Adapter:
    """Raises ExecutorError for a kind that nobody knows."""
    adapter = ADAPTERS.get(kind)
    if adapter is None:
        raise ExecutorError("unknown_cloud", f"There is no cloud called {kind}; there are: {', '.join(ADAPTERS)}.")
    return adapter


def demanded_providers(mentions: Callable[[str], bool]) -> dict[str, Any]:
    """The provider blocks without which Terraform would not look a module over, whatever cloud it is for."""
    return {name: block for each in ADAPTERS.values() for name, block in each.demanded(mentions).items()}


def require_fitting(cloud: CloudAccess, blueprint: str, environment: str, mentions: Callable[[str], bool]) -> None:
    """Raises ExecutorError when all that a module makes is in other clouds than the environment is."""
    wanted = [each for each in ADAPTERS.values() if any(map(mentions, each.marks))]
    if wanted and cloud.kind not in [each.kind for each in wanted]:
        detail = stated(
            "Nothing was planned: %(blueprint)s makes things in %(clouds)s, and %(environment)s is in %(cloud)s. "
            "Ask for it in another environment.",
            blueprint=blueprint,
            clouds=", ".join(each.title for each in wanted),
            environment=environment,
            cloud=adapter_of(cloud.kind).title,
        )
        raise ExecutorError("wrong_cloud", detail)
