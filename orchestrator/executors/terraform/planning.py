"""The planning phase: init, plan, show; what it made is stored for the apply, masked for people."""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from orchestrator.executors.artefacts import ArtefactStore
from orchestrator.executors.base import Context, ExecutorError, PlanOutcome
from orchestrator.executors.credentials.google import STACK_LABEL
from orchestrator.executors.digest import approval_hash, digest_file, digest_text

from . import arguments
from .adoption.kinds import STACK_TAG
from .approved import log_key, module_key, plan_digests, plan_key
from .changes import counted, masked_plan, planned_changes, secrets_of_plan
from .drift import drifted_resources
from .graph import resource_graph
from .marks import all_end
from .output import Report
from .root import module_of, shown_address, stack_of
from .rundir import write_json
from .sentences import drift_sentence, plan_sentence
from .state import StateFacts, state_read
from .ties import Ties
from .workspace import Tools, Workspace
from .written import Written, modules_written

_OUTPUT = re.compile(r'\s*"([A-Za-z0-9_-]+)":')
_MARKED = ("tags", "tags_all", "labels", "effective_labels")


def plan(context: Context, tools: Tools, artefacts: ArtefactStore) -> PlanOutcome:
    """See `orchestrator.executors.base.Executor.plan`."""
    work = Workspace(context, tools, "plan")
    # Of a planning whose worker was lost: it writes into the same files, and an interrupted plan into the state.
    all_end(context.job_id)
    work.prepare()
    with ThreadPoolExecutor(max_workers=5) as pool:
        # Read before the plan is made: whoever writes the state in between makes the plan void, not valid.
        state = pool.submit(state_read, context.store, stack_of(context))
        try:
            work.init()
            facts = state.result()
            work.say("Planning")
            plan_make(work)
        finally:
            log = _quietly(pool, artefacts.put, log_key(context, "plan"), work.raw_log())
        digests, stored = plan_store(work, artefacts, facts, pool)
        document = plan_show(work)
        refuse_foreign(document, stack_of(context).id)
        for future in (*stored, log):
            future.result()
    return outcome_of(work, document, digests)


def plan_make(work: Workspace, targets: Sequence[str] = ()) -> Report:
    """Make the plan file, of everything or of what `targets` need. Raises ExecutorError or Stopped."""
    name, command = "plan", arguments.plan(work.binary, work.context.kind, work.run.plan.name, targets)
    ended, report = work.command(name, command)
    if ended.returncode != 0 and (outputs := _sensitive_outputs(report)):
        # Only planning shows which of a module's outputs carry something sensitive without saying so.
        work.write_root(sensitive_outputs=outputs)
        name = "plan-again"
        ended, report = work.command(name, command)
    if ended.returncode != 0:
        raise work.failed(ended, report, name)
    return report


def _sensitive_outputs(report: Report) -> list[str]:
    """Names of the outputs that must be declared sensitive, when that is all that was wrong."""
    if not report.errors or not all(error.about_sensitive_output for error in report.errors):
        return []
    return [found[1] for error in report.errors if (found := _OUTPUT.match(error.code))]


def plan_store(
    work: Workspace, artefacts: ArtefactStore, state: StateFacts, pool: ThreadPoolExecutor
) -> tuple[dict[str, str], list[Future[None]]]:
    """Start storing what an apply on another machine would need, while `show` runs."""
    context, run = work.context, work.run
    lock = run.lock.read_text(encoding="utf-8") if run.lock.exists() else ""
    digests = plan_digests(context, plan=digest_file(run.plan), lock=digest_text(lock), state=state)
    plan_hash = approval_hash(digests)
    write_json(run.record, digests)
    files = {
        plan_key(context, plan_hash, "plan.tfplan"): run.plan.read_bytes(),
        plan_key(context, plan_hash, "terraform.lock.hcl"): lock.encode(),
        plan_key(context, plan_hash, "terraform.tfvars.json"): run.variables.read_bytes(),
        plan_key(context, plan_hash, "record.json"): run.record.read_bytes(),
        module_key(context): module_of(context).archive,
    }
    return digests, [pool.submit(artefacts.put, key, data) for key, data in files.items()]


