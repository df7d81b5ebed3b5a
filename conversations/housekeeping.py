"""What people do with their conversations besides talking: name, delete, and having looked at them.

Deleting takes a conversation out of its owner's sight for good; what was asked for, decided and done stays for audit,
with the words that led to it.
"""

from datetime import UTC, datetime

from django.utils.translation import gettext as _
from pymongo import ReturnDocument

from chatbot_project.accounts.models import User
from chatbot_project.mongo.transactions import Transaction, run_transaction
from orchestrator import selectors as orchestrator
from orchestrator.states import TERMINAL, JobState

from . import intake
from .cleaning import length_check, string_clean
from .context import context_forget
from .documents import ConversationView, Document, conversation_view, conversations
from .errors import InvalidFrame, NotFound, WrongMoment

TITLE_CHARACTERS = 200
_UNFINISHED = frozenset(JobState) - TERMINAL


def conversation_rename(*, conversation_id: str, user: User, title: str) -> ConversationView:
    """Call it by another name, 1 to 200 characters on one line. Raises NotFound, NotAllowed, InvalidFrame."""
    clean = " ".join(length_check(string_clean(title, "title"), "title", TITLE_CHARACTERS).split())
    if not clean:
        raise InvalidFrame(_("The title is empty. Write what the conversation is about."), field="title")

    def body(tx: Transaction) -> ConversationView:
        intake.owner_check(tx, conversation_id, user)
        return _updated(tx, conversation_id, {"$set": {"title": clean}})

    return run_transaction(body)


def conversation_seen(*, conversation_id: str, user: User, seq: int) -> ConversationView:
    """Its owner has looked at everything up to number `seq`; a lower one than before changes nothing."""

    def body(tx: Transaction) -> ConversationView:
        intake.owner_check(tx, conversation_id, user)
        found = conversations().find_one({"_id": conversation_id}, {"last_seq": 1}, session=tx.session) or {}
        if seq > found["last_seq"]:
            raise InvalidFrame(f"seen_seq is {seq}, but last_seq is {found['last_seq']}.", field="seen_seq")
        return _updated(tx, conversation_id, {"$max": {"seen_seq": seq}})

    return run_transaction(body)


def conversation_delete(*, conversation_id: str, user: User) -> None:
    """Take it out of its owner's sight. Raises NotFound, NotAllowed, WrongMoment while a job of it is not over."""

    def body(tx: Transaction) -> None:
        intake.owner_check(tx, conversation_id, user)
        found = orchestrator.jobs_list(viewer=None, conversation_id=conversation_id, states=_UNFINISHED, limit=1)
        if found:
            text = _("“%(title)s” is not over yet, and what comes of it is told here. Cancel it or wait for its end.")
            raise WrongMoment(text % {"title": found[0].title})
        _updated(tx, conversation_id, {"$set": {"deleted_at": datetime.now(UTC)}})

    run_transaction(body)
    context_forget(conversation_id)


def _updated(tx: Transaction, conversation_id: str, change: Document) -> ConversationView:
    found = conversations().find_one_and_update(
        {"_id": conversation_id}, change, return_document=ReturnDocument.AFTER, session=tx.session
    )
    if found is None:
        raise NotFound(f"There is no conversation {conversation_id}.", field="conversation_id")
    return conversation_view(found)
