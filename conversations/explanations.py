"""The explanation of a job, for whoever may see it."""

from typing import Any

from chatbot_project.accounts.models import User
from orchestrator import selectors

from .dialogue.explaining import explained
from .dialogue.live import LiveWorld
from .proposals import proposal_of


def job_explained(job_id: str, *, viewer: User) -> dict[str, Any]:
    """Message, intent, values with the words they came from, plan lines (`dialogue.explaining`). Raises NotFound when
    the job is not there or not the viewer's to see."""
    job = selectors.job_get(job_id, viewer=viewer)
    world = LiveWorld(user=viewer, conversation_id=job.origin.conversation_id or "", before_seq=0)
    return explained(proposal_of(job), world)
