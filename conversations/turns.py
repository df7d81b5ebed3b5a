"""One message of a person and everything the bot does about it, exactly once.

A turn is pending, then done or failed. What it does (frames, jobs, decisions, the dialogue's new state) is one
transaction with that move, so any number of processes may try the same turn, and a crash leaves it to be tried again.
"""

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from pymongo import ReturnDocument
from pymongo.errors import ConnectionFailure

from chatbot_project.accounts.languages import spoken
from chatbot_project.accounts.models import User
from chatbot_project.accounts.selectors import user_get
from chatbot_project.mongo.transactions import Transaction, run_transaction
from nlu import services as nlu
from nlu.errors import NoModel
from nlu.types import Understanding

from . import context as redis_context
from .bots.access import refusal
from .bots.configuration import BotConfiguration, configuration_get
from .bots.offers import by_threshold
from .dialogue.blocks import Unusable, block_read, words_and_block
from .dialogue.decisions import Correct, Decision, Propose, Say
from .dialogue.engine import decide
from .dialogue.live import LiveWorld
from .dialogue.parts import parts_understood
from .dialogue.state import DialogueState
from .dialogue.steps import Refused, StepRunner, refusal_text
from .dialogue.turn import Correction, Turn
from .documents import Document, TurnView, turn_view, turns
from .errors import NotFound, Overtaken
from .intake import values_masked
from .opinions import Waiting, opinion_apply, opinion_check
from .payloads import message_payload
from .review.marking import turn_mark, turn_mark_failed
from .selectors import turn_get, turns_pending
from .services import dialogue_save
from .stream import frame_append
from .widget.scope import decision_within

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 3
"""Unexpected errors after which a turn is answered with an apology."""
MAX_CONFLICTS = 5
SWEEP_AFTER_SECONDS = 2.0


def turn_process(turn_id: str) -> bool:
    """Process the turn, after all earlier ones of its conversation. True when it is done, now or before."""
    try:
        turn = turn_get(turn_id)
    except NotFound:
        return False
    return all(_settle(each) for each in _pending_up_to(turn))


def turns_process_of(turn_id: str) -> bool:
    """Process all that waits in the conversation of a turn: the turn itself, and what was written after it."""
    conversation_id = turn_id.rpartition(":")[0]
    last = turns().find_one({"conversation_id": conversation_id, "state": "pending"}, {"_id": 1}, sort=[("seq", -1)])
    return last is None or turn_process(last["_id"])


def turns_sweep() -> int:
    """Process turns that wait longer than they should (their process died, or had too many); how many were done."""
    before = datetime.now(UTC) - timedelta(seconds=SWEEP_AFTER_SECONDS)
    return sum(turn_process(turn_id) for turn_id in turns_pending(older_than=before))


def _pending_up_to(turn: TurnView) -> list[TurnView]:
    wanted = {"conversation_id": turn.conversation_id, "state": "pending", "seq": {"$lte": turn.seq}}
    return [turn_view(document) for document in turns().find(wanted).sort("seq")]


def _settle(turn: TurnView) -> bool:
    """Try until the turn is done or given up; False while a language model is asked about it, and when MongoDB is away
    (the sweep comes back to it)."""
    while True:
        try:
            opinion_check(turn)
            _process(turn)
        except Waiting:
            return False
        except ConnectionFailure:
            logger.warning("MongoDB is away; the turn stays pending", extra={"turn_id": turn.id})
            return False
        except Exception:
            attempts = _count_failure(turn)
            if attempts is None:  # somebody else was quicker, or it was deleted with its conversation
                return True
            logger.exception("a turn failed", extra={"turn_id": turn.id})
            if attempts >= MAX_ATTEMPTS:
                _give_up(turn)
                return True
        else:
            return True


