"""Who may work on a job: one at a time, for a while, on the server's clock."""

from functools import partial
from typing import Any

import pytest
from pymongo.database import Database

from chatbot_project.accounts.models import User
from orchestrator import leases
from orchestrator.leases import Lease
from orchestrator.states import JobState

from .orchestrating import at_once, lose_lease, move, person, raw, seed, submit, take


@pytest.fixture
def demo(mongo_db: Database[Any]) -> User:
    seed()
    return person("demo", "requester")


def test_one_of_many_claims_wins(demo: User) -> None:
    job = submit(demo)
    claims = [partial(leases.claim, job.id, f"worker-{n}", [JobState.QUEUED], 60.0) for n in range(8)]
    (winner,) = [each for each in at_once(claims) if isinstance(each, Lease)]
    assert (raw(job.id)["lease_owner"], winner.fence) == (winner.owner, 1)


def test_a_claim_names_the_states_it_can_work_on(demo: User) -> None:
    job = submit(demo)
    assert leases.claim(job.id, "w", [JobState.APPROVED], 60) is None
    assert leases.claim("unknown", "w", [JobState.QUEUED], 60) is None


def test_a_queued_job_waits_for_its_turn(demo: User) -> None:
    first, second = submit(demo), submit(demo)
    assert leases.claim(second.id, "w", [JobState.QUEUED], 60) is None
    lease = take(first)
    move(first, JobState.CANCELED)
    assert not leases.renew(Lease(second.id, lease.owner, lease.fence))
    assert leases.claim(second.id, "w", [JobState.QUEUED], 60) is not None


def test_a_lease_is_renewed_until_it_runs_out(demo: User) -> None:
    job = submit(demo)
    lease = take(job)
    until = raw(job.id)["lease_expires_at"]
    assert leases.renew(lease, 600)
    assert raw(job.id)["lease_expires_at"] > until
    lose_lease(job.id)
    assert not leases.renew(lease)


def test_the_next_holder_has_a_higher_fence_and_the_old_one_nothing(demo: User) -> None:
    job = submit(demo)
    old = take(job)
    lose_lease(job.id)
    new = take(job, owner="worker-2")
    assert (old.fence, new.fence) == (1, 2)
    assert not leases.renew(old)
    assert not leases.release(old)
    assert leases.renew(new)


def test_the_same_owner_is_fenced_from_its_own_past(demo: User) -> None:
    job = submit(demo)
    old = take(job)
    assert leases.release(old)
    take(job, owner=old.owner)
    assert not leases.renew(old)


def test_what_is_released_can_be_claimed_at_once(demo: User) -> None:
    job = submit(demo)
    assert leases.release(take(job))
    assert take(job, owner="worker-2").fence == 2


def test_taking_over_needs_an_unfinished_job(demo: User) -> None:
    job = submit(demo)
    old = take(job)
    new = leases.take_over(job.id, "undertaker", 60)
    assert new is not None
    assert not leases.renew(old)
    move(job, JobState.CANCELED)
    assert leases.take_over(job.id, "undertaker", 60) is None
