"""What a turn is given for the review and the figures, in the transaction that answers it."""

from chatbot_project.mongo.transactions import Transaction
from nlu.types import Understanding

from ..dialogue.decisions import Decision, Propose
from ..dialogue.state import DialogueState, PendingForm
from ..documents import Document, TurnView, conversations, turns
from .doubts import GIVEN_UP, doubts_of, ended, left_open


def turn_mark(
    *, tx: Transaction, turn: TurnView, understanding: Understanding | None, decision: Decision, recent: Document
) -> Document:
    """The fields `bot`, `doubts`, `led_to` (a job's id) and `answers` (a question was open) of this turn. A request
    that ends with it is marked where it began."""
    before = DialogueState.from_json(recent["dialogue"]).form
    proposed = [each.job_id for each in decision.steps if isinstance(each, Propose)]
    if before is not None and ended(before, decision.state.form):
        began = _beginning(tx, turn, before)
        if began is not None and proposed:
            turns().update_one({"_id": began}, {"$set": {"led_to": proposed[0]}}, session=tx.session)
        elif began is not None and left_open(before, decision.state.form, decision.steps):
            turns().update_one({"_id": began}, {"$addToSet": {"doubts": GIVEN_UP}}, session=tx.session)
    is_message = turn.kind == "message"
    doubts = doubts_of(turn.text, understanding, decision, before) if is_message else []
    # What was proposed at the end of a request belongs to the message that began it.
    led_to = proposed[0] if proposed and before is None else None
    return {"bot": recent["bot"], "doubts": doubts, "led_to": led_to, "answers": before is not None}


def turn_mark_failed(tx: Transaction, turn: TurnView) -> None:
    """The turn was given up after errors of ours."""
    found = conversations().find_one({"_id": turn.conversation_id}, {"bot": 1}, session=tx.session)
    if found is not None and turn.kind == "message":
        marks = {"bot": found["bot"], "doubts": [GIVEN_UP], "led_to": None}
        turns().update_one({"_id": turn.id}, {"$set": marks}, session=tx.session)


def _beginning(tx: Transaction, turn: TurnView, form: PendingForm) -> str | None:
    """The message with which the request began that `form` is about: the first since another one, or none, was open."""
    here = {"conversation_id": turn.conversation_id, "state": "done"}
    other = {
        **here,
        "seq": {"$lt": turn.seq},
        "$or": [{"dialogue.form.kind": {"$ne": form.kind}}, {"dialogue.form.subject": {"$ne": form.subject}}],
    }
    last = turns().find_one(other, {"seq": 1}, sort=[("seq", -1)], session=tx.session)
    first = {**here, "kind": "message", "seq": {"$gt": last["seq"] if last else -1, "$lt": turn.seq}}
    found = turns().find_one(first, {"_id": 1}, sort=[("seq", 1)], session=tx.session)
    return str(found["_id"]) if found is not None else None