def _process(turn: TurnView) -> None:
    """Decide and carry out; again with fresh eyes when something moved in between."""
    read = redis_context.context_get
    for attempt in range(1, MAX_CONFLICTS + 1):
        try:
            _carry_out_or_explain(turn, read(turn.conversation_id), last_attempt=attempt == MAX_CONFLICTS)
        except (Overtaken, Refused):
            read = redis_context.context_rebuild
        else:
            return
    raise RuntimeError(f"turn {turn.id} was overtaken {MAX_CONFLICTS} times")


def _carry_out_or_explain(turn: TurnView, recent: Document, *, last_attempt: bool) -> None:
    """Carry the decision out. What the orchestrator refuses becomes a sentence in its place, and nothing is changed.

    Raises Refused for what may be accepted when everything is read again, unless this is the last attempt.
    """
    user, bot = user_get(turn.user_id), configuration_get(recent["bot"])
    with spoken(user):
        _answer(turn, recent, user, bot, last_attempt=last_attempt)


def _answer(
    turn: TurnView, recent: Document, user: User | None, bot: BotConfiguration | None, *, last_attempt: bool
) -> None:
    """Raises as `_carry_out_or_explain` does."""
    refused = _refused(user, bot)
    if refused is not None or user is None or bot is None:
        understanding, decision = None, Decision((Say(refused or ""),), DialogueState.from_json(recent["dialogue"]))
    else:
        world = LiveWorld(
            user=user, bot=bot, conversation_id=turn.conversation_id, before_seq=turn.seq, at=turn.created_at
        )
        understanding, parts = _understood(turn, bot, recent, world) if turn.kind == "message" else (None, ())
        decision = _decision(turn, understanding, parts, recent, world)
        if turn.site:
            before = DialogueState.from_json(recent["dialogue"])
            decision = decision_within(decision, before, is_visitor=user.is_visitor)
    refusals = 0
    while True:
        try:
            _carry_out(turn, understanding, decision, recent)
        except Refused as refused:
            refusals += 1
            if (refused.error.retryable and not last_attempt) or refusals > len(decision.steps):
                raise
            decision = _explained(decision, refused, recent)
        else:
            return


def _refused(user: User | None, bot: BotConfiguration | None) -> str | None:
    """What to say where nobody may be answered: then the message is not even read."""
    if user is None:
        return _("Your account is not active any more. Nothing was started.")
    return refusal(user, bot)


def _understood(
    turn: TurnView, bot: BotConfiguration, recent: Document, world: LiveWorld
) -> tuple[Understanding | None, tuple[Understanding, ...]]:
    """The message as a whole, and its requests where it has several; these are understood by the bot's own model alone.

    None without a model: then only the words that need none are understood, and the bot says so.
    """
    try:
        # What is written out as values is no words: nothing in it is understood, by anybody.
        words, _block = words_and_block(turn.text)
        if not words:
            return None, ()
        own = _heard(words, bot, world.now)
        parts = parts_understood(words, partial(_heard, bot=bot, now=world.now), world)
        return own if parts else opinion_apply(replace(turn, text=words), own, recent, world.now), parts
    except NoModel as error:
        logger.warning("%s", error.detail, extra={"turn_id": turn.id})
        return None, ()


def _heard(text: str, bot: BotConfiguration, now: datetime) -> Understanding:
    return by_threshold(nlu.understand(text, bot=bot.settings.name, now=now), bot.settings.threshold)


def _decision(
    turn: TurnView,
    understanding: Understanding | None,
    parts: tuple[Understanding, ...],
    recent: Document,
    world: LiveWorld,
) -> Decision:
    state = DialogueState.from_json(recent["dialogue"])
    words, written = words_and_block(turn.text) if turn.kind == "message" else (turn.text, None)
    block, problem = _block(written)
    asked = Turn(
        id=turn.id,
        text=words,
        understanding=understanding,
        form_id=turn.form_id or None,
        form_values=turn.values if turn.kind == "form" else None,
        correction=Correction(**turn.values) if turn.kind == "correction" else None,
        seq=turn.seq,
        parts=parts,
        block=block,
        block_problem=problem,
    )
    return decide(asked, state, world)


