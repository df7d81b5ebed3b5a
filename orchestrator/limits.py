"""How much one environment and one person may have: counted when something is asked for.

Of requests at the same time each writes the same document first, so that they are counted one after the other.
"""

from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from chatbot_project.mongo.connections import collection
from chatbot_project.mongo.transactions import Transaction

from .documents import Document, jobs, stacks, utc_now
from .errors import TooMany, WrongState
from .life.records import stack_events
from .sentences import stated
from .states import TERMINAL
from .types import Actor

_HELD = ["live", "unknown"]


def jobs_limit_check(tx: Transaction, *, environment: str, person: Actor) -> None:
    """Raises WrongState when this person has as many unfinished jobs there as one may."""
    most = _limits(tx, environment).get("most_jobs_per_person") or 0
    if not most:
        return
    _one_after_the_other(tx, f"{environment}:jobs:{person.id}")
    wanted = {"environment": environment, "requester_id": person.id, "state": {"$nin": sorted(TERMINAL)}}
    if jobs().count_documents(wanted, session=tx.session) >= most:
        raise WrongState(
            stated(
                "You have %(most)s unfinished jobs in %(environment)s, as many as one person may. Wait until one has "
                "ended, or cancel one.",
                most=most,
                environment=environment,
            )
        )


def stacks_limit_check(tx: Transaction, *, environment: str, person: Actor) -> None:
    """Raises WrongState when there is no room for one more stack, of this person or of all."""
    limits = _limits(tx, environment)
    most = limits.get("most_stacks_per_person") or 0
    if most:
        _one_after_the_other(tx, f"{environment}:stacks:{person.id}")
        if _stacks_in(tx, {"environment": environment, "owner_id": person.id}) >= most:
            raise WrongState(
                stated(
                    "You have %(most)s stacks in %(environment)s, as many as one person may. Delete one of them first.",
                    most=most,
                    environment=environment,
                )
            )
    most = limits.get("most_stacks") or 0
    if most:
        _one_after_the_other(tx, f"{environment}:stacks")
        if _stacks_in(tx, {"environment": environment}) >= most:
            raise WrongState(
                stated(
                    "There are %(most)s stacks in %(environment)s, as many as it may have. Delete one first.",
                    most=most,
                    environment=environment,
                )
            )


def reveals_limit_check(tx: Transaction, *, kind: str, person: Actor) -> None:
    """Raises TooMany when this person has had as many secrets shown in the last minute as one may; `kind` is that of
    the events that record it."""
    most = settings.ORCHESTRATOR["REVEALS_PER_MINUTE"]
    _one_after_the_other(tx, f"reveals:{person.id}")
    lately = {"at": {"$gt": utc_now() - timedelta(minutes=1)}, "kind": kind, "actor.id": person.id}
    if stack_events().count_documents(lately, session=tx.session) >= most:
        said = _("You have had %(most)s secrets shown within a minute, as many as one may. Wait a minute.")
        raise TooMany(said % {"most": most}, retry_after=60)


def _limits(tx: Transaction, environment: str) -> Document:
    return collection("orchestrator_environment").find_one({"_id": environment}, session=tx.session) or {}


def _stacks_in(tx: Transaction, where: Document) -> int:
    """Those that hold something, or are about to."""
    held = {**where, "$or": [{"status": {"$in": _HELD}}, {"active_job_id": {"$ne": None}}]}
    return stacks().count_documents(held, session=tx.session)


def _one_after_the_other(tx: Transaction, key: str) -> None:
    update = {"$set": {"asked_at": utc_now()}}
    collection("orchestrator_limit").update_one({"_id": key}, update, upsert=True, session=tx.session)