def plan_show(work: Workspace, plan_file: str = "") -> dict[str, Any]:
    """The content of a plan file, secrets included. Raises ExecutorError or Stopped."""
    ended = work.start("show", arguments.show(work.binary, plan_file or work.run.plan.name))
    if ended.returncode != 0:
        raise work.failed(ended, Report(), "show")
    try:
        document: dict[str, Any] = json.loads(work.log("show").read_bytes())
    except ValueError as error:
        raise ExecutorError("terraform_error", "Terraform showed its plan in a form that cannot be read.") from error
    return document


def refuse_foreign(document: Mapping[str, Any], stack_id: str) -> None:
    """What carries another stack's tag is that one's. Raises ExecutorError."""
    for resource in document.get("resource_changes") or ():
        change = resource["change"]
        owner = _owner(change.get("before") or {}) or stack_id
        if change.get("importing") and owner != stack_id:
            name = f"{shown_address(str(resource['address']))} ({change['importing'].get('id')})"
            detail = f"{name} is managed by another stack here already, {owner}. Change it there."
            raise ExecutorError("managed_already", detail)


def _owner(before: Mapping[str, Any]) -> str | None:
    """The stack whose mark a resource has. In Google Cloud `labels` are those of its own configuration alone, and what
    is called `tags` can be a list."""
    marks = [each for name in _MARKED if isinstance(each := before.get(name), Mapping)]
    return next((found for each in marks if (found := each.get(STACK_TAG) or each.get(STACK_LABEL))), None)


def outcome_of(work: Workspace, document: Mapping[str, Any], digests: dict[str, str]) -> PlanOutcome:
    """What people get to see of a plan."""
    context, drift = work.context, work.context.kind == "drift"
    secrets = secrets_of_plan(document, work.secrets)
    resources = drifted_resources(document) if drift else document.get("resource_changes") or ()
    written = modules_written(work.run.path)
    changes = planned_changes(resources, secrets, _ties(context, document, written))
    if drift:
        # Its attributes may be asked for by variables; that somebody changed them was asked for by none.
        changes = tuple(replace(each, variables=()) for each in changes)
    outputs_change = any(each["actions"] != ["no-op"] for each in (document.get("output_changes") or {}).values())
    acts = [change for change in changes if change.action != "read"]
    sentence = drift_sentence(acts) if drift else plan_sentence(acts, outputs_change=outputs_change)
    return PlanOutcome(
        counts=counted(changes),
        changes=changes,
        plan_hash=approval_hash(digests),
        has_changes=bool(acts) if drift else bool(document.get("applyable", acts or outputs_change)),
        sentence=sentence,
        masked_plan=masked_plan(document, _sensitive(context), secrets),
        digests=digests,
        lock=work.run.lock.read_text(encoding="utf-8") if work.run.lock.exists() else None,
        graph=resource_graph(document, written),
        drifted=tuple(shown_address(each["address"]) for each in drifted_resources(document)),
    )


def _ties(context: Context, document: Mapping[str, Any], written: Mapping[str, Written]) -> Ties | None:
    """What values ask for: not a deletion, which is asked for as a whole."""
    return None if context.kind == "destroy" else Ties(document, written)


def _sensitive(context: Context) -> Iterable[str]:
    return module_of(context).sensitive_variables


def _quietly(pool: ThreadPoolExecutor, put: Callable[[str, bytes], None], key: str, data: bytes) -> Future[None]:
    """Keep a raw log; a store that is away must not hide what the log is about."""

    def keep() -> None:
        try:
            put(key, data)
        except ExecutorError:
            return

    return pool.submit(keep)
