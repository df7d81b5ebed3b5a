"""Finding one's own conversations again: by their titles, and by what was said in them."""

import re
from dataclasses import dataclass

from pymongo import DESCENDING

from chatbot_project.accounts.models import User

from .cleaning import length_check
from .documents import ConversationView, Document, conversation_view, conversations, frames

QUERY_CHARACTERS = 200
# Who has more conversations than this finds the newest of them.
_SEARCHED = 1_000
_SECONDS = 3
_AROUND = 40


@dataclass(frozen=True)
class Found:
    """A conversation, and the words around the first place where something was said; `seq` is that frame's number."""

    conversation: ConversationView
    before: str = ""
    match: str = ""
    after: str = ""
    seq: int | None = None


def conversations_search(*, viewer: User, query: str, limit: int = 30) -> list[Found]:
    """`viewer`'s own conversations with all of `query` in the title or in one message, the newest first.

    Upper and lower case are one; the query is plain text. Raises InvalidFrame when it is longer than 200 characters.
    """
    text = " ".join(length_check(query, "q", QUERY_CHARACTERS).split())
    pattern = re.compile(r"\s+".join(re.escape(each) for each in text.split()), re.IGNORECASE)
    own = {"owner_id": str(viewer.id), "deleted_at": None}
    order = [("created_at", DESCENDING), ("_id", DESCENDING)]
    searched = [conversation_view(each) for each in conversations().find(own).sort(order).limit(_SEARCHED)]
    said = _said([each.id for each in searched], pattern)
    found = [_found(each, pattern, said.get(each.id)) for each in searched]
    return [each for each in found if each is not None][:limit]


def _said(ids: list[str], pattern: re.Pattern[str]) -> dict[str, Document]:
    """The last message of each conversation that has the words."""
    wanted = {"conversation_id": {"$in": ids}, "type": "message.created", "data.text": {"$regex": pattern}}
    stages: list[Document] = [
        {"$match": wanted},
        {"$sort": {"conversation_id": 1, "seq": -1}},
        {"$group": {"_id": "$conversation_id", "seq": {"$first": "$seq"}, "text": {"$first": "$data.text"}}},
    ]
    return {each["_id"]: each for each in frames().aggregate(stages, maxTimeMS=_SECONDS * 1000)}


def _found(conversation: ConversationView, pattern: re.Pattern[str], said: Document | None) -> Found | None:
    place = pattern.search(said["text"]) if said else None
    if said is None or place is None:
        return Found(conversation) if pattern.search(conversation.title) else None
    text, (begin, end) = said["text"], place.span()
    before, after = text[max(0, begin - _AROUND) : begin], text[end : end + _AROUND]
    return Found(
        conversation,
        before=("…" if begin > _AROUND else "") + before,
        match=place.group(),
        after=after + ("…" if end + _AROUND < len(text) else ""),
        seq=said["seq"],
    )
