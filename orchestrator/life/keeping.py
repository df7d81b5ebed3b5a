"""Keeping a stack longer than it was asked for."""

from datetime import datetime, timedelta

from chatbot_project.mongo.transactions import Transaction
from orchestrator.decisions import withdraw
from orchestrator.documents import Document, job_load, stack_view
from orchestrator.errors import InvalidValue, WrongState
from orchestrator.schedules import server_now
from orchestrator.sentences import stated
from orchestrator.standing import standing_postpone, standing_withdraw
from orchestrator.states import TERMINAL, JobKind, JobState
from orchestrator.types import Actor, Lifetime, StackView

from .expiry import APPROVED_FOR, expiry_set
from .lifetimes import lifetime_checked, moment_words
from .records import stack_event_insert, stack_to_change


def expiry_keep(
    tx: Transaction,
    *,
    stack_id: str,
    actor: Actor,
    until: datetime | None,
    more_seconds: int | None,
    for_good: bool,
    via: str,
) -> StackView:
    """See services.stack_keep."""
    stack = stack_to_change(tx, stack_id, actor, "keep")
    before = stack.get("expires_at")
    if before is None:
        raise WrongState(stated("%(name)s has no end, so there is nothing to prolong.", name=stack["name"]))
    after = None if for_good else _later(before, until, more_seconds)
    _deletion_withdraw(tx, stack, actor, via)
    expiry_set(tx, stack, after, {"deletion": None, "attempts": 0, "put_off": False})
    if after is None:
        standing_withdraw(tx, stack_id=stack["_id"], kind=JobKind.DESTROY)
    else:
        until = after + APPROVED_FOR
        standing_postpone(tx, stack_id=stack["_id"], kind=JobKind.DESTROY, valid_from=after, until=until)
    who = {"name": actor.name, "stack": stack["name"], "via": via}
    text = stated("%(name)s keeps %(stack)s for good, by %(via)s.", **who)
    if after:
        text = stated("%(name)s keeps %(stack)s until %(time)s, by %(via)s.", time=moment_words(after), **who)
    stack_event_insert(
        tx,
        stack,
        kind="expiry_changed",
        actor=actor,
        text=text,
        conversation_id=None,
        before=before,
        after=after,
    )
    return stack_view({**stack, "expires_at": after})


def _later(before: datetime, until: datetime | None, more_seconds: int | None) -> datetime:
    """The new end. It may only be later: an earlier one was approved by nobody."""
    now = server_now()
    if (until is None) == (more_seconds is None) or (more_seconds is not None and more_seconds < 1):
        raise InvalidValue(
            stated("Say until when, or how much longer in seconds (1 or more): one of both."), field="until"
        )
    # What is over already is prolonged from now on.
    try:
        after = until if until is not None else max(before, now) + timedelta(seconds=more_seconds or 0)
    except OverflowError:
        after = datetime.max.replace(tzinfo=now.tzinfo)
    lifetime_checked(Lifetime(until=after), now, field="until")
    if after <= before:
        raise WrongState(
            stated(
                "It is kept until %(before)s already, which is later. Nothing was changed.", before=moment_words(before)
            )
        )
    return after


def _deletion_withdraw(tx: Transaction, stack: Document, actor: Actor, via: str) -> None:
    """Stop the job that is to delete it. Raises WrongState when that has begun."""
    job_id = (stack.get("expiry") or {}).get("deletion")
    job = job_load(job_id, tx.session) if job_id else None
    if job is None or JobState(job["state"]) in TERMINAL:
        return
    try:
        withdraw(tx, job_id=job["_id"], actor=actor, reason=stated("it is kept longer"), via=via)
    except WrongState as error:
        raise WrongState(
            stated("%(name)s is being deleted already. Nothing was changed.", name=stack["name"])
        ) from error
