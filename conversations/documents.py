"""The documents of the collections, and the frozen views that code outside of them handles.

Times in `frame.data` are ISO 8601 text: data is JSON all the way down.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from pymongo.collection import Collection

from chatbot_project.mongo.connections import collection

Document = dict[str, Any]
Value = Any

CONVERSATIONS = "conversations_conversation"
FRAMES = "conversations_frame"
RECEIPTS = "conversations_receipt"
TURNS = "conversations_turn"
TOOL_CALLS = "conversations_toolcall"


def new_id() -> str:
    return str(uuid4())


@dataclass(frozen=True)
class ConversationView:
    id: str
    owner_id: str
    owner_name: str
    title: str
    bot: str
    last_seq: int
    created_at: datetime
    updated_at: datetime
    seen_seq: int | None = None
    """The last number its owner has looked at; None where that was never told."""
    dialogue: Document = field(default_factory=dict)
    dialogue_version: int = 0
    """Grows with every saved `dialogue`; a writer that read an older one must read again."""
    site: str = ""
    """The embedding site it was begun on; empty: begun here."""

    @property
    def is_unread(self) -> bool:
        """Whether something stands in it that its owner has not looked at."""
        return self.seen_seq is not None and self.seen_seq < self.last_seq


@dataclass(frozen=True)
class Frame:
    """One frame as the client gets it; `seq` is None on transient ones."""

    type: str
    data: Document
    id: str = field(default_factory=lambda: str(uuid4()))
    seq: int | None = None
    ts: datetime = field(default_factory=lambda: datetime.now(UTC))
    conversation_id: str = ""

    def wire(self) -> Document:
        """The protocol's JSON object."""
        return {"v": 1, "type": self.type, "id": self.id, "seq": self.seq, "ts": timestamp(self.ts), "data": self.data}


@dataclass(frozen=True)
class TurnView:
    id: str
    conversation_id: str
    seq: int
    state: str
    """pending, done or failed"""
    kind: str
    """message, form or correction (then `values` has job_id, intent and values)"""
    text: str
    form_id: str
    values: Document
    user_id: str
    user_name: str
    created_at: datetime
    attempts: int = 0
    opinion: Document | None = None
    """What a language model was asked and said about it (opinions.py)."""
    site: str = ""
    """The embedding site whose page it came from; empty: from our own, or a program."""


def conversations() -> Collection[Document]:
    return collection(CONVERSATIONS)


def frames() -> Collection[Document]:
    return collection(FRAMES)


def receipts() -> Collection[Document]:
    return collection(RECEIPTS)


def tool_calls() -> Collection[Document]:
    return collection(TOOL_CALLS)


def turns() -> Collection[Document]:
    return collection(TURNS)


def frame_key(conversation_id: str, seq: int) -> str:
    """Keys sort as the numbers do, so that the primary index serves every read of a stream."""
    return f"{conversation_id}:{seq:010d}"


def turn_key(conversation_id: str, seq: int) -> str:
    return f"{conversation_id}:{seq}"


def timestamp(moment: datetime) -> str:
    """RFC 3339 in UTC with milliseconds, as in every frame and answer."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def conversation_view(document: Document) -> ConversationView:
    names = ("owner_id", "owner_name", "title", "bot", "last_seq", "created_at", "updated_at")
    return ConversationView(
        id=document["_id"],
        seen_seq=document.get("seen_seq"),
        dialogue=document.get("dialogue") or {},
        dialogue_version=document.get("dialogue_version", 0),
        site=document.get("site", ""),
        **{name: document[name] for name in names},
    )


def frame_view(document: Document) -> Frame:
    names = ("type", "data", "id", "seq", "ts", "conversation_id")
    return Frame(**{name: document[name] for name in names})


def turn_view(document: Document) -> TurnView:
    names = ("conversation_id", "seq", "state", "kind", "text", "form_id", "values", "created_at", "attempts")
    user = document["user"]
    return TurnView(
        id=document["_id"],
        user_id=user["id"],
        user_name=user["name"],
        opinion=document.get("opinion"),
        site=document.get("site", ""),
        **{name: document[name] for name in names},
    )
