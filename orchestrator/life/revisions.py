"""What was done to a stack, one revision after the other. Public, like selectors.py.

A revision is a job that changed the stack: an apply or a deletion that came to its end, in whole or in part. They are
numbered from 1 in the order in which they were asked for, which is that in which a stack's jobs take their turns.
"""

from functools import lru_cache
from typing import Any

from chatbot_project.accounts.models import User
from orchestrator.catalog_documents import blueprint_version_load
from orchestrator.documents import Document, job_views, jobs, masked_values
from orchestrator.selectors import stack_get
from orchestrator.states import JobKind, JobState
from orchestrator.types import Revision, Variable

_CHANGED = (JobState.SUCCEEDED, JobState.PARTIALLY_APPLIED)
_MOST = 200


def stack_revisions(stack_id: str, *, viewer: User | None) -> list[Revision]:
    """The latest first. Raises NotFound when the stack is not there or not the viewer's to see."""
    stack_get(stack_id, viewer)
    wanted = {
        "stack_id": stack_id,
        "kind": {"$in": [JobKind.APPLY.value, JobKind.DESTROY.value]},
        "state": {"$in": [each.value for each in _CHANGED]},
    }
    total = jobs().count_documents(wanted)
    documents = list(jobs().find(wanted).sort([("created_at", -1), ("_id", -1)]).limit(_MOST))
    asked = [_asked(each) for each in documents]
    return [
        Revision(
            number=total - at,
            job=job,
            at=job.updated_at,
            diff=_diff(asked[at : at + 2]),
            version=documents[at]["blueprint_version"] or "",
        )
        for at, job in enumerate(job_views(documents))
    ]


def _asked(job: Document) -> dict[str, Any] | None:
    """All values of an apply, those left at their defaults included; None for a deletion."""
    if job["kind"] != JobKind.APPLY:
        return None
    variables = _variables(job["blueprint_version"])
    defaults = {each.name: each.default for each in variables if not each.sensitive and each.default is not None}
    return {**defaults, **masked_values(job)}


def _diff(asked: list[dict[str, Any] | None]) -> dict[str, tuple[Any, Any]]:
    """What was asked for otherwise than in the revision before; nothing where one of both asked for nothing."""
    now, before = asked[0], asked[1] if len(asked) > 1 else None
    return values_diff(before, now) if now is not None and before is not None else {}


@lru_cache(maxsize=64)
def _variables(version: str) -> tuple[Variable, ...]:
    """A version never changes."""
    return blueprint_version_load(version).variables


def values_diff(before: dict[str, Any], after: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """{name: (value before, value after)} of what differs; None stands for a value that is not there."""
    names = dict.fromkeys((*before, *after))
    found = {name: (before.get(name), after.get(name)) for name in names}
    return {name: pair for name, pair in found.items() if pair[0] != pair[1] or type(pair[0]) is not type(pair[1])}
