"""Who is to be reminded of a plan that waits: those who may decide about it and have not, once each.

Public, like selectors.py.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from pymongo.errors import DuplicateKeyError

from chatbot_project.accounts.models import User
from chatbot_project.accounts.selectors import users_get
from chatbot_project.mongo.connections import collection
from chatbot_project.mongo.transactions import Transaction

from .approvers import approver_ids
from .delegations import delegations_from
from .documents import Document, job_views, jobs, utc_now
from .permissions import may_approve
from .states import JobState
from .types import JobView

_BATCH = 50


@dataclass(frozen=True)
class Reminder:
    job: JobView
    people: tuple[User, ...]
    key: str
    """Of the plan and the asking: who was reminded of it is not reminded again."""


def reminders_due(after_seconds: float | None = None) -> Iterator[Reminder]:
    """Plans that have waited for longer than `after_seconds` (None: as set; never when that is 0), and the people who
    may decide and were not reminded: first those of which nobody was, the longest waiting first, then others that
    somebody may approve by now who could not before. Call `reminders_done` when everybody was told."""
    after = settings.ORCHESTRATOR["APPROVAL_REMINDER_SECONDS"] if after_seconds is None else after_seconds
    if after_seconds is None and not after:
        return
    now = utc_now()
    wanted = {
        "state": JobState.AWAITING_APPROVAL.value,
        "waiting_since": {"$lte": now - timedelta(seconds=after)},
        "approval_expires_at": {"$gt": now},
    }
    found = list(jobs().find({**wanted, "reminded": False}).sort("waiting_since", 1).limit(_BATCH))
    # Any of them, so that all have their turn however many there are.
    again: list[Document] = [{"$match": {**wanted, "reminded": True}}, {"$sample": {"size": _BATCH}}]
    found += list(jobs().aggregate(again))
    for document, view in zip(found, job_views(found), strict=True):
        told = _told(document)
        left = [each for each in _people(document) if f"{_key(document)}:{each.id}" not in told]
        people = tuple(each for each in left if may_approve(each, view)[0])
        if people or not document["reminded"]:
            yield Reminder(view, people, _key(document))


def _told(job: Document) -> set[str]:
    """Found by the beginning of the key, which is indexed."""
    mine = {"_id": {"$regex": f"^{re.escape(_key(job))}:"}}
    return {each["_id"] for each in collection("orchestrator_reminder").find(mine, {"_id": 1})}


def reminder_note(tx: Transaction, reminder: Reminder, user: User) -> bool:
    """Keep that this person is told, in the transaction that tells them; False when they were told before."""
    reminded = collection("orchestrator_reminder")
    document = {
        "_id": f"{reminder.key}:{user.id}",
        "job_id": reminder.job.id,
        "user_id": str(user.id),
        "at": utc_now(),
    }
    if reminded.find_one({"_id": document["_id"]}, {"_id": 1}, session=tx.session) is not None:
        return False
    try:
        reminded.insert_one(document, session=tx.session)
    except DuplicateKeyError:  # another scheduler, a moment ago
        return False
    return True


def reminders_done(reminder: Reminder) -> None:
    """Everybody was told about this plan, or cannot be."""
    wanted = {"_id": reminder.job.id, "version": reminder.job.version}
    jobs().update_one(wanted, {"$set": {"reminded": True}})


def _people(job: Document) -> list[User]:
    """Who could decide: for those who are away the ones who do it meanwhile."""
    if job["approval_rule"] == "self":
        return users_get([job["requester_id"]])
    environment = job["environment"]
    ids = approver_ids(environment, job.get("approval_groups") or ())
    for each in delegations_from(sorted(ids), environment):
        ids.discard(each["from_id"])
        ids.add(each["to_id"])
    return users_get(ids - {job["requester_id"]})


def _key(job: Document) -> str:
    return f"{job['_id']}:{job['plan']['plan_hash']}:{job['approval_round']}"
