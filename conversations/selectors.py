"""Reads of conversations. Nobody sees a conversation but its owner; superusers may read all."""

from datetime import datetime

from pymongo import DESCENDING

from chatbot_project.accounts.models import User

from .documents import ConversationView, Document, TurnView, conversation_view, conversations, turn_view, turns
from .errors import NotAllowed, NotFound


def conversation_get(conversation_id: str, *, viewer: User | None = None) -> ConversationView:
    """The conversation; with a `viewer`, only if they may see it. Raises NotFound, NotAllowed.

    A deleted one is there for the jobs that still report into it, and for no viewer."""
    found = conversations().find_one({"_id": conversation_id})
    if found is None or (viewer is not None and found.get("deleted_at")):
        raise NotFound(f"There is no conversation {conversation_id}.", field="conversation_id")
    if viewer is not None and not viewer.is_superuser and found["owner_id"] != str(viewer.id):
        raise NotAllowed("This conversation belongs to somebody else.", field="conversation_id")
    return conversation_view(found)


def conversations_list(
    *, viewer: User, limit: int = 50, before: tuple[datetime, str] | None = None
) -> list[ConversationView]:
    """`viewer`'s own conversations, the newest first; `before` is (created_at, id) of the last one already seen."""
    wanted: Document = {"owner_id": str(viewer.id), "deleted_at": None}
    if before is not None:
        moment, key = before
        wanted["$or"] = [{"created_at": {"$lt": moment}}, {"created_at": moment, "_id": {"$lt": key}}]
    order = [("created_at", DESCENDING), ("_id", DESCENDING)]
    return [conversation_view(document) for document in conversations().find(wanted).sort(order).limit(limit)]


def conversation_newest(*, owner_id: str, site: str) -> ConversationView | None:
    """The newest conversation that this person began on an embedding site."""
    found = conversations().find_one(
        {"owner_id": owner_id, "site": site, "deleted_at": None}, sort=[("created_at", DESCENDING)]
    )
    return conversation_view(found) if found else None


def turn_get(turn_id: str) -> TurnView:
    """A turn by its key `conversation:number`. Raises NotFound."""
    found = turns().find_one({"_id": turn_id})
    if found is None:
        raise NotFound(f"There is no turn {turn_id}.", field="turn_id")
    return turn_view(found)


def turns_pending(*, older_than: datetime, limit: int = 100) -> list[str]:
    """Keys of turns that wait since before `older_than`, the oldest first."""
    wanted = {"state": "pending", "created_at": {"$lt": older_than}}
    return [document["_id"] for document in turns().find(wanted, {"_id": 1}).sort("created_at").limit(limit)]
