"""A call is stored together with the turn that asked for it, and promised to the background workers."""

from datetime import UTC, datetime, timedelta

from chatbot_project.accounts.models import User
from chatbot_project.mongo.transactions import Transaction, run_transaction
from orchestrator.background import task_promise

from .. import task_names
from ..dialogue.decisions import CallTool
from ..documents import Document, TurnView, conversations, tool_calls
from .states import CallState

PATIENCE_SECONDS = 30.0
"""After which the sweep promises it anew, for its message may be lost."""

MOST_OPEN = 5
"""Calls of one person that may wait at a time: nobody keeps the workers from all others."""


def calls_open(*, tx: Transaction, user_id: str) -> int:
    """How many calls of this person are not answered yet."""
    unfinished = {"state": {"$in": [CallState.WAITING.value, CallState.SENDING.value]}, "user.id": user_id}
    return tool_calls().count_documents(unfinished, session=tx.session)


def call_store(*, tx: Transaction, turn: TurnView, call: CallTool) -> None:
    """The whole of it, as it was shown and agreed to: an admin who changes the tool changes no call that waits."""
    found = conversations().find_one({"_id": turn.conversation_id}, {"bot": 1}, session=tx.session)
    user = {"id": turn.user_id, "name": turn.user_name}
    _insert(tx, call, bot=(found or {}).get("bot", ""), user=user, conversation_id=turn.conversation_id)


def call_try(*, call: CallTool, bot: str, user: User) -> None:
    """A call of no conversation, for an admin who tries a reply; its row tells what came of it."""
    person = {"id": str(user.id), "name": user.get_username()}
    run_transaction(lambda tx: _insert(tx, call, bot=bot, user=person, conversation_id=""))


def _insert(tx: Transaction, call: CallTool, *, bot: str, user: Document, conversation_id: str) -> None:
    now = datetime.now(UTC)
    document = {
        "_id": call.call_id,
        "conversation_id": conversation_id,
        "bot": bot,
        "intent": call.intent,
        "title": call.title,
        "user": user,
        "tool": call.tool.to_json(),
        "template": call.template,
        "values": call.values,
        "state": CallState.WAITING.value,
        "attempts": 0,
        "owner": "",
        "due_at": now + timedelta(seconds=PATIENCE_SECONDS),
        "created_at": now,
        "done_at": None,
        "status": None,
        "problem": "",
        "text": "",
    }
    tool_calls().insert_one(document, session=tx.session)
    task_promise(tx=tx, task=task_names.TOOL_CALL, argument=call.call_id)
