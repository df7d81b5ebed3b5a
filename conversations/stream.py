"""The numbered event stream of a conversation: append in a transaction, read after a number.

`seq` is taken by `$inc` on the conversation in the transaction that inserts the frame. Two writers collide on that
document, so numbers are committed in order and without a gap, and a reader never sees n+1 before n.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import uuid4

from pymongo import ASCENDING, ReturnDocument
from pymongo.read_concern import ReadConcern

from chatbot_project.mongo.transactions import Transaction

from . import push
from .documents import Document, Frame, conversations, frame_key, frame_view, frames
from .errors import NotFound

_MAJORITY = ReadConcern("majority")
LAST = 9_999_999_999


def frame_append(
    *,
    tx: Transaction,
    conversation_id: str,
    type: str,
    data: Document,
    frame_id: str | None = None,
    dedupe_key: str | None = None,
) -> Frame | None:
    """Append a frame in `tx`; after the commit everybody who follows the conversation is told.

    None when a frame with this `dedupe_key` is there already (nothing is written then). Raises NotFound.
    """
    if dedupe_key is not None and _is_there(tx, conversation_id, dedupe_key):
        return None
    now = datetime.now(UTC)
    frame = Frame(
        type=type,
        data=data,
        id=frame_id or str(uuid4()),
        seq=_next_seq(tx, conversation_id, now),
        ts=now,
        conversation_id=conversation_id,
    )
    frames().insert_one(_document(frame, dedupe_key), session=tx.session)
    seq = frame.seq or 0
    tx.after_commit(lambda: push.conversation_changed(conversation_id, seq))
    return frame


def frames_after(conversation_id: str, after: int, limit: int = 200, *, type: str | None = None) -> list[Frame]:
    """Up to `limit` frames with a number above `after`, in order; only what a majority holds."""
    wanted: Document = {"_id": {"$gt": frame_key(conversation_id, after), "$lte": frame_key(conversation_id, LAST)}}
    if type is not None:
        wanted["type"] = type
    found = frames().with_options(read_concern=_MAJORITY).find(wanted).sort("_id", ASCENDING).limit(limit)
    return [frame_view(document) for document in found]


def last_seq(conversation_id: str) -> int:
    """The number of the newest frame; 0 in an empty conversation. Raises NotFound."""
    numbers = last_seqs([conversation_id])
    if conversation_id not in numbers:
        raise NotFound(f"There is no conversation {conversation_id}.", field="conversation_id")
    return numbers[conversation_id]


def last_seqs(conversation_ids: Iterable[str]) -> dict[str, int]:
    """`{conversation id: number of its newest frame}` of those that exist, in one read."""
    source = conversations().with_options(read_concern=_MAJORITY)
    found = source.find({"_id": {"$in": list(conversation_ids)}}, {"last_seq": 1})
    return {document["_id"]: document["last_seq"] for document in found}


def _is_there(tx: Transaction, conversation_id: str, dedupe_key: str) -> bool:
    wanted = {"conversation_id": conversation_id, "dedupe_key": dedupe_key}
    return frames().find_one(wanted, {"_id": 1}, session=tx.session) is not None


def _next_seq(tx: Transaction, conversation_id: str, now: datetime) -> int:
    conversation = conversations().find_one_and_update(
        {"_id": conversation_id},
        {"$inc": {"last_seq": 1}, "$set": {"updated_at": now}},
        projection={"last_seq": 1},
        return_document=ReturnDocument.AFTER,
        session=tx.session,
    )
    if conversation is None:
        raise NotFound(f"There is no conversation {conversation_id}.", field="conversation_id")
    return int(conversation["last_seq"])


def _document(frame: Frame, dedupe_key: str | None) -> Document:
    document = {
        "_id": frame_key(frame.conversation_id, frame.seq or 0),
        "conversation_id": frame.conversation_id,
        "seq": frame.seq,
        "type": frame.type,
        "id": frame.id,
        "ts": frame.ts,
        "data": frame.data,
    }
    return document if dedupe_key is None else {**document, "dedupe_key": dedupe_key}
