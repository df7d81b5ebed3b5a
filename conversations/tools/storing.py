"""A call is stored together with the turn that asked for it, and promised to the background workers."""

from datetime import UTC, datetime, timedelta

from chatbot_project.mongo.transactions import Transaction
from orchestrator.background import task_promise

from .. import task_names
from ..dialogue.decisions import CallTool
from ..documents import TurnView, conversations, tool_calls
from .states import CallState

PATIENCE_SECONDS = 30.0
"""After which the sweep promises it anew, for its message may be lost."""


def call_store(*, tx: Transaction, turn: TurnView, call: CallTool) -> None:
    """The whole of it, as it was shown and agreed to: an admin who changes the tool changes no call that waits."""
    now = datetime.now(UTC)
    found = conversations().find_one({"_id": turn.conversation_id}, {"bot": 1}, session=tx.session)
    document = {
        "_id": call.call_id,
        "conversation_id": turn.conversation_id,
        "bot": (found or {}).get("bot", ""),
        "intent": call.intent,
        "title": call.title,
        "user": {"id": turn.user_id, "name": turn.user_name},
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
    }
    tool_calls().insert_one(document, session=tx.session)
    task_promise(tx=tx, task=task_names.TOOL_CALL, argument=call.call_id)
