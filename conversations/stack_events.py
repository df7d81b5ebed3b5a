"""What happens to stacks besides their jobs, told where it was asked for: when they end, that they end soon."""

import logging
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from chatbot_project.accounts.languages import spoken
from chatbot_project.accounts.models import User
from chatbot_project.accounts.selectors import user_get
from chatbot_project.mongo.transactions import Transaction, run_transaction
from orchestrator.translated import for_reader
from orchestrator.types import StackEvent

from .dialogue.lifetimes import moment_text
from .dialogue.live import time_of
from .dialogue.texts import paragraphs
from .errors import NotFound
from .payloads import message_payload
from .selectors import conversation_get
from .stream import frame_append

logger = logging.getLogger(__name__)


def stack_event_tell(event: StackEvent) -> None:
    """Append a sentence to the event's conversation; a repeat finds it there and adds nothing."""
    conversation_id = event.conversation_id
    if conversation_id is None:
        return
    try:
        user = user_get(conversation_get(conversation_id).owner_id)
        with spoken(user):
            text, suggestions = _said(for_reader(event), _now_there(user))
        if text:
            data = message_payload(text, suggestions=suggestions)
            run_transaction(lambda tx: _append(tx, conversation_id, data, f"stack:{event.id}"))
    except NotFound:
        logger.info("the conversation of a stack is gone", extra={"stack_id": event.stack_id})


def _append(tx: Transaction, conversation_id: str, data: dict[str, object], key: str) -> None:
    frame_append(tx=tx, conversation_id=conversation_id, type="message.created", data=data, dedupe_key=key)


def _now_there(user: User | None) -> datetime:
    """Now, in the time zone of whose conversation it is."""
    now = datetime.now(UTC)
    return time_of(user, now) if user else now


def _said(event: StackEvent, now: datetime) -> tuple[str, tuple[str, ...]]:
    """The sentence and what can be answered; empty where the stack has moved on since."""
    end = event.stack.expires_at if event.stack else None
    values = {"name": event.stack_name, "environment": event.environment}
    keep = _("keep %(name)s two more hours") % values, _("keep %(name)s for good") % values
    if event.kind in ("expiry_set", "expiry_warning") and end is None:
        return "", ()
    values["when"] = moment_text(end, now) if end else ""
    if event.kind == "expiry_set":
        text = _("**%(name)s** in %(environment)s is deleted %(when)s. Say “%(keep)s” to keep it longer.")
        return text % {**values, "keep": keep[0]}, keep[:1]
    if event.kind == "expiry_warning":
        lead = _("**%(name)s** in %(environment)s ends soon: it is deleted %(when)s, as it was approved with its plan.")
        return paragraphs(lead % values, _("Shall I keep it longer? Say for how long, or let it go.")), keep
    if event.kind in ("expiry_failed", "expiry_given_up"):
        return event.text, (_("delete %(name)s") % values,)
    if event.kind == "drift_found":
        lead = _("**%(name)s** in %(environment)s is not any more what was asked for: %(found)s")
        how = _("Say “restore %(name)s” to plan putting it back. Nothing was changed.") % values
        shown = [_("restore %(name)s") % values, _("check %(name)s for drift") % values]
        if event.data.get("adoptable"):
            how = _("Say “restore %(name)s” to plan putting it back, or “adopt %(name)s” to ask for it. ") % values
            how += _("Nothing was changed.")
            shown.insert(1, _("adopt %(name)s") % values)
        return paragraphs(lead % {**values, "found": event.text}, how), tuple(shown)
    return "", ()
