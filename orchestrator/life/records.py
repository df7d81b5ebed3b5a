"""What happened to a stack besides its jobs: an audit row each, and the promise that those hear of it who want to."""

from functools import partial
from typing import Any
from uuid import uuid4

from pymongo.collection import Collection

from chatbot_project.mongo.connections import collection
from chatbot_project.mongo.transactions import Transaction
from orchestrator.documents import Document, actor_document, actor_view, stack_view, stacks, utc_now
from orchestrator.errors import NotAllowed, NotFound, WrongState
from orchestrator.outbox_rows import notice_row
from orchestrator.permissions import acting_user, may_change_stack, may_see_stack
from orchestrator.sentences import stated
from orchestrator.translated import beside, told
from orchestrator.types import Actor, StackEvent

OUTPUT_SHOWN = "output_shown"
"""The kind of the event that somebody had a secret output shown."""


def stack_events() -> Collection[Document]:
    return collection("orchestrator_stackevent")


def stack_event_insert(
    tx: Transaction,
    stack: Document,
    *,
    kind: str,
    actor: Actor,
    text: str,
    conversation_id: str | None,
    key: str | None = None,
    **data: Any,
) -> None:
    """Record that something happened to the raw `stack`; `data` is JSON, or times. With the same `key` once."""
    now, key = utc_now(), key or str(uuid4())
    if stack_events().find_one({"_id": key}, {"_id": 1}, session=tx.session) is not None:
        return
    row = {
        "_id": key,
        "stack_id": stack["_id"],
        "stack_name": stack["name"],
        "environment": stack["environment"],
        "kind": kind,
        "actor": actor_document(actor),
        **beside("text", text),
        "data": data,
        "conversation_id": conversation_id,
        "at": now,
    }
    stack_events().insert_one(row, session=tx.session)
    notice_row(tx, key, now)
    tx.after_commit(partial(_tell, key))


def stack_to_change(tx: Transaction, stack_id: str, actor: Actor, verb: str) -> Document:
    """The raw stack, which is there and the actor's to change: its owner's, or an operator's. `verb` says what for.
    Raises NotFound, NotAllowed, WrongState."""
    user = acting_user(actor)
    stack = stacks().find_one({"_id": stack_id}, session=tx.session)
    if stack is None or not may_see_stack(user, stack):
        raise NotFound(stated("There is no stack %(stack_id)s.", stack_id=stack_id), field="stack_id")
    if not may_change_stack(user, stack_view(stack)):
        raise NotAllowed(
            stated(
                "%(name)s belongs to %(owner_name)s; only they or an operator may %(verb)s it.",
                name=stack["name"],
                owner_name=stack["owner_name"],
                verb=verb,
            )
        )
    if stack["status"] == "gone":
        raise WrongState(
            stated("%(name)s in %(environment)s is gone already.", name=stack["name"], environment=stack["environment"])
        )
    return stack


def stack_event_view(document: Document, stack: Document | None) -> StackEvent:
    return StackEvent(
        id=document["_id"],
        stack_id=document["stack_id"],
        stack_name=document["stack_name"],
        environment=document["environment"],
        kind=document["kind"],
        actor=actor_view(document["actor"]),
        text=told(document, "text"),
        data=dict(document["data"]),
        conversation_id=document["conversation_id"],
        at=document["at"],
        stack=stack_view(stack) if stack else None,
    )


def _tell(key: str) -> None:
    from orchestrator.outbox import notice_run  # brings Celery, which web processes start without

    notice_run(key)
