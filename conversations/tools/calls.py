"""An HTTP call in the background worker: taken once, sent, told in its conversation. See states.py for the table.

It is taken by compare-and-set before the first byte leaves. When its worker is lost behind that, the sweep has what
only reads done again, and tells of everything else as unknown: it is never sent a second time.
"""

import logging
from datetime import UTC, datetime

from django.utils.translation import gettext as _
from pymongo import ReturnDocument

from chatbot_project.accounts.languages import spoken
from chatbot_project.accounts.selectors import user_get
from chatbot_project.mongo.leasing import from_now
from chatbot_project.mongo.transactions import Transaction, run_transaction

from ..bots.access import refusal
from ..bots.configuration import configuration_get
from ..bots.replies import Tool
from ..documents import Document, tool_calls
from ..errors import NotFound
from ..payloads import message_payload
from ..stream import frame_append
from .sending import Outcome, outcome_of
from .states import CallState

logger = logging.getLogger(__name__)

_SPARE_SECONDS = 20.0
"""What a worker may need besides the call itself, to store what came of it."""


def call_work_off(call_id: str, owner: str) -> str:
    """Make the call if it still waits to be made; what became of it."""
    call = _taken(call_id, owner)
    if call is None:
        return "nothing to do"
    with spoken(user_get(call["user"]["id"])):
        outcome = _refused(call) or outcome_of(call)
    call_told(call, outcome, {"owner": owner})
    return outcome.state.value


def call_told(call: Document, outcome: Outcome, wanted: Document) -> bool:
    """Write down what became of it and say so in its conversation, together; False when it is not as `wanted`."""
    unfinished = {"_id": call["_id"], "state": call["state"], **wanted}
    done = {
        "state": outcome.state.value,
        "status": outcome.status,
        "problem": outcome.problem,
        "text": "" if call["conversation_id"] else outcome.text,
        "done_at": datetime.now(UTC),
    }
    data = message_payload(outcome.text, call_id=call["_id"])

    def body(tx: Transaction) -> bool:
        if not tool_calls().update_one(unfinished, {"$set": done}, session=tx.session).modified_count:
            return False
        conversation_id, key = call["conversation_id"], f"call:{call['_id']}"
        if not conversation_id:
            return True  # an admin tries it, and reads the text here
        frame_append(tx=tx, conversation_id=conversation_id, type="message.created", data=data, dedupe_key=key)
        return True

    try:
        return run_transaction(body)
    except NotFound:
        logger.info("the conversation of a call is gone", extra={"call_id": call["_id"]})
        return bool(tool_calls().update_one(unfinished, {"$set": done}).modified_count)


def _refused(call: Document) -> Outcome | None:
    """Who may not be answered any more asks nobody either; an admin's try belongs to no conversation."""
    user = user_get(call["user"]["id"])
    text = _("Your account is not active any more.") if user is None else None
    if user is not None and call["conversation_id"]:
        text = refusal(user, configuration_get(call["bot"]))
    return Outcome(CallState.FAILED, text, problem="not_allowed") if text else None


def _taken(call_id: str, owner: str) -> Document | None:
    """The call, which is now this worker's until `due_at`; None when it is not to be made (any more)."""
    wanted = {"_id": call_id, "state": CallState.WAITING.value}
    call = tool_calls().find_one(wanted)
    if call is None:
        return None
    change = {
        "state": CallState.SENDING.value,
        "owner": {"$literal": owner},
        "attempts": {"$add": ["$attempts", 1]},
        "due_at": from_now(Tool.from_json(call["tool"]).seconds + _SPARE_SECONDS),
    }
    return tool_calls().find_one_and_update(wanted, [{"$set": change}], return_document=ReturnDocument.AFTER)
