"""Everything outsiders may ask about jobs, stacks and the catalogue. `viewer=None` is the system itself: it sees all.

A person sees a job or a stack as its requester or owner, or by the approver or operator role in its environment;
everything else is answered as if it did not exist.
"""

import re
from collections.abc import Collection as Several
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from chatbot_project.accounts.models import User
from chatbot_project.mongo.connections import collection

from .catalog.schema import sections_of
from .catalog_documents import (
    action_document,
    action_view,
    actions_load,
    blueprint_load,
    blueprints_load,
    environment_load,
    environments_load,
)
from .catalog_teaching import blueprints_untaught
from .delegations import delegations_of
from .documents import (
    VOTE,
    Document,
    approval_view,
    approvals,
    job_load,
    job_views,
    jobs,
    stack_view,
    stacks,
    transition_view,
    transitions,
)
from .errors import InvalidValue, NotFound
from .joblog import events_after, events_before, last_log_seq
from .log_types import JobEvent, LogFilter
from .permissions import (
    may_approve,
    may_approve_each,
    may_cancel,
    may_reject,
    may_see_job,
    may_see_stack,
    readable_environments,
    sees_approvals,
)
from .plans import plan_and_graph, plan_load
from .policy.approvals import rule_for
from .retrying import may_retry
from .sentences import stated
from .states import WORKING, JobState, Risk
from .types import (
    ActionView,
    BlueprintView,
    Decision,
    DelegationView,
    EnvironmentView,
    JobTransition,
    JobView,
    StackView,
)

__all__ = [
    "action_get",
    "actions_list",
    "approval_expected",
    "blueprint_get",
    "blueprints_list",
    "blueprints_untaught",
    "decisions_list",
    "delegations_list",
    "environment_get",
    "environments_list",
    "form_sections",
    "job_events",
    "job_get",
    "job_last_log_seq",
    "job_plan",
    "job_plan_and_graph",
    "job_transition",
    "job_transitions",
    "jobs_awaiting",
    "jobs_list",
    "jobs_seen",
    "may_approve",
    "may_cancel",
    "may_reject",
    "may_retry",
    "sees_approvals",
    "stack_find",
    "stack_get",
    "stacks_list",
]

_MAX_LIMIT = 500
_LATEST_FIRST = [("created_at", -1), ("_id", -1)]


def job_get(job_id: str, *, viewer: User | None = None) -> JobView:
    """The job as it is now. Raises NotFound when it is not there or not the viewer's to see."""
    job = job_load(job_id)
    if job is None or (viewer is not None and not may_see_job(viewer, job)):
        raise NotFound(stated("There is no job %(job_id)s.", job_id=job_id), field="job_id")
    return _with_log(job_views([job])[0])


def jobs_list(
    *,
    viewer: User | None,
    states: Iterable[JobState] | None = None,
    stack_id: str | None = None,
    conversation_id: str | None = None,
    limit: int = 50,
    before: str | None = None,
) -> list[JobView]:
    """The latest jobs first; `before` is the id of the last job of the page before."""
    wanted: list[Document] = []
    if states is not None:
        wanted.append({"state": {"$in": [JobState(each).value for each in states]}})
    if stack_id is not None:
        wanted.append({"stack_id": stack_id})
    if conversation_id is not None:
        wanted.append({"conversation_id": conversation_id})
    if before is not None:
        wanted.append(_older_than(job_load(before)))
    if viewer is not None and not viewer.is_superuser:
        wanted.append({"$or": _seen_by(viewer)})
    found = jobs().find({"$and": wanted} if wanted else {}).sort(_LATEST_FIRST).limit(_limit(limit))
    return [_with_log(each) for each in job_views(list(found))]


def jobs_awaiting(
    *,
    viewer: User,
    limit: int = 50,
    environment: str | None = None,
    risk: Risk | None = None,
    oldest_first: bool = False,
) -> list[JobView]:
    """The jobs that wait for exactly this person's decision; the latest first, or who has waited longest."""
    wanted: Document = {"state": JobState.AWAITING_APPROVAL.value}
    if environment is not None:
        wanted["environment"] = environment
    if risk is not None:
        wanted["risk"] = risk.value
    if not viewer.is_superuser:
        wanted["$or"] = _seen_by(viewer)
    direction = 1 if oldest_first else -1
    found = jobs().find(wanted).sort([("updated_at", direction)]).limit(_MAX_LIMIT)
    views = sorted(job_views(list(found)), key=lambda each: (each.created_at, each.id), reverse=not oldest_first)
    return may_approve_each(viewer, views)[:limit]


