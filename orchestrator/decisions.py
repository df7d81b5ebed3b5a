"""What people decide about a job, each inside one transaction. services.py is the way in."""

from datetime import datetime, timedelta
from functools import partial

from django.conf import settings

from chatbot_project.mongo.transactions import Transaction

from .approvals import approvals_good, decision_insert, decision_revoke, policy_check
from .approvers import OWN, Mandate
from .documents import Document, actor_document, encode, job_load, job_views, jobs, utc_now, words
from .errors import Conflict, InvalidValue, NotAllowed, NotFound, PlanMismatch, WrongState
from .leases import expired_filter
from .permissions import acting_user, approval_mandate, may_cancel, may_reject, may_see_job, not_waiting
from .sentences import joined, stated, word_stated
from .states import STARTED, TERMINAL, WORKING, JobState
from .transitions import note, transition
from .types import Actor, JobView

_MAX_REASON = 500


def approve(tx: Transaction, *, job_id: str, plan_hash: str, actor: Actor, via: str, reason: str) -> JobView:
    job, view = _visible(tx, job_id, actor)
    _check_reason(reason)
    now = utc_now()
    _still_waiting(view, job, now)
    if view.plan is None or plan_hash != view.plan.plan_hash:
        raise PlanMismatch(
            stated("The plan has changed since you saw it. Reload the job and look at the plan again."),
            field="plan_hash",
        )
    policy_check(tx, job)
    if view.lifetime and view.lifetime.until and view.lifetime.until <= now:
        raise WrongState(stated("The time until which it was asked for is over. Ask again for a later one."))
    user = acting_user(actor)
    mandate, why = approval_mandate(user, view)
    if mandate is None:
        decided = any(each.user.id == actor.id and each.current for each in view.approvals)
        raise WrongState(why) if decided else NotAllowed(why)
    until = now + timedelta(seconds=settings.ORCHESTRATOR["APPROVAL_TTL_SECONDS"])
    store = partial(decision_insert, tx, job=job, plan_hash=plan_hash, actor=actor, via=via, reason=reason, now=now)
    store(decision="approve", expires_at=until, mandate=mandate)
    given, needed = len(approvals_good(tx, job, now)), job["approval_needed"]
    said = _said(stated("approved by %(name)s", name=_in_whose_name(actor, mandate)), reason)
    if given < needed:
        counted = stated("%(said)s; %(given)s of %(needed)s approvals", said=said, given=given, needed=needed)
        noted = note(tx, job, actor, counted)
        return job_views([noted], tx.session)[0]
    return _move(tx, job, JobState.APPROVED, actor, said)


def reject(tx: Transaction, *, job_id: str, actor: Actor, reason: str, via: str) -> JobView:
    job, view = _visible(tx, job_id, actor)
    _check_reason(reason)
    now = utc_now()
    _still_waiting(view, job, now)
    user = acting_user(actor)
    allowed, why = may_reject(user, view)
    if not allowed:
        raise NotAllowed(why)
    mandate = approval_mandate(user, view)[0] or OWN
    plan_hash = view.plan.plan_hash if view.plan else ""
    # Who approved first may still change their mind into a no.
    if any(each.user.id == actor.id and each.current for each in view.approvals):
        decision_revoke(tx, job=job, actor=actor, reason=reason, via=via, now=now)
    else:
        store = partial(decision_insert, tx, job=job, plan_hash=plan_hash, actor=actor, via=via, reason=reason, now=now)
        store(decision="reject", expires_at=now, mandate=mandate)
    return _move(
        tx,
        job,
        JobState.REJECTED,
        actor,
        _said(stated("rejected by %(name)s", name=_in_whose_name(actor, mandate)), reason),
    )


