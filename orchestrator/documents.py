"""The hot documents: where they are, how values get into them and how views are made of them."""

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from pymongo.client_session import ClientSession
from pymongo.collection import Collection

from chatbot_project.mongo.connections import collection

from .plan_views import plan_view
from .sentences import Sentence
from .states import JobKind, JobState, Risk
from .translated import beside, told, told_all
from .types import (
    Actor,
    ApprovalNeed,
    ApprovalView,
    Found,
    JobError,
    JobTransition,
    JobView,
    Lifetime,
    Origin,
    StackView,
)

Document = dict[str, Any]

SENSITIVE = "(sensitive value)"

# Kinds of approvals: a person's on one plan, and one given in advance.
VOTE, STANDING = "vote", "standing"


def utc_now() -> datetime:
    """Now, to the millisecond that MongoDB keeps."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def words(state: str) -> str:
    """A state as people write it."""
    return str(state).replace("_", " ")


def jobs() -> Collection[Document]:
    return collection("orchestrator_job")


def stacks() -> Collection[Document]:
    return collection("orchestrator_stack")


def transitions() -> Collection[Document]:
    return collection("orchestrator_transition")


def approvals() -> Collection[Document]:
    return collection("orchestrator_approval")


def delegations() -> Collection[Document]:
    return collection("orchestrator_delegation")


def starts() -> Collection[Document]:
    return collection("orchestrator_start")


def outbox() -> Collection[Document]:
    return collection("orchestrator_outbox")


def job_load(job_id: str, session: ClientSession | None = None) -> Document | None:
    """The raw job, sensitive values included: for workers and for this package alone."""
    return jobs().find_one({"_id": job_id}, session=session)


def unmasked_values(document: Mapping[str, Any]) -> dict[str, Any]:
    """All parameters of a job or a stack, as an executor needs them."""
    return {**document["values"], **document["sensitive_values"]}


def masked_values(document: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters as people may see them."""
    return {**document["values"], **dict.fromkeys(document["sensitive_names"], SENSITIVE)}


def encode(value: Any) -> Any:
    """Dataclasses, enums and tuples as what BSON knows; beside a sentence stands what it is made of."""
    if is_dataclass(value) and not isinstance(value, type):
        return encode({each.name: getattr(value, each.name) for each in fields(value)})
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        plain = {str(key): encode(each) for key, each in value.items()}
        return plain | {key: each for name in value if _is_told(value[name]) for key, each in _beside(name, value)}
    if isinstance(value, list | tuple | set | frozenset):
        return [encode(each) for each in value]
    return value


def _is_told(value: Any) -> bool:
    return isinstance(value, Sentence) or (
        isinstance(value, list | tuple) and any(isinstance(each, Sentence) for each in value)
    )


def _beside(name: Any, value: Mapping[Any, Any]) -> Iterable[tuple[str, Any]]:
    return beside(str(name), value[name]).items()


def actor_document(actor: Actor) -> Document:
    return {"id": actor.id, "name": actor.name}


def actor_view(document: Mapping[str, Any] | None) -> Actor:
    document = document or {}
    return Actor(id=document.get("id"), name=document.get("name", ""))


def transition_view(document: Document) -> JobTransition:
    return JobTransition(
        job_id=document["job_id"],
        version=document["version"],
        from_state=JobState(document["from_state"]) if document["from_state"] else None,
        to_state=JobState(document["to_state"]),
        actor=actor_view(document["actor"]),
        reason=told(document, "reason"),
        at=document["at"],
        quiet=document["quiet"],
    )


def stack_view(document: Document) -> StackView:
    return StackView(
        id=document["_id"],
        name=document["name"],
        blueprint=document["blueprint"],
        environment=document["environment"],
        owner=Actor(id=document["owner_id"], name=document["owner_name"]),
        status=document["status"],
        active_job_id=document["active_job_id"],
        outputs=document["outputs"],
        values=masked_values(document),
        created_at=document["created_at"],
        updated_at=document["updated_at"],
        resource_count=document["resource_count"],
        expires_at=document.get("expires_at"),
        drift_check_hours=document.get("drift_check_hours"),
    )


def found_view(document: Document | None) -> Found | None:
    if document is None:
        return None
    return Found(**{each.name: tuple(document[each.name]) for each in fields(Found)})


