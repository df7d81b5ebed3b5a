"""What a turn keeps about having been misunderstood, for review and training."""

from datetime import UTC, datetime

from chatbot_project.mongo.transactions import Transaction

from .dialogue.decisions import Correct
from .documents import TurnView, turn_key, turns
from .proposals import PROPOSED


def correction_note(*, tx: Transaction, turn: TurnView, step: Correct) -> None:
    """Note on each message what it meant: `correction` {at, by, intent, slots, job_id}; and on the proposal that it is
    not what was meant, so that it is corrected once."""
    by = {"id": turn.user_id, "name": turn.user_name}
    for note in step.notes:
        correction = {
            "at": datetime.now(UTC),
            "by": by,
            "intent": note.intent,
            "slots": list(note.slots),
            "job_id": step.job_id,
        }
        key = turn_key(turn.conversation_id, note.seq)
        turns().update_one({"_id": key}, {"$set": {"correction": correction}}, session=tx.session)
    turns().update_one(
        {"_id": turn_key(turn.conversation_id, step.seq)},
        {"$set": {"decision.$[proposed].corrected": True}},
        array_filters=[{"proposed.job_id": step.job_id, "proposed.step": PROPOSED}],
        session=tx.session,
    )
