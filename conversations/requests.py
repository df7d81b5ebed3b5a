"""What a client's frame does, synchronously: one service call each, shared by websockets and REST."""

from chatbot_project.accounts.models import User
from orchestrator import selectors as orchestrator

from . import limits
from .client_frames import FormSubmit, JobDecision, JobFollow, MessageSend, ProposalCorrect
from .correcting import proposal_correct
from .errors import InvalidFrame, NotFound
from .opening import after_within
from .services import Accepted, form_accept, job_decision, message_accept
from .widget.guests import Guest
from .widget.scope import frame_check

Storable = MessageSend | FormSubmit | JobDecision | ProposalCorrect


def store(
    frame: Storable, *, user: User, conversation_id: str, via: str = "chat", guest: Guest | None = None
) -> Accepted:
    """Store the request durably. Raises what the services raise, or TooMany. A guest does less (widget/scope.py)."""
    limits.message_allow(str(user.id))
    if guest is not None:
        _guest_check(frame, user, guest)
    site = guest.site if guest else ""
    if isinstance(frame, MessageSend):
        return message_accept(
            conversation_id=conversation_id, user=user, client_id=frame.client_id, text=frame.text, site=site
        )
    if isinstance(frame, FormSubmit):
        return form_accept(
            conversation_id=conversation_id,
            user=user,
            client_id=frame.client_id,
            form_id=frame.form_id,
            values=frame.values,
            site=site,
        )
    if isinstance(frame, ProposalCorrect):
        return proposal_correct(
            conversation_id=conversation_id,
            user=user,
            client_id=frame.client_id,
            job_id=frame.job_id,
            intent=frame.intent,
            values=frame.values,
        )
    return job_decision(
        conversation_id=conversation_id,
        user=user,
        client_id=frame.client_id,
        job_id=frame.job_id,
        action=frame.action,
        plan_hash=frame.plan_hash,
        reason=frame.reason,
        via=via,
    )


def _guest_check(frame: Storable, user: User, guest: Guest) -> None:
    frame_check(frame)
    if user.is_visitor:
        limits.visitor_message_allow(guest.address)


def follow_check(job_id: str, *, user: User) -> None:
    """Raises NotFound unless the job is one that `user` may see now."""
    orchestrator.job_get(job_id, viewer=user)


def follow(frame: JobFollow, *, user: User, only_of: str | None = None) -> tuple[int, InvalidFrame | None]:
    """From which line on to follow a job that `user` may see, and what was wrong with `after`. Raises NotFound.

    `only_of`: a job of this conversation alone.
    """
    limits.message_allow(str(user.id))
    job = orchestrator.job_get(frame.job_id, viewer=user)
    if only_of is not None and job.origin.conversation_id != only_of:
        raise NotFound(f"This conversation has no job {frame.job_id}.", field="job_id")
    return after_within(frame.after, orchestrator.job_last_log_seq(frame.job_id))