def approval_view(document: Document, job: Document) -> ApprovalView:
    return ApprovalView(
        user=Actor(id=document["user_id"], name=document["user_name"]),
        decision=document["decision"],
        plan_hash=document["plan_hash"],
        at=document["at"],
        reason=document["reason"],
        current=_is_current(document, job),
        on_behalf_of=actor_view(document["on_behalf_of"]) if document.get("on_behalf_of") else None,
        kind=document.get("kind", VOTE),
        via=document["via"],
    )


def job_view(job: Document, stack: Document | None, decisions: Iterable[Document]) -> JobView:
    """What people may know of a job; `decisions` are its approval documents, oldest first."""
    decisions = list(decisions)
    return JobView(
        id=job["_id"],
        kind=JobKind(job["kind"]),
        state=JobState(job["state"]),
        version=job["version"],
        environment=job["environment"],
        risk=Risk(job["risk"]),
        requester=Actor(id=job["requester_id"], name=job["requester_name"]),
        origin=Origin(job["channel"], job["conversation_id"], job["message_seq"]),
        subject=job["subject"],
        title=told(job, "title"),
        stack=stack_view(stack) if stack else None,
        values=masked_values(job),
        plan=plan_view(job["plan"]),
        approval=_approval_need(job, decisions),
        approvals=tuple(approval_view(each, job) for each in decisions),
        outputs=job["outputs"],
        result_text=told(job, "result_text"),
        error=JobError(**told_all(job["error"])) if job["error"] else None,
        queue_position=queue_position(job, stack),
        cancel_requested=job["cancel_requested"] is not None,
        created_at=job["created_at"],
        updated_at=job["updated_at"],
        last_log_seq=job["last_log_seq"],
        last_actor=actor_view(job["last_actor"]),
        last_reason=told(job, "last_reason"),
        starts=job["start"],
        found=found_view(job["found"]),
        lifetime=Lifetime(**job["lifetime"]) if job.get("lifetime") else None,
        standing_job_id=job.get("standing_job_id"),
        adopts_job_id=job.get("adopts_job_id"),
        imports=dict(job.get("imports") or {}),
    )


def job_views(documents: list[Document], session: ClientSession | None = None) -> list[JobView]:
    """Views of several jobs in the order given, with two more reads for all of them."""
    stack_ids = {each["stack_id"] for each in documents if each["stack_id"]}
    of_stacks = {each["_id"]: each for each in stacks().find({"_id": {"$in": list(stack_ids)}}, session=session)}
    decisions: dict[str, list[Document]] = {}
    wanted = {"job_id": {"$in": [each["_id"] for each in documents]}}
    for each in approvals().find(wanted, session=session).sort([("job_id", 1), ("at", 1)]):
        decisions.setdefault(each["job_id"], []).append(each)
    return [job_view(each, of_stacks.get(each["stack_id"]), decisions.get(each["_id"], ())) for each in documents]


def queue_position(job: Document, stack: Document | None) -> int:
    queue = stack["queue"] if stack else []
    return queue.index(job["_id"]) + 1 if job["_id"] in queue else 0


def approvals_given(job: Document, decisions: Iterable[Document]) -> int:
    """How many people approved the plan that the job has now, in person or through somebody else."""
    given = [each for each in decisions if each["decision"] == "approve" and _is_current(each, job)]
    return len({principal_id(each) for each in given})


def principal_id(decision: Document) -> str:
    """Whose decision it is: of the person who made it, or of the one who was away."""
    return str((decision.get("on_behalf_of") or {}).get("id") or decision["user_id"])


def _is_current(decision: Document, job: Document) -> bool:
    plan_hash = (job["plan"] or {}).get("plan_hash")
    return bool(decision["plan_hash"] == plan_hash and decision["round"] == job["approval_round"])


def _approval_need(job: Document, decisions: list[Document]) -> ApprovalNeed | None:
    if not job["approval_rule"]:
        return None
    return ApprovalNeed(
        rule=job["approval_rule"],
        needed=job["approval_needed"],
        given=approvals_given(job, decisions),
        environment=job["environment"],
        expires_at=job["approval_expires_at"],
        groups=tuple(tuple(each) for each in job.get("approval_groups") or ()),
        why=tuple(told(job, "approval_why") or ()),
    )
