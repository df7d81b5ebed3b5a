"""Asking once more for what a job was to do that ended badly."""

from typing import Any
from uuid import uuid4

import pytest
from pymongo.database import Database

from chatbot_project.accounts.models import User
from orchestrator import selectors, services
from orchestrator.errors import NotAllowed, NotFound, WrongState
from orchestrator.states import JobKind, JobState
from orchestrator.types import JobView, Lifetime, Origin

from .orchestrating import actor, applied, destroy, move, person, planned, seed, submit, take


@pytest.fixture
def demo(mongo_db: Database[Any]) -> User:
    seed()
    return person("demo", "requester")


def failed(job: JobView) -> JobView:
    lease = take(job)
    return move(move(job, JobState.PLANNING, lease), JobState.FAILED, lease)


def retry(job: JobView, user: User, new_id: str | None = None) -> JobView:
    return services.job_retry(job_id=job.id, actor=actor(user), origin=Origin("web"), new_id=new_id)


def test_the_same_is_asked_for_once_more_lifetime_included(demo: User) -> None:
    values = {"name": "acme-reports", "versioning": True}
    first = failed(submit(demo, values=values, lifetime=Lifetime(seconds=7200)))
    new_id = str(uuid4())
    job = retry(first, demo, new_id)
    assert retry(first, demo, new_id).id == job.id == new_id
    assert job.stack and first.stack
    assert (job.state, job.kind, job.stack.id) == (JobState.QUEUED, JobKind.APPLY, first.stack.id)
    assert (job.values, job.lifetime) == (values, Lifetime(seconds=7200))


def test_without_its_secrets_it_would_be_another_request(demo: User) -> None:
    first = failed(submit(demo, values={"name": "acme-reports", "password": "s3cret"}))
    with pytest.raises(WrongState, match=r"secrets \(password\) were not kept"):
        retry(first, demo)
    assert "password" in selectors.may_retry(demo, first)[1]


def test_what_went_well_or_is_not_over_is_not_tried_again(demo: User) -> None:
    waiting = submit(demo, "other")
    for job in (applied(demo), waiting):
        with pytest.raises(WrongState, match="only what ended badly"):
            retry(job, demo)
        assert selectors.may_retry(demo, job)[0] is False


def test_who_may(demo: User) -> None:
    first = failed(submit(demo))
    with pytest.raises(NotFound):
        retry(first, person("stranger", "requester"))
    with pytest.raises(NotAllowed, match="requester role"):
        retry(first, person("approver", "approver"))
    operator = person("operator", "operator", "requester")
    assert retry(first, operator).requester == actor(operator)


def test_a_deletion_is_tried_again_as_a_deletion(demo: User) -> None:
    stack = applied(demo).stack
    assert stack
    approver = person("approver", "approver")
    job = planned(destroy(demo, stack.id))
    rejected = services.job_reject(job_id=job.id, actor=actor(approver), reason="not now", via="test")
    again = retry(rejected, demo)
    assert again.stack
    assert (again.kind, again.stack.id) == (JobKind.DESTROY, stack.id)