def jobs_seen(job_ids: Several[str], *, viewer: User) -> dict[str, JobView]:
    """Those of the jobs that this person may see, by id."""
    return {each.id: each for each in job_views(_jobs_seen(job_ids, viewer))}


def decisions_list(*, viewer: User, limit: int = 20, before: str | None = None) -> list[Decision]:
    """What this person decided, the latest first; `before` is the id of the last one of the page before."""
    mine: Document = {"user_id": str(viewer.id)}
    wanted: Document = {**mine, "kind": VOTE}
    if before is not None:
        last = approvals().find_one({"_id": before, **mine})
        if last is None:
            raise InvalidValue(stated("The cursor is not one of this list. Begin without it."), field="cursor")
        at = last["at"]
        wanted["$or"] = [{"at": {"$lt": at}}, {"at": at, "_id": {"$lt": last["_id"]}}]
    found = list(approvals().find(wanted).sort([("at", -1), ("_id", -1)]).limit(_limit(limit)))
    seen = {each["_id"]: each for each in _jobs_seen([each["job_id"] for each in found], viewer)}
    views = {each.id: each for each in job_views(list(seen.values()))}
    of_none: Document = {"plan": None, "approval_round": None}
    return [
        Decision(each["_id"], approval_view(each, seen.get(each["job_id"], of_none)), views.get(each["job_id"]))
        for each in found
    ]


def delegations_list(*, viewer: User) -> list[DelegationView]:
    """Who decides for this person and for whom they decide, now or later; the earliest first."""
    return delegations_of(str(viewer.id))


def job_transitions(job_id: str) -> list[JobTransition]:
    """The job's history, oldest first."""
    return [transition_view(each) for each in transitions().find({"job_id": job_id}).sort("version", 1)]


def job_transition(job_id: str, version: int) -> JobTransition | None:
    """The move that made this version of the job."""
    found = transitions().find_one({"_id": f"{job_id}:{version}"})
    return transition_view(found) if found else None


def job_events(
    job_id: str, *, after: int = 0, limit: int = 500, before: int | None = None, wanted: LogFilter | None = None
) -> list[JobEvent]:
    """Lines of the job's log with a number above `after`, in order and without gaps; with `before` the last ones below
    that number instead. `wanted` leaves out all other lines."""
    if after < 0:
        raise InvalidValue(stated("after is the number of the last line you have: 0 or more."), field="after")
    if before is not None:
        return events_before(job_id, before, _limit(limit), wanted or LogFilter())
    return events_after(job_id, after, _limit(limit), wanted or LogFilter())


def job_last_log_seq(job_id: str) -> int:
    return last_log_seq(job_id)


def job_plan(job_id: str) -> dict[str, Any] | None:
    """The whole masked plan as Terraform prints it, or None."""
    return plan_load(job_id)


def job_plan_and_graph(job_id: str) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """The same, and who depends on whom in it (`nodes`, `edges`, `complete`); None for what the job has not."""
    return plan_and_graph(job_id)


def stack_get(stack_id: str, viewer: User | None = None) -> StackView:
    """Raises NotFound when it is not there or not the viewer's to see."""
    stack = stacks().find_one({"_id": stack_id})
    if stack is None or (viewer is not None and not may_see_stack(viewer, stack)):
        raise NotFound(stated("There is no stack %(stack_id)s.", stack_id=stack_id), field="stack_id")
    return stack_view(stack)


def stacks_list(
    *,
    viewer: User | None,
    environment: str | None = None,
    blueprint: str | None = None,
    owner_id: str | None = None,
    owner_name: str | None = None,
    name: str | None = None,
    ending: bool = False,
    live_only: bool = True,
    limit: int = 500,
    before: str | None = None,
) -> list[StackView]:
    """The latest made first. `name` is a part of it, in any case; `ending` leaves out what never ends by itself;
    `live_only` leaves out stacks that are gone or were never made; `before` is the id of the last stack of the page
    before."""
    wanted = _stack_filter(viewer, environment, blueprint)
    if owner_id is not None:
        wanted["owner_id"] = owner_id
    if owner_name is not None:
        wanted["owner_name"] = owner_name
    if name is not None:
        wanted["name"] = re.compile(re.escape(name), re.IGNORECASE)
    if ending:
        wanted["expires_at"] = {"$ne": None}
    if live_only:
        wanted["status"] = {"$in": ["live", "unknown"]}
    if before is not None:
        wanted["$and"] = [_older_than(stacks().find_one({"_id": before}))]
    return [stack_view(each) for each in stacks().find(wanted).sort(_LATEST_FIRST).limit(_limit(limit))]


