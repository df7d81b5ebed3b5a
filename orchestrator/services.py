"""Everything outsiders may do to jobs. Keyword-only; with `tx` a call joins the caller's transaction."""

from datetime import datetime
from functools import partial
from typing import Any

from pymongo.errors import DuplicateKeyError

from chatbot_project.accounts.models import EVERY_ENVIRONMENT
from chatbot_project.mongo.transactions import Transaction, run_transaction

from . import delegations
from .catalog_documents import action_document, action_view, blueprint_load
from .catalog_teaching import blueprints_taught
from .decisions import approve, cancel, reject, withdraw
from .environments import environments_seed
from .errors import Conflict
from .life.drifting import drift_watch
from .life.keeping import expiry_keep
from .life.owning import owner_change
from .requested import Request, values_clean
from .retirement import stacks_retire
from .retrying import retried_request
from .revealing.requests import Reveal, reveal_ask, reveal_take
from .sentences import stated
from .states import JobKind
from .submission import submit
from .types import Actor, DelegationView, JobView, Lifetime, Origin, StackView
from .values_files import values_read

__all__ = [
    "blueprints_taught",
    "delegation_end",
    "delegation_give",
    "environments_seed",
    "job_approve",
    "job_cancel",
    "job_reject",
    "job_retry",
    "job_submit",
    "job_withdraw",
    "output_reveal",
    "output_take",
    "stack_give",
    "stack_keep",
    "stack_watch",
    "stacks_retire",
    "values_read",
    "values_validate",
]


def job_submit(
    *,
    kind: JobKind,
    requester: Actor,
    environment: str,
    subject: str,
    values: dict[str, Any],
    origin: Origin,
    stack_name: str | None = None,
    stack_id: str | None = None,
    job_id: str | None = None,
    lifetime: Lifetime | None = None,
    restores_job_id: str | None = None,
    adopts_job_id: str | None = None,
    imports: bool = False,
    tx: Transaction | None = None,
) -> JobView:
    """Store a job to be done; a worker hears of it after the commit.

    `subject` names a blueprint (apply, destroy, drift) or an action. Without `stack_id` an apply finds the requester's
    stack of that name or makes it; values given are laid over those a stack has. The same `job_id` again returns
    the job it made. What an apply makes with a `lifetime` is deleted at its end, under the approval of this job's
    plan. With `restores_job_id` an apply asks for what that earlier one of the same stack did, of the same blueprint
    version; with `adopts_job_id` for what that check for drift found. With `imports` it takes over what exists.
    Raises InvalidValue(s), NotFound, NotAllowed, WrongState, Conflict.
    """
    named = {"job_id": job_id} if job_id else {}
    request = Request(
        JobKind(kind),
        requester,
        environment,
        subject,
        values,
        origin,
        stack_name,
        stack_id,
        lifetime=lifetime,
        restores_job_id=restores_job_id,
        adopts_job_id=adopts_job_id,
        imports=imports,
        **named,
    )
    for _ in range(5):
        try:
            return run_transaction(partial(submit, request), tx=tx)
        except DuplicateKeyError:
            # Somebody else has just made the same stack or the same job: the next attempt finds it.
            if tx is not None:
                break
    raise Conflict(stated("The same request is being stored at this moment. Try again."))


def job_retry(*, job_id: str, actor: Actor, origin: Origin, new_id: str | None = None) -> JobView:
    """Ask once more for what a job that ended badly was to do: a new job, with its own plan and approval.

    The same `new_id` again returns the job it made. Raises NotFound, NotAllowed, WrongState (it did not end badly) and
    whatever job_submit does.
    """
    return job_submit(requester=actor, origin=origin, job_id=new_id, **retried_request(job_id, actor))


def job_approve(
    *, job_id: str, plan_hash: str, actor: Actor, via: str, reason: str = "", tx: Transaction | None = None
) -> JobView:
    """Approve exactly the plan named by `plan_hash`; the job goes on when enough people have.

    Raises NotFound (or not to be seen by `actor`), PlanMismatch (another plan: reload), NotAllowed, WrongState (nothing
    to decide, expired, decided before).
    """
    body = partial(approve, job_id=job_id, plan_hash=plan_hash, actor=actor, via=via, reason=reason)
    return run_transaction(body, tx=tx)


def job_reject(*, job_id: str, actor: Actor, reason: str, via: str, tx: Transaction | None = None) -> JobView:
    """Refuse the job's plan; the job ends. Raises NotFound, NotAllowed, WrongState."""
    return run_transaction(partial(reject, job_id=job_id, actor=actor, reason=reason, via=via), tx=tx)


def job_cancel(*, job_id: str, actor: Actor, reason: str, via: str, tx: Transaction | None = None) -> JobView:
    """Stop the job: at once when nobody works on it, otherwise by asking its worker (`cancel_requested`).

    Asking again is harmless. What was interrupted is still found out, and not continued.
    Raises NotFound, NotAllowed, WrongState (finished).
    """
    return run_transaction(partial(cancel, job_id=job_id, actor=actor, reason=reason, via=via), tx=tx)


