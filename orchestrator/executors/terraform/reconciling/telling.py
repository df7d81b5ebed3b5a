"""What was found out, in a sentence and in lists."""

from collections.abc import Iterable, Sequence
from typing import Any

from orchestrator.executors.base import PlanOutcome, Reconciled
from orchestrator.executors.terraform.concluding import outputs_shown
from orchestrator.executors.terraform.root import module_of, shown_address, stack_of
from orchestrator.executors.terraform.sentences import listed
from orchestrator.executors.terraform.state import state_read
from orchestrator.executors.terraform.workspace import Workspace
from orchestrator.sentences import joined, stated, stated_many

from .comparing import Comparison
from .surveying import Survey

_LOOK = stated("Look at that in the cloud, then ask for the same again.")


def reconciled(
    status: str,
    work: Workspace,
    compared: Comparison,
    found: Survey,
    *,
    unknown: Sequence[str] = (),
    remainder: PlanOutcome | None = None,
) -> Reconciled:
    """All that people and the runner need to know of what a lost start did."""
    context = work.context
    state = state_read(context.store, stack_of(context))
    adopted = _shown(found.search.adopted)
    parts = [
        _done(compared, adopted),
        _missing(compared, destroys=context.kind == "destroy"),
        _unknown(unknown),
        _beyond(compared),
    ]
    told = list(filter(None, parts)) or [stated("Nothing had to be done.")]
    facts: dict[str, Any] = {
        "outputs": outputs_shown(state.outputs, work.secrets),
        "exists": _shown(compared.done),
        "missing": _shown(compared.left),
        "unknown": tuple(unknown),
        "adopted": adopted,
        "resource_count": len(state.resources),
    }
    return Reconciled(
        status,
        work.secrets.scrub(joined(told if status != "partially_applied" else [*told, _LOOK])),
        remainder=remainder,
        may_continue=remainder is not None and module_of(context).continue_after_interruption,
        error_code=None if status in {"succeeded", "remainder"} else "interrupted",
        **facts,
    )


def _done(compared: Comparison, adopted: Sequence[str]) -> str:
    if not compared.done:
        return stated("Nothing was done before the interruption.")
    done = [each for each in compared.done if each not in compared.left]
    if not compared.left:
        text = stated_many(
            "All of it was done before the interruption (%(number)s change).",
            "All of it was done before the interruption (%(number)s changes).",
            len(done),
        )
    else:
        text = stated_many(
            "Before the interruption %(done)s of %(number)s change were done",
            "Before the interruption %(done)s of %(number)s changes were done",
            len(compared.wanted),
            done=len(done),
        )
        text = joined((text, *((": ", listed(_shown(done))) if done else ()), "."), "")
    if adopted:
        return joined((text, stated("Not recorded until now, and recorded: %(names)s.", names=listed(adopted))))
    return text


def _missing(compared: Comparison, *, destroys: bool) -> str:
    begun = [each for each in compared.left if each in compared.done]
    untouched = [each for each in compared.left if each not in compared.done]
    parts = [stated("Begun and not finished: %(names)s.", names=listed(_shown(begun)))] if begun else []
    if untouched and destroys:
        parts.append(stated("Still there: %(names)s.", names=listed(_shown(untouched))))
    elif untouched:
        parts.append(stated("Not done: %(names)s.", names=listed(_shown(untouched))))
    return joined(parts) if parts else ""


def _unknown(unknown: Sequence[str]) -> str:
    if not unknown:
        return ""
    return stated(
        "Carries this stack's tag or may exist, and cannot be matched with anything planned: %(names)s.",
        names=listed(unknown),
    )


def _beyond(compared: Comparison) -> str:
    if not compared.beyond:
        return ""
    return stated(
        "What would have to be done now is not what was approved: %(names)s.", names=listed(_shown(compared.beyond))
    )


def _shown(addresses: Iterable[str]) -> tuple[str, ...]:
    return tuple(shown_address(each) for each in addresses)
