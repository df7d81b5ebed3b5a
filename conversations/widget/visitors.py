"""Visitors who do not come back: when they were seen is noted, and after a while they are removed with what they said.

Nobody else knows who a visitor was, so nothing of theirs is of use to anybody. Whoever has something on record (a job,
a stack, a decision: it takes a role, which no visitor has) is kept whole, for a record without its words explains
nothing.

The account goes first: from then on nobody comes back to it. What is interrupted after that is found by its state.
"""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from pymongo.collection import Collection

from chatbot_project.accounts.models import User
from chatbot_project.accounts.services import visitor_delete
from chatbot_project.mongo.connections import collection
from orchestrator.audit import is_on_record

from ..context import context_forget
from ..documents import CONVERSATIONS, FRAMES, RECEIPTS, TOOL_CALLS, TURNS, Document

HERE, LEAVING, KEPT = "here", "leaving", "kept"
BATCH = 20
_VISITORS = "conversations_visitor"
_AFTER_A_COLON = chr(ord(":") + 1)


def visitors() -> Collection[Document]:
    return collection(_VISITORS)


def visitor_note(user: User, site: str) -> None:
    """This visitor is on a page of the site now."""
    seen = {"site": site, "seen_at": datetime.now(UTC), "state": HERE}
    visitors().update_one({"_id": str(user.id)}, {"$set": seen}, upsert=True)


def visitors_sweep() -> int:
    """Remove a few of those who were not seen for `WIDGET_VISITORS_KEPT_DAYS`; how many. As long as a visitor's key is
    good they are expected."""
    if not (days := settings.WIDGET["VISITORS_KEPT_DAYS"]):
        return 0
    before = datetime.now(UTC) - timedelta(days=max(days, settings.WIDGET["VISITOR_DAYS"]))
    late = {"state": {"$in": [HERE, LEAVING]}, "seen_at": {"$lt": before}}
    return sum(_end(each, before) for each in list(visitors().find(late).sort("seen_at", 1).limit(BATCH)))


def _end(row: Document, before: datetime) -> bool:
    state = KEPT if _is_person(row["_id"]) or is_on_record(row["_id"]) else LEAVING
    unseen = {"_id": row["_id"], "seen_at": {"$lt": before}}
    # Not when they have come back at this moment.
    is_late = visitors().update_one(unseen, {"$set": {"state": state}}).matched_count == 1
    if not is_late or state == KEPT:
        return False
    visitor_delete(row["_id"])
    for each in list(collection(CONVERSATIONS).find({"owner_id": row["_id"]}, {"_id": 1})):
        _conversation_remove(each["_id"])
    visitors().delete_one({"_id": row["_id"], "state": LEAVING})
    return True


def _is_person(user_id: str) -> bool:
    """An administrator can make a person of a visitor, who keeps what they said then."""
    return User.objects.filter(id=user_id, is_visitor=False).exists()


def _conversation_remove(conversation_id: str) -> None:
    """All of it, itself last: what is interrupted is found again by it."""
    for name in (FRAMES, TURNS, TOOL_CALLS):
        collection(name).delete_many({"conversation_id": conversation_id})
    keys = {"$gte": f"{conversation_id}:", "$lt": f"{conversation_id}{_AFTER_A_COLON}"}
    collection(RECEIPTS).delete_many({"_id": keys})
    context_forget(conversation_id)
    collection(CONVERSATIONS).delete_one({"_id": conversation_id})
