"""Says in the conversation why nothing happens: the queue is away, no worker lives, all of them are busy, or what a
worker follows says nothing any more."""

import logging
from datetime import UTC, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chatbot_project.accounts.languages import spoken
from chatbot_project.accounts.selectors import user_get
from chatbot_project.mongo.transactions import Transaction, run_transaction
from orchestrator.translated import for_reader
from orchestrator.types import JobView
from orchestrator.waiting import SilentJob, WaitingJob, Why, jobs_silent, jobs_waiting

from .errors import NotFound
from .payloads import message_payload
from .stream import frame_append

logger = logging.getLogger(__name__)

# Shorter than a person's patience, longer than a worker that is free needs to begin.
_AFTER_SECONDS = 12.0
# Much longer than Terraform is ever silent while it works: it speaks every ten seconds, and waits 30 s for a lock.
_SILENT_SECONDS = 120.0


def waiting_tell(after_seconds: float = _AFTER_SECONDS) -> int:
    """Tell every conversation whose job waits, once per wait; how many were told."""
    return sum(_tell(waiting) for waiting in jobs_waiting(after_seconds))


def silence_tell(after_seconds: float = _SILENT_SECONDS) -> int:
    """Tell every conversation whose job is being carried out and not heard of, once per silence; how many were told."""
    return sum(_tell_silence(silent) for silent in jobs_silent(after_seconds))


def _tell(waiting: WaitingJob) -> bool:
    job = waiting.job
    with spoken(user_get(job.requester.id)):
        text = waiting_text(for_reader(job), waiting.why)
    return _append(job, text, (), f"job:{job.id}:{job.version}:waiting")


def _tell_silence(silent: SilentJob) -> bool:
    job = silent.job
    with spoken(user_get(job.requester.id)):
        text, offered = silence_text(for_reader(silent)), _("cancel that")
    return _append(job, text, (offered,), f"job:{job.id}:{silent.log_seq}:silent")


def _append(job: JobView, text: str, suggestions: tuple[str, ...], key: str) -> bool:
    """Whether it is new there."""
    conversation_id = job.origin.conversation_id
    if conversation_id is None:
        return False
    data = message_payload(text, suggestions=suggestions, job_id=job.id)

    def body(tx: Transaction) -> bool:
        frame = frame_append(tx=tx, conversation_id=conversation_id, type="message.created", data=data, dedupe_key=key)
        return frame is not None

    try:
        return run_transaction(body)
    except NotFound:
        logger.info("the conversation of a job is gone", extra={"job_id": job.id})
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


def silence_text(silent: SilentJob) -> str:
    """What is the matter, what happens by itself, and what a person can do."""
    minutes = int((datetime.now(UTC) - silent.since).total_seconds() // 60)
    lead = ngettext(
        "Terraform has said nothing about **%(title)s** for %(minutes)d minute; usually it speaks every ten seconds.",
        "Terraform has said nothing about **%(title)s** for %(minutes)d minutes; usually it speaks every ten seconds.",
        minutes,
    ) % {"title": silent.job.title, "minutes": minutes}
    rest = _(
        "It may hang. It goes on by itself, or is stopped at its time limit. If you do not want to wait for that, say "
        "**cancel that**: it is stopped, and you read what was made until then."
    )
    return f"{lead} {rest}"