def cancel(tx: Transaction, *, job_id: str, actor: Actor, reason: str, via: str) -> JobView:
    job, view = _visible(tx, job_id, actor)
    _check_reason(reason)
    if view.state in TERMINAL:
        raise WrongState(
            stated(
                "This job is finished (%(state)s); there is nothing to cancel.", state=word_stated(words(view.state))
            )
        )
    if actor.id is not None:
        allowed, why = may_cancel(acting_user(actor), view)
        if not allowed:
            raise NotAllowed(why)
    said = _said(stated("canceled by %(name)s", name=actor.name), reason)
    if view.state not in WORKING | {JobState.INDETERMINATE}:
        return _move(tx, job, JobState.CANCELED, actor, said)
    if view.state is JobState.PLANNING and _nobody_holds(tx, job):
        return _move(tx, job, JobState.CANCELED, actor, said)
    return _ask_worker(tx, job, actor, reason, via)


def withdraw(tx: Transaction, *, job_id: str, actor: Actor, reason: str, via: str) -> JobView:
    """Cancel, as long as nothing can have been changed: who wants something else does not want half of this."""
    _job, view = _visible(tx, job_id, actor)
    if view.state in STARTED:
        raise WrongState(
            stated("This job is %(state)s; wait until it is done, or cancel it.", state=word_stated(words(view.state)))
        )
    return cancel(tx, job_id=job_id, actor=actor, reason=reason, via=via)


def _ask_worker(tx: Transaction, job: Document, actor: Actor, reason: str, via: str) -> JobView:
    """Leave the wish where the worker's heartbeat finds it, or whoever finds out what an interrupted job did. The
    version stays: it is the worker's to move on."""
    if job["cancel_requested"] is None:
        wish = {"actor": actor_document(actor), "reason": reason, "via": via, "at": utc_now()}
        wanted = {"_id": job["_id"], "state": job["state"]}
        asked = jobs().update_one(wanted, {"$set": {"cancel_requested": encode(wish)}}, session=tx.session)
        if not asked.matched_count:
            raise Conflict(stated("The job has changed in the meantime. Look at it again."))
        job = {**job, "cancel_requested": wish}
    return job_views([job], tx.session)[0]


def _nobody_holds(tx: Transaction, job: Document) -> bool:
    wanted = {"_id": job["_id"], **expired_filter()}
    return jobs().find_one(wanted, {"_id": 1}, session=tx.session) is not None


def _visible(tx: Transaction, job_id: str, actor: Actor) -> tuple[Document, JobView]:
    """The job, as long as the actor may see it: a foreign job is answered like one that does not exist."""
    job = job_load(job_id, tx.session)
    if job is None or (actor.id is not None and not may_see_job(acting_user(actor), job)):
        raise NotFound(stated("There is no job %(job_id)s.", job_id=job_id), field="job_id")
    return job, job_views([job], tx.session)[0]


def _still_waiting(view: JobView, job: Document, now: datetime) -> None:
    if view.state is not JobState.AWAITING_APPROVAL:
        raise WrongState(not_waiting(view))
    if job["approval_expires_at"] is not None and job["approval_expires_at"] <= now:
        raise WrongState(stated("This plan has expired; it was not approved in time. Ask again for a new one."))


def _move(tx: Transaction, job: Document, to_state: JobState, actor: Actor, reason: str) -> JobView:
    return transition(
        job_id=job["_id"],
        from_state=JobState(job["state"]),
        to_state=to_state,
        version=job["version"],
        actor=actor,
        reason=reason,
        tx=tx,
    )


def _check_reason(reason: str) -> None:
    if len(reason) > _MAX_REASON:
        raise InvalidValue(
            stated(
                "reason may have %(max_reason)s characters at most; this one has %(reason)s.",
                max_reason=_MAX_REASON,
                reason=len(reason),
            ),
            field="reason",
        )


def _in_whose_name(actor: Actor, mandate: Mandate) -> str:
    if not mandate.principal:
        return actor.name
    return stated("%(name)s for %(absent)s, who is away", name=actor.name, absent=mandate.principal.name)


def _said(what: str, reason: str) -> str:
    return joined((what, reason), ": ") if reason else what
