"""A language model's word on a turn: asked for once, by the background worker, while the turn waits for it.

`opinion` of a turn   what it means
-------------------   ---------------------------------------------------------------------------------------------
(none)                nobody is asked; or nobody has yet thought about whether somebody should be
asked                 the turn is pending until the deadline; `taken` when a worker asks, so that none asks twice, and
                      `taken_by` which worker: of its processes one at a time waits for a language model
given                 `suggestion` is the checked answer, joined with the bot's own understanding whenever it is needed
failed                `error` says why there is none: the turn is understood by the bot's own model alone

After the deadline a turn that is still asked goes on alone as well, whatever became of worker, queue or model.
"""

import logging
import os
import random
import time
from datetime import datetime

from django.conf import settings
from pymongo import ReturnDocument

from chatbot_project.mongo.transactions import Transaction, run_transaction
from nlu import opinions as nlu
from nlu.errors import NoModel
from nlu.types import Understanding
from orchestrator.background import task_promise

from . import task_names
from .dialogue.blocks import words_and_block
from .dialogue.words import decision_intent, exact_intent
from .documents import Document, TurnView, conversations, turn_view, turns
from .errors import Overtaken
from .review.secrets import looks_secret

logger = logging.getLogger(__name__)

ASKED, GIVEN, FAILED = "asked", "given", "failed"
_SPARE_SECONDS = 0.5
"""What storing the answer may take."""
_AGAIN_SECONDS = 1.0
"""After about which a message is tried again that found another process waiting."""


class Waiting(Exception):
    """The turn waits for a language model. Whoever gets its answer, or sees its deadline pass, processes the turn."""


def opinion_check(turn: TurnView) -> None:
    """Raises Waiting while the turn's answer is on its way."""
    if turn.opinion and turn.opinion["state"] == ASKED and time.time() < turn.opinion["deadline"]:
        raise Waiting


def opinion_apply(turn: TurnView, own: Understanding, recent: Document, now: datetime) -> Understanding:
    """What the turn means when the bot's language model is heard as well, if it has one and was of help.

    `now` is when it was written, in the time zone of who wrote it.

    Raises Waiting after it was asked for, and Overtaken when the dialogue went on since `recent` was read.
    """
    opinion = turn.opinion
    if opinion is None:
        _ask_if_wanted(turn, own, recent)
        return own
    if opinion["state"] == GIVEN:
        suggestion = nlu.Suggestion.from_json(opinion["suggestion"])
        return nlu.opinion_join(own, suggestion, bot=recent["bot"], mode=nlu.Mode(opinion["mode"]), now=now)
    if opinion["state"] == ASKED:
        logger.warning("no language model answered in time; going on without", extra={"turn_id": turn.id})
    return own


def opinion_give(turn_id: str) -> str:
    """Ask the language model about a turn that waits for it, and keep the answer; what became of it."""
    turn = _taken(turn_id)
    if turn is None or turn.opinion is None:
        return "nothing to ask"
    if not _is_alone(turn):
        _give_back(turn)
        return "another process asks"
    outcome = _answer(turn, turn.opinion)
    kept = {f"opinion.{name}": value for name, value in outcome.items()}
    turns().update_one({"_id": turn.id, "state": "pending", "opinion.state": ASKED}, {"$set": kept})
    return str(outcome["state"])


def _ask_if_wanted(turn: TurnView, own: Understanding, recent: Document) -> None:
    """A message is the bot's own business while a question is open (its answer may be a secret), when there is what
    looks like a secret in it, and when it says something in words that need no interpreter."""
    dialogue = recent["dialogue"]
    if dialogue.get("form") or dialogue.get("offered") or looks_secret(turn.text):
        return
    if exact_intent(turn.text) or decision_intent(turn.text):
        return
    wanted = nlu.opinion_wanted(own, bot=recent["bot"])
    if wanted is None:
        return
    mode, seconds = wanted
    deadline = time.time() + seconds + settings.CONVERSATIONS["OPINION_WAIT_SECONDS"]
    opinion = {"state": ASKED, "mode": mode.value, "bot": recent["bot"], "deadline": deadline, "taken": False}

    def body(tx: Transaction) -> None:
        # What Redis kept may be old: nothing is sent out before it is certain that no question is open.
        current = {"_id": turn.conversation_id, "dialogue_version": recent["dialogue_version"]}
        if conversations().find_one(current, {"_id": 1}, session=tx.session) is None:
            raise Overtaken
        untouched = {"_id": turn.id, "state": "pending", "opinion": None}
        if turns().update_one(untouched, {"$set": {"opinion": opinion}}, session=tx.session).modified_count:
            task_promise(tx=tx, task=task_names.OPINION, argument=turn.id)

    run_transaction(body)
    raise Waiting


def _taken(turn_id: str) -> TurnView | None:
    """The turn, which from now on nobody else asks about; None when there is nothing to ask any more."""
    wanted = {"_id": turn_id, "state": "pending", "opinion.state": ASKED, "opinion.taken": False}
    now = time.time()
    found = turns().find_one_and_update(
        {**wanted, "opinion.deadline": {"$gt": now + 2 * _SPARE_SECONDS}},
        {"$set": {"opinion.taken": True, "opinion.taken_by": _worker()}},
        return_document=ReturnDocument.AFTER,
    )
    return turn_view(found) if found else None


def _is_alone(turn: TurnView) -> bool:
    """Whether no other process of this worker waits for a language model: a slow one must not hold them all, for they
    have other work. Each writes before it looks, so that of two at once at most one goes on."""
    waiting = {"state": "pending", "opinion.state": ASKED, "opinion.taken": True, "opinion.taken_by": _worker()}
    others = {**waiting, "opinion.deadline": {"$gt": time.time()}, "_id": {"$ne": turn.id}}
    return turns().find_one(others, {"_id": 1}) is None


def _give_back(turn: TurnView) -> None:
    """Have it asked in a moment, by whoever is free then; after its deadline nobody does."""

    def body(tx: Transaction) -> None:
        mine = {"_id": turn.id, "state": "pending", "opinion.state": ASKED, "opinion.taken_by": _worker()}
        if turns().update_one(mine, {"$set": {"opinion.taken": False}}, session=tx.session).modified_count:
            task_promise(tx=tx, task=task_names.OPINION, argument=turn.id, after_seconds=_pause())

    run_transaction(body)


def _pause() -> float:
    """Not the same for two that met."""
    return _AGAIN_SECONDS * (0.5 + random.random())  # noqa: S311 (jitter)


def _worker() -> str:
    """Whose processes they are: the parent of this one."""
    return f"{settings.WORKER_HOST}:{os.getppid()}"


def _answer(turn: TurnView, opinion: Document) -> Document:
    seconds = opinion["deadline"] - time.time() - _SPARE_SECONDS
    try:
        suggestion = nlu.opinion_ask(words_and_block(turn.text)[0], bot=opinion["bot"], seconds=seconds)
    except nlu.LlmError as error:
        return {"state": FAILED, "error": error.code}
    except NoModel as error:
        return {"state": FAILED, "error": error.code}
    return {"state": GIVEN, "suggestion": suggestion.to_json()}
