"""Calls that wait longer than they should: their message was lost, or their worker was."""

from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _

from chatbot_project.accounts.languages import spoken
from chatbot_project.accounts.selectors import user_get
from chatbot_project.mongo.leasing import from_now
from chatbot_project.mongo.transactions import Transaction, run_transaction
from orchestrator.background import task_promise

from .. import task_names
from ..bots.replies import Tool
from ..documents import Document, tool_calls
from .calls import call_told
from .sending import Outcome
from .states import CallState
from .storing import PATIENCE_SECONDS

MOST_ATTEMPTS = 3
_GIVEN_UP_AFTER = timedelta(days=1)
_AT_ONCE = 100
_LATE = {"$expr": {"$lte": ["$due_at", "$$NOW"]}}


def calls_sweep() -> int:
    """Promise them to the workers anew, or tell what became of them; how many there were."""
    unfinished = {"state": {"$in": [CallState.WAITING.value, CallState.SENDING.value]}, **_LATE}
    return sum(_settle(call) for call in list(tool_calls().find(unfinished).limit(_AT_ONCE)))


def _settle(call: Document) -> bool:
    as_it_was = {"due_at": call["due_at"], "owner": call["owner"]}
    with spoken(user_get(call["user"]["id"])):
        end = _never_taken(call) if call["state"] == CallState.WAITING.value else _lost(call)
    return _again(call, as_it_was) if end is None else call_told(call, end, as_it_was)


def _again(call: Document, as_it_was: Document) -> bool:
    wanted = {"_id": call["_id"], "state": call["state"], **as_it_was}
    change = {"state": CallState.WAITING.value, "due_at": from_now(PATIENCE_SECONDS)}

    def body(tx: Transaction) -> bool:
        if not tool_calls().update_one(wanted, [{"$set": change}], session=tx.session).modified_count:
            return False
        task_promise(tx=tx, task=task_names.TOOL_CALL, argument=call["_id"])
        return True

    return run_transaction(body)


def _never_taken(call: Document) -> Outcome | None:
    if call["created_at"] > datetime.now(UTC) - _GIVEN_UP_AFTER:
        return None
    text = _("**%(title)s**: no worker took this for a day, so I gave it up. Nothing was sent.")
    return Outcome(CallState.FAILED, text % {"title": call["title"]}, problem="no_worker")


def _lost(call: Document) -> Outcome | None:
    """How to tell of a call whose worker was lost; None when it can simply be made again."""
    values = {"title": call["title"], "number": call["attempts"]}
    if not Tool.from_json(call["tool"]).is_safe:
        text = _(
            "**%(title)s**: the worker was lost while it sent this, so nobody can say whether it was carried out. I do "
            "not send it again by myself. Look whether it is there before you ask for it once more."
        )
        return Outcome(CallState.UNKNOWN, text % values, problem="worker_lost")
    if call["attempts"] < MOST_ATTEMPTS:
        return None
    text = _("**%(title)s**: its worker was lost %(number)s times, so I stopped trying. Ask again in a while.")
    return Outcome(CallState.FAILED, text % values, problem="worker_lost")
