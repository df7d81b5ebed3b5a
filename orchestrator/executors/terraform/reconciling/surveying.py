"""What there is: state and cloud together, with what was made and not recorded counted in."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from orchestrator.executors.base import Context, Started
from orchestrator.executors.clients import cloud_client
from orchestrator.executors.masking import Secrets
from orchestrator.executors.terraform.adoption.kinds import Cloud, Planned
from orchestrator.executors.terraform.adoption.search import Recorded, Search
from orchestrator.executors.terraform.adoption.table import KINDS
from orchestrator.executors.terraform.drift import configuration_of
from orchestrator.executors.terraform.follower import Follower
from orchestrator.executors.terraform.output import Translator
from orchestrator.executors.terraform.planning import plan_make, plan_show
from orchestrator.executors.terraform.root import import_blocks, shown_address, stack_of
from orchestrator.executors.terraform.rundir import RunDir, write_json
from orchestrator.executors.terraform.state import StateFacts, state_document, state_facts
from orchestrator.executors.terraform.workspace import Workspace

from .comparing import acting

_CLOCKS_DIFFER = timedelta(seconds=60)
# What these make exists in the state alone, so what is not recorded does not exist.
_STATE_ONLY = {
    "terraform.io/builtin/terraform",
    "hashicorp/random",
    "hashicorp/null",
    "hashicorp/time",
    "hashicorp/tls",
}


@dataclass(frozen=True)
class Survey:
    document: Mapping[str, Any]
    """The plan of what is left, as `show -json` has it; it imports what is adopted."""
    search: Search
    facts: StateFacts
    """The state it was planned on."""

    def imports_write(self, work: Workspace, addresses: Iterable[str] | None = None) -> None:
        """Have the next plan import what is adopted and not in the state yet, or only these addresses."""
        _imports_write(work, {each: self.search.adopted[each] for each in addresses or self.unrecorded(work)})

    def unrecorded(self, work: Workspace) -> list[str]:
        """Adopted addresses that the state does not have yet."""
        recorded = _facts(work.context)[0].resources
        return [each for each in self.search.adopted if shown_address(each) not in recorded]


def survey(work: Workspace, approved: Mapping[str, Any], started: Started) -> Survey:
    """Plan again, adopting more each time, until nothing is found any more. Raises ExecutorError or Stopped.

    What is adopted makes values known by which more is found: a network's id its routes, a bucket's its policy.
    """
    context = work.context
    facts, content = _facts(context)
    search = Search(_cloud(context, started), Recorded.of(content), _imported(approved, facts))
    created = {str(each["address"]) for each in _creating(approved)}
    wanted = [each for each in _planned(approved) if shown_address(each.address) not in facts.resources]
    search.look(wanted)
    while True:
        _imports_write(work, search.adopted)
        plan_make(work)
        document = plan_show(work)
        search.recognise(_arns_imported(document))
        if not search.look(each for each in _planned(document) if each.address in created):
            return Survey(document, search, facts)


def unknowable(work: Workspace, approved: Mapping[str, Any], found: Survey, started: Started) -> tuple[str, ...]:
    """Addresses whose creation was begun, or may have been, and of whose type nobody here can say whether it exists."""
    begun = _begun(work.context, started)
    untold = [
        shown_address(address)
        for address, each in acting(found.document).items()
        if "create" in each["change"]["actions"] and not _can_be_told(approved, each)
    ]
    return tuple(address for address in untold if begun is None or address in begun)


def _can_be_told(approved: Mapping[str, Any], resource: Mapping[str, Any]) -> bool:
    if resource["type"] in KINDS:
        return True
    provider = str(resource.get("provider_name", "")).partition("/")
    source = provider[2] if provider[0].startswith("registry.") else str(resource.get("provider_name", ""))
    provisioned = (configuration_of(approved, resource) or {}).get("provisioners")
    return source in _STATE_ONLY and not provisioned


def _begun(context: Context, started: Started) -> set[str] | None:
    """Addresses that the lost apply had begun with, as far as its output is here; None when it is not."""
    run = RunDir(context.run_dir)
    output = run.log("apply-apply", started.number)
    if not output.exists():
        return set() if run.before(started.number).exists() else None
    translator, lines = Translator(lambda line: None, Secrets()), Follower(output)
    for line, end in lines.last():
        translator.line(line, end)
    lines.close()
    return {address for address, _ in translator.report.started}


def _imported(approved: Mapping[str, Any], facts: StateFacts) -> dict[str, str]:
    """What the approved plan itself was to record, and is not recorded."""
    changes = approved.get("resource_changes") or ()
    importing = {each["address"]: each["change"].get("importing") for each in changes}
    return {
        address: str(each["id"])
        for address, each in importing.items()
        if each and each.get("id") and shown_address(address) not in facts.resources
    }


def _arns_imported(document: Mapping[str, Any]) -> Iterator[str]:
    """Of what a plan takes over as it is there."""
    for each in document.get("resource_changes") or ():
        arn = (each["change"].get("before") or {}).get("arn") if each["change"].get("importing") else None
        if arn:
            yield str(arn)


def _creating(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    return (each for each in document.get("resource_changes") or () if each["change"]["actions"] == ["create"])


def _planned(document: Mapping[str, Any]) -> Iterator[Planned]:
    for each in _creating(document):
        change = each["change"]
        yield Planned(each["address"], each["type"], change.get("after") or {}, change.get("after_unknown") or {})


def _imports_write(work: Workspace, adopted: Mapping[str, str]) -> None:
    work.run.imports.unlink(missing_ok=True)
    if adopted:
        write_json(work.run.imports, import_blocks(adopted))


def _facts(context: Context) -> tuple[StateFacts, dict[str, Any]]:
    document, _ = state_document(context.store, stack_of(context))
    return state_facts(document), document


def _cloud(context: Context, started: Started) -> Cloud:
    @cache
    def client(service: str) -> Any:
        return cloud_client(context.cloud, service, session_name=f"infrachat-{context.job_id}")

    since = started.at - _CLOCKS_DIFFER
    return Cloud(client, stack_of(context).id, since, can_be_asked=context.cloud.kind == "aws")
