"""Reads of what was proposed in conversations: the job, and why it was proposed, as its turn keeps it."""

from typing import Any

from chatbot_project.accounts.models import User
from orchestrator import selectors
from orchestrator.errors import NotFound
from orchestrator.types import JobView

from .dialogue.sources import Heard, Source
from .dialogue.world import Proposal
from .documents import turn_key, turns

PROPOSED = "propose"
"""The name of the step in a turn's `decision`."""


def proposal_find(job_id: str, *, viewer: User | None, conversation_id: str) -> Proposal | None:
    """The proposal of this conversation with this job; None when there is none that `viewer` may see."""
    try:
        job = selectors.job_get(job_id, viewer=viewer)
    except NotFound:
        return None
    return proposal_of(job) if job.origin.conversation_id == conversation_id else None


def proposal_of(job: JobView) -> Proposal:
    """The job with what its turn keeps of why; without that when it was not asked for in a conversation."""
    seq = job.origin.message_seq or 0
    note = _note(job, seq) if job.origin.conversation_id else {}
    why = note.get("why") or {}
    return Proposal(
        job=job,
        seq=seq,
        heard=Heard.from_json(why["heard"]) if why.get("heard") else None,
        sources={name: Source.from_json(each) for name, each in (why.get("sources") or {}).items()},
        corrected=bool(note.get("corrected")),
    )


def _note(job: JobView, seq: int) -> dict[str, Any]:
    found = turns().find_one({"_id": turn_key(job.origin.conversation_id or "", seq)}, {"decision": 1}) or {}
    steps = found.get("decision") or ()
    return next((each for each in steps if each.get("step") == PROPOSED and each.get("job_id") == job.id), {})
