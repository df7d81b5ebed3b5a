"""Says in the conversation why nothing happens: the queue is away, no worker lives, all of them are busy."""

import logging

from django.utils.translation import gettext as _

from chatbot_project.mongo.transactions import Transaction, run_transaction
from orchestrator.types import JobView
from orchestrator.waiting import WaitingJob, Why, jobs_waiting

from .errors import NotFound
from .payloads import message_payload
from .stream import frame_append

logger = logging.getLogger(__name__)

# Shorter than a person's patience, longer than a worker that is free needs to begin.
_AFTER_SECONDS = 12.0


def waiting_tell(after_seconds: float = _AFTER_SECONDS) -> int:
    """Tell every conversation whose job waits, once per wait; how many were told."""
    return sum(_tell(waiting) for waiting in jobs_waiting(after_seconds))


def _tell(waiting: WaitingJob) -> bool:
    job = waiting.job
    conversation_id = job.origin.conversation_id
    if conversation_id is None:
        return False
    data = message_payload(waiting_text(job, waiting.why), suggestions=(), job_id=job.id)
    key = f"job:{job.id}:{job.version}:waiting"

    def body(tx: Transaction) -> bool:
        frame = frame_append(tx=tx, conversation_id=conversation_id, type="message.created", data=data, dedupe_key=key)
        return frame is not None

    try:
        return run_transaction(body)
    except NotFound:
        logger.info("the conversation of a waiting job is gone", extra={"job_id": job.id})
        return False


def waiting_text(job: JobView, why: Why) -> str:
    """One sentence on the reason, one on what to do (nothing)."""
    match why:
        case Why.QUEUE_AWAY:
            reason = _("The queue to the workers cannot be reached right now")
        case Why.NO_WORKER:
            reason = _("No worker is running right now")
        case Why.WORKERS_BUSY:
            reason = _("All workers are busy with other jobs")
        case Why.NOT_TAKEN:
            reason = _("No worker has answered yet")
    return _(
        "%(reason)s, so **%(title)s** has to wait. It is stored and goes on by itself; you need not send it again."
    ) % {"reason": reason, "title": job.title}