def job_withdraw(*, job_id: str, actor: Actor, reason: str, via: str, tx: Transaction | None = None) -> JobView:
    """Stop a job of which nothing was started yet, and no other. Raises NotFound, NotAllowed, WrongState."""
    return run_transaction(partial(withdraw, job_id=job_id, actor=actor, reason=reason, via=via), tx=tx)


def delegation_give(
    *,
    giver: Actor,
    to: str,
    until: datetime,
    starts_at: datetime | None = None,
    environment: str = EVERY_ENVIRONMENT,
    given_by: Actor | None = None,
    delegation_id: str | None = None,
    tx: Transaction | None = None,
) -> DelegationView:
    """Let the person called `to` decide for `giver`, who is away, from `starts_at` (None: now) until `until`.

    `environment` is one or all (`*`). `given_by` is who arranged it, if not `giver`. The same `delegation_id` again
    returns what it made. Raises InvalidValue, NotAllowed (nothing to hand on), NotFound, WrongState.
    """
    body = partial(
        delegations.delegation_give,
        giver=giver,
        to_name=to,
        until=until,
        starts_at=starts_at,
        environment=environment,
        given_by=given_by or giver,
        delegation_id=delegation_id,
    )
    return run_transaction(body, tx=tx)


def delegation_end(
    *, delegation_id: str, actor: Actor, any_person: bool = False, tx: Transaction | None = None
) -> DelegationView:
    """End it now; of what was approved under it, only what is being applied already goes on. Raises NotFound, also for
    who is neither away nor decides meanwhile (`any_person`: an administrator)."""
    body = partial(delegations.delegation_end, delegation_id=delegation_id, actor=actor, any_person=any_person)
    return run_transaction(body, tx=tx)


def stack_keep(
    *,
    stack_id: str,
    actor: Actor,
    via: str,
    until: datetime | None = None,
    more_seconds: int | None = None,
    for_good: bool = False,
    tx: Transaction | None = None,
) -> StackView:
    """Put off the end of a stack: `until` a later time, for `more_seconds` than so far, or `for_good`.

    A deletion that waits already is withdrawn. Its owner may, and operators. Raises NotFound, NotAllowed, InvalidValue,
    WrongState (it has no end, a later one already, or is being deleted), Conflict.
    """
    body = partial(
        expiry_keep,
        stack_id=stack_id,
        actor=actor,
        until=until,
        more_seconds=more_seconds,
        for_good=for_good,
        via=via,
    )
    return run_transaction(body, tx=tx)


def stack_give(*, stack_id: str, to: str, actor: Actor, via: str, tx: Transaction | None = None) -> StackView:
    """Hand a stack on to the person called `to`, who may ask for changes where it is. Its owner may, and operators.
    Raises NotFound, NotAllowed, InvalidValue, WrongState (a job is not finished, they have one of that name)."""
    return run_transaction(partial(owner_change, stack_id=stack_id, to_name=to, actor=actor, via=via), tx=tx)


def stack_watch(
    *, stack_id: str, hours: int | None, actor: Actor, via: str, tx: Transaction | None = None
) -> StackView:
    """Have a stack checked for drift every so many `hours`; 0: never, None: as its environment says. Its owner may,
    and operators. Raises NotFound, NotAllowed, InvalidValue, WrongState."""
    return run_transaction(partial(drift_watch, stack_id=stack_id, hours=hours, actor=actor, via=via), tx=tx)


def output_reveal(
    *,
    reveal_id: str,
    stack_id: str,
    output: str,
    public_key: str,
    actor: Actor,
    via: str,
    tx: Transaction | None = None,
) -> Reveal:
    """Have a worker seal a stack's secret output to `public_key`, for whoever has the private key; that it was asked
    for is recorded. The same `reveal_id` again returns what it made.

    Its owner may, who still has the requester role there, and operators. Raises InvalidValue (no such key, no secret),
    NotFound, NotAllowed, WrongState (it is gone), TooMany.
    """
    body = partial(
        reveal_ask,
        reveal_id=reveal_id,
        stack_id=stack_id,
        output=output,
        public_key=public_key,
        actor=actor,
        via=via,
    )
    return run_transaction(body, tx=tx)


def output_take(*, reveal_id: str, actor: Actor) -> Reveal:
    """What became of a request for a secret output. A sealed box is handed out once, and is gone then. Raises NotFound
    (fetched, over, somebody else's), WrongState (nobody answered in time)."""
    return reveal_take(reveal_id=reveal_id, actor=actor)


def values_validate(*, subject: str, kind: JobKind, values: dict[str, Any], partial: bool) -> dict[str, Any]:
    """The values, checked and converted. `partial`: only those given. Raises InvalidValues, NotFound."""
    if JobKind(kind) is JobKind.ACTION:
        variables = action_view(action_document(subject)).variables
    else:
        variables = blueprint_load(subject).variables
    return values_clean(variables, values, partial=partial)
