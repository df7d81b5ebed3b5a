"""Reminds people of plans that wait for their decision: in the conversation they are in, once per plan."""

import logging
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext as _

from chatbot_project.accounts.languages import spoken
from chatbot_project.accounts.models import User
from chatbot_project.mongo.transactions import Transaction, run_transaction
from orchestrator.reminders import Reminder, reminder_note, reminders_done, reminders_due
from orchestrator.translated import for_reader
from orchestrator.types import JobView

from .dialogue.texts import paragraphs
from .errors import NotAllowed, NotFound
from .payloads import message_payload
from .selectors import conversations_list
from .services import conversation_create
from .stream import frame_append

logger = logging.getLogger(__name__)


def approvals_remind(after_seconds: float | None = None) -> int:
    """Remind everybody who is due; how many people were told."""
    told = 0
    for reminder in reminders_due(after_seconds):
        told += sum(_tell(reminder, user) for user in reminder.people)
        reminders_done(reminder)
    return told


def _tell(reminder: Reminder, user: User) -> bool:
    with spoken(user):
        data = message_payload(reminder_text(for_reader(reminder.job), user), suggestions=())

    def body(tx: Transaction) -> bool:
        if not reminder_note(tx, reminder, user):
            return False
        conversation_id = _conversation_of(tx, reminder.job, user)
        frame_append(tx=tx, conversation_id=conversation_id, type="message.created", data=data)
        return True

    try:
        return run_transaction(body)
    except (NotFound, NotAllowed) as error:
        logger.info("nobody to remind: %s", error, extra={"job_id": reminder.job.id, "user_id": str(user.id)})
        return False


def reminder_text(job: JobView, user: User) -> str:
    """What waits, since when it can be decided, until when, and where to do it."""
    values = {"title": job.title, "name": job.requester.name, "until": _moment(job, user)}
    if str(user.id) == job.requester.id:
        lead = _("**%(title)s** still waits for your yes or no. Its plan expires %(until)s.")
        return lead % values
    lead = _("A reminder: **%(title)s**, asked for by %(name)s, waits for your approval. Its plan expires %(until)s.")
    return paragraphs(lead % values, _("Open “Approvals” (/approvals in a terminal) to read the plan and decide."))


def _conversation_of(tx: Transaction, job: JobView, user: User) -> str:
    """The requester's is where they asked; others read their newest one, and who has none gets one."""
    if str(user.id) == job.requester.id and job.origin.conversation_id:
        return job.origin.conversation_id
    newest = conversations_list(viewer=user, limit=1)
    return newest[0].id if newest else conversation_create(user=user, title=_("Approvals"), tx=tx).id


def _moment(job: JobView, user: User) -> str:
    expires: datetime | None = job.approval.expires_at if job.approval else None
    if expires is None:
        return _("soon")
    try:
        zone = ZoneInfo(user.time_zone)
    except (ValueError, OSError, ZoneInfoNotFoundError):  # one that this machine does not know
        zone = ZoneInfo("UTC")
    return f"{expires.astimezone(zone):%Y-%m-%d %H:%M %Z}"
