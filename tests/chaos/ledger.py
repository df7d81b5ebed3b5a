"""What was said to people and what they approved: the side of the story that the system is held to."""

from dataclasses import dataclass, field
from typing import Any

from orchestrator.states import TERMINAL

from .wishes import Wish

ENDED = frozenset(state.value for state in TERMINAL)


@dataclass
class Request:
    """One wish, from its acknowledgement to the end of its job."""

    wish: Wish
    conversation_id: str
    seq: int
    """Where the acknowledgement said that the message is stored."""
    job_id: str = ""
    state: str = ""
    """The last one that the person was told."""
    answers: list[str] = field(default_factory=list)
    """What the bot said before there was a job."""


@dataclass
class Ledger:
    requests: list[Request] = field(default_factory=list)
    acknowledged: dict[tuple[str, int], str] = field(default_factory=dict)
    """(conversation, seq) -> the text."""
    conversations: dict[str, list[int]] = field(default_factory=dict)
    """The numbers of the frames that a client got live, in the order in which they came."""
    lines: dict[str, list[int]] = field(default_factory=dict)
    """The numbers of each job's log lines, likewise."""
    plans: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)
    """(job, plan hash) -> the changes that were shown and approved."""
    troubles: list[str] = field(default_factory=list)
    """What a client ran into that should not be."""

    def approved(self, job: dict[str, Any]) -> None:
        self.plans[job["job_id"], job["plan"]["plan_hash"]] = job["plan"]["changes"]

    def creations_approved(self, job_ids: set[str], resource_type: str) -> int:
        """How many resources of a type the approved plans of these jobs create at most."""
        return sum(
            change["type"] == resource_type and change["action"] in {"create", "replace"}
            for (job_id, _), changes in self.plans.items()
            if job_id in job_ids
            for change in changes
        )
