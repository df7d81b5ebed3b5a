"""Answering a request for a secret output: what an infrastructure worker does, which alone can read the state.

The message names the request and nothing else; the stack, the output, the public key and who asks are read from
MongoDB, and whether they may is decided here once more. The value is in this process's memory for a moment, and leaves
it sealed. A message that comes twice, or late, finds nothing to do.
"""

import json
import logging
from collections.abc import Callable
from typing import Any

from orchestrator.contexts import store_access
from orchestrator.documents import Document, actor_view, stack_view, stacks, utc_now
from orchestrator.errors import NotAllowed
from orchestrator.executors.base import ExecutorError, StackRef
from orchestrator.executors.terraform.state import StateFacts, state_read
from orchestrator.permissions import acting_user, may_reveal

from .requests import GONE, NO_OUTPUT, NO_STATE, NOT_ALLOWED, REFUSED, SEALED, TOO_LONG, WAITING, reveals
from .sealing import seal

logger = logging.getLogger(__name__)

MOST_CHARACTERS = 200_000

Read = Callable[[StackRef], StateFacts]


class _Refused(Exception):
    """`code` is one of those of requests.py."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def reveal_answer(reveal_id: str, *, read: Read | None = None) -> str:
    """Seal the value, or say why not; the state it is left in, empty where there is nothing to do. Raises PyMongoError:
    whoever asked hears then that nobody answered."""
    waiting = {"_id": reveal_id, "state": WAITING, "expires_at": {"$gt": utc_now()}}
    row = reveals().find_one(waiting)
    if row is None:
        return ""
    try:
        answer: Document = {"state": SEALED, "box": _box(row, read or _from_store)}
    except _Refused as refused:
        answer = {"state": REFUSED, "problem": refused.code}
    # Of two deliveries at once the first one's box stays.
    return answer["state"] if reveals().update_one(waiting, {"$set": answer}).modified_count else ""


def _box(row: Document, read: Read) -> dict[str, str]:
    value = _value(_stack(row), row["output"], read)
    return seal(value, public_key=row["public_key"], request_id=row["_id"], output=row["output"])


def _stack(row: Document) -> Document:
    """Raises _Refused unless it is there, and theirs to see."""
    stack = stacks().find_one({"_id": row["stack_id"]})
    if stack is None or stack["status"] == "gone":
        raise _Refused(GONE)
    try:
        user = acting_user(actor_view(row["asked_by"]))
    except NotAllowed:
        raise _Refused(NOT_ALLOWED) from None
    if not may_reveal(user, stack_view(stack)):
        raise _Refused(NOT_ALLOWED)
    return stack


def _value(stack: Document, output: str, read: Read) -> Any:
    ref = StackRef(id=stack["_id"], name=stack["name"], environment=stack["environment"], owner=stack["owner_name"])
    try:
        found = read(ref).outputs.get(output)
    except ExecutorError as error:
        logger.warning("the state of a stack could not be read: %s", error.detail, extra={"stack_id": ref.id})
        raise _Refused(NO_STATE) from None
    if found is None:
        raise _Refused(NO_OUTPUT)
    value = found.get("value")
    if len(json.dumps(value)) > MOST_CHARACTERS:
        raise _Refused(TOO_LONG)
    return value


def _from_store(stack: StackRef) -> StateFacts:
    return state_read(store_access(), stack)