def stack_find(
    *, viewer: User | None, blueprint: str | None = None, environment: str | None = None, name: str | None = None
) -> list[StackView]:
    """Stacks that still hold something or are being made, and fit what was said (`name` in any case); the latest
    changed first."""
    wanted = _stack_filter(viewer, environment, blueprint)
    wanted["$and"] = [{"$or": [{"status": {"$in": ["live", "unknown"]}}, {"active_job_id": {"$ne": None}}]}]
    if name is not None:
        wanted["name"] = re.compile(f"^{re.escape(name)}$", re.IGNORECASE)
    return [stack_view(each) for each in stacks().find(wanted).sort("updated_at", -1).limit(_MAX_LIMIT)]


def stack_gone(*, viewer: User, stack_id: str = "", name: str = "") -> StackView | None:
    """The deleted stack of this id, or else the one of this name that was deleted last; None when there is none that
    the viewer may see."""
    wanted = {**_stack_filter(viewer, None, None), "status": "gone", "active_job_id": None}
    wanted |= {"_id": stack_id} if stack_id else {"name": name}
    found = stacks().find_one(wanted, sort=[("updated_at", -1)])
    return stack_view(found) if found else None


def blueprints_list() -> list[BlueprintView]:
    return blueprints_load()


def blueprint_get(name: str) -> BlueprintView:
    """The current version. Raises NotFound, naming what there is."""
    return blueprint_load(name)


def actions_list() -> list[ActionView]:
    return actions_load()


def action_get(name: str) -> ActionView:
    """Raises NotFound, naming what there is."""
    return action_view(action_document(name))


def form_sections(view: BlueprintView | ActionView) -> list[dict[str, Any]]:
    """What it takes, as a form for people: [{title, advanced, fields}] (fields as in `blueprints/<name>/form/`)."""
    return sections_of(view)


def approval_expected(risk: Risk, environment: EnvironmentView) -> str:
    """none, self, other or two: who must approve a change of this risk there, unless its plan asks for more."""
    return rule_for(risk, environment).name


def environments_list() -> list[EnvironmentView]:
    return environments_load()


def environment_get(name: str) -> EnvironmentView:
    """Raises NotFound, naming what there is."""
    return environment_load(name)


def _jobs_seen(job_ids: Several[str], viewer: User) -> list[Document]:
    wanted: Document = {"_id": {"$in": list(job_ids)}}
    if not viewer.is_superuser:
        wanted["$or"] = _seen_by(viewer)
    return list(jobs().find(wanted))


def _with_log(view: JobView) -> JobView:
    """A job at work writes its log all the time; the document knows the number only from its last move."""
    return replace(view, last_log_seq=last_log_seq(view.id)) if view.state in WORKING else view


def _older_than(last: Document | None) -> Document:
    """Behind `last` in the order of _LATEST_FIRST. What is behind it is filtered for the viewer as ever."""
    if last is None:
        raise InvalidValue(stated("The cursor is not one of this list. Begin without it."), field="cursor")
    at = last["created_at"]
    return {"$or": [{"created_at": {"$lt": at}}, {"created_at": at, "_id": {"$lt": last["_id"]}}]}


def _seen_by(viewer: User) -> list[Document]:
    user_id = str(viewer.id)
    seen: list[Document] = [{"requester_id": user_id}, {"stack_owner_id": user_id}]
    environments = _readable(viewer)
    if environments:
        seen.append({"environment": {"$in": environments}})
    return seen


def _stack_filter(viewer: User | None, environment: str | None, blueprint: str | None) -> Document:
    wanted: Document = {}
    if environment is not None:
        wanted["environment"] = environment
    if blueprint is not None:
        wanted["blueprint"] = blueprint
    if viewer is not None and not viewer.is_superuser:
        wanted["$or"] = [{"owner_id": str(viewer.id)}, {"environment": {"$in": _readable(viewer)}}]
    return wanted


def _readable(viewer: User) -> list[str]:
    names: Several[str] = collection("orchestrator_environment").distinct("_id")
    return readable_environments(viewer, list(names))


def _limit(limit: int) -> int:
    if not 1 <= limit <= _MAX_LIMIT:
        raise InvalidValue(stated("limit is a number from 1 to %(max_limit)s.", max_limit=_MAX_LIMIT), field="limit")
    return limit