def _block(written: str | None) -> tuple[Any, str]:
    """The value of a block, or why it has none."""
    try:
        return block_read(written), ""
    except Unusable as error:
        return None, str(error)


def _explained(decision: Decision, refused: Refused, recent: Document) -> Decision:
    steps = list(decision.steps)
    said = Say(refusal_text(refused.error))
    before = DialogueState.from_json(recent["dialogue"])
    if isinstance(steps[refused.index], Correct):
        # What was to come in the place of a job must not come beside it.
        return Decision((said,), before)
    if isinstance(steps[refused.index], Propose) and any(isinstance(each, Correct) for each in steps):
        # Nor is a job taken back when nothing comes in its place.
        return Decision((Say(f"{said.text} {_('What you corrected stays as it was.')}"),), before)
    steps[refused.index] = said
    return Decision(tuple(steps), decision.state)


def _carry_out(turn: TurnView, understanding: Understanding | None, decision: Decision, recent: Document) -> None:
    def body(tx: Transaction) -> DialogueState | None:
        if not _close(tx, turn, "done"):
            return None
        runner = StepRunner(tx=tx, turn=turn, understanding=understanding, state=decision.state)
        runner.run(decision.steps)
        version = recent["dialogue_version"]
        dialogue = runner.state.to_json()
        if not dialogue_save(tx=tx, conversation_id=turn.conversation_id, version=version, dialogue=dialogue):
            raise Overtaken
        marks = turn_mark(tx=tx, turn=turn, understanding=understanding, decision=decision, recent=recent)
        turns().update_one({"_id": turn.id}, {"$set": {**runner.record(), **marks}}, session=tx.session)
        tx.after_commit(partial(_remember, turn, understanding, recent, runner))
        return runner.state

    run_transaction(body)


def _close(tx: Transaction, turn: TurnView, state: str) -> bool:
    """Move the turn out of pending; False when somebody else did. The secrets of a form's answer end with it."""
    done: Document = {"state": state, "done_at": datetime.now(UTC)}
    if turn.values and turn.kind == "form":
        done["values"] = values_masked(tx, turn.conversation_id, turn.form_id, turn.values)
    wanted = {"_id": turn.id, "state": "pending"}
    return turns().update_one(wanted, {"$set": done}, session=tx.session).modified_count == 1


def _remember(turn: TurnView, understanding: Understanding | None, recent: Document, runner: StepRunner) -> None:
    """Keep the context of the next message in Redis; nothing depends on it."""
    messages = [*recent.get("recent", []), {"author": "user", "text": turn.text}, *runner.said]
    fresh = {
        **recent,
        "dialogue": runner.state.to_json(),
        "dialogue_version": recent["dialogue_version"] + 1,
        "recent": messages[-redis_context.RECENT_MESSAGES :],
    }
    redis_context.context_put(turn.conversation_id, fresh)
    if understanding is not None and understanding.intent is not None:
        redis_context.intent_count(recent["bot"], understanding.intent)


def _count_failure(turn: TurnView) -> int | None:
    """How often it has failed now; None when it does not wait any more."""
    wanted = {"_id": turn.id, "state": "pending"}
    found = turns().find_one_and_update(wanted, {"$inc": {"attempts": 1}}, return_document=ReturnDocument.AFTER)
    return int(found["attempts"]) if found else None


def _give_up(turn: TurnView) -> None:
    """Say honestly that it did not work, so that no later message waits behind this one."""

    def body(tx: Transaction) -> None:
        if not _close(tx, turn, "failed"):
            return
        turn_mark_failed(tx, turn)
        text = _(
            "Something went wrong on our side while I worked on your message, so I did nothing with it. It was logged. "
            "Please try again, perhaps in other words."
        )
        try:
            frame_append(
                tx=tx, conversation_id=turn.conversation_id, type="message.created", data=message_payload(text)
            )
        except NotFound:
            logger.warning("the conversation of a failed turn is gone", extra={"turn_id": turn.id})

    run_transaction(body)
