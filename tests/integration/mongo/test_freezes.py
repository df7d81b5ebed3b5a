"""Times in which nothing may be changed, and how much one environment and one person may have."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chatbot_project.accounts.models import User
from chatbot_project.mongo.connections import collection
from orchestrator import selectors
from orchestrator.documents import utc_now
from orchestrator.errors import WrongState
from orchestrator.freeze_admin import FreezeForm
from orchestrator.freeze_models import Freeze
from orchestrator.freezes import frozen
from orchestrator.states import JobKind, JobState
from orchestrator.types import JobView

from .flow import FakeExecutor, ready, run, states
from .living import deletions, due, fire, made_for_a_while, over, told
from .orchestrating import applied, at_once, destroy, person, seed, submit

pytestmark = pytest.mark.usefixtures("mongo_db")
HOUR = timedelta(hours=1)


@pytest.fixture
def demo() -> User:
    seed()
    return person("demo", "requester")


def freeze(environment: str = "staging", **more: Any) -> Freeze:
    times = {"starts_at": utc_now() - HOUR, "ends_at": utc_now() + HOUR, **more}
    return Freeze.objects.create(environment=environment, reason="Quarter end.", **times)


def limit(**limits: int) -> None:
    collection("orchestrator_environment").update_one({"_id": "staging"}, {"$set": limits})


def test_a_change_is_refused_until_it_is_over(demo: User):
    stack = applied(demo).stack
    assert stack is not None
    until = freeze("*").ends_at
    with pytest.raises(WrongState, match=rf"staging is frozen until {until:%Y-%m-%d %H:%M}.*: Quarter end\."):
        submit(demo, "other")
    with pytest.raises(WrongState, match="ask again then"):
        destroy(demo, stack.id)
    assert selectors.stack_get(stack.id).active_job_id is None
    assert submit(demo, kind=JobKind.DRIFT, stack_id=stack.id, values={}).state is JobState.QUEUED
    assert submit(demo, kind=JobKind.ACTION, subject="list-buckets", values={}).state is JobState.QUEUED


def test_elsewhere_and_at_other_times_nothing_is_frozen(demo: User):
    freeze("production")
    freeze(starts_at=utc_now() + HOUR, ends_at=utc_now() + 2 * HOUR)
    freeze(starts_at=utc_now() - 2 * HOUR, ends_at=utc_now() - HOUR)
    assert submit(demo).state is JobState.QUEUED


def test_what_is_approved_waits_and_begins_when_it_is_over(demo: User):
    executor = FakeExecutor()
    job = ready(demo, executor)
    stop = freeze()
    assert run(job, executor) == run(job, executor) == "nothing to do"
    waiting = selectors.job_get(job.id)
    assert (waiting.state, executor.applied) == (JobState.APPROVED, [])
    assert "staging is frozen until" in waiting.last_reason
    assert states(job).count("approved") == 2
    row = collection("orchestrator_outbox").find_one({"_id": f"{job.id}:{waiting.version}:wakeup"})
    assert row is not None
    assert abs(row["not_before"] - stop.ends_at) < timedelta(seconds=1)
    stop.delete()
    assert run(job, executor) == "succeeded"


def test_the_end_of_a_stack_waits_too(demo: User):
    stack = made_for_a_while(demo, person("boss", "approver"))
    stop = freeze()
    over(stack)
    fire()
    assert deletions(stack) == []
    assert told(stack)[-1] == "expiry_failed"
    later = due("expiry", stack)
    assert later is not None
    assert abs(later - stop.ends_at) < timedelta(seconds=1)


def test_a_weekly_freeze_leaves_the_window_between(demo: User):
    """From Saturday 06:00 to the next Saturday 02:00."""
    saturday = datetime(2026, 1, 3, 6, tzinfo=UTC)
    freeze(starts_at=saturday, ends_at=saturday + timedelta(days=6, hours=20), weekly=True)
    for weeks in (0, 1, 60):
        at = saturday + timedelta(weeks=weeks)
        found = frozen("staging", at + timedelta(days=2))
        assert found is not None
        assert found.until == at + timedelta(days=6, hours=20)
        assert frozen("staging", at - timedelta(hours=2)) is None
    assert frozen("staging", saturday - timedelta(weeks=1)) is None


def test_freezes_in_a_row_are_one(demo: User):
    now = utc_now()
    for hours in range(3):
        freeze(starts_at=now + (hours - 0.5) * HOUR, ends_at=now + (hours + 0.5) * HOUR)
    found = frozen("staging", now)
    assert found is not None
    assert abs(found.until - now - 2.5 * HOUR) < timedelta(seconds=1)


@pytest.mark.parametrize(("hours", "weekly"), [(0, False), (-1, False), (7 * 24, True)])
def test_one_that_cannot_be_is_refused_at_its_field(demo: User, hours: int, weekly: bool):
    start = datetime(2026, 1, 1, tzinfo=UTC)
    data = {"environment": "staging", "starts_at": start, "ends_at": start + hours * HOUR, "reason": "x"}
    assert "ends_at" in FreezeForm({**data, "weekly": weekly}).errors


def test_one_person_has_so_many_stacks(demo: User):
    limit(most_stacks_per_person=1)
    stack = applied(demo).stack
    assert stack is not None
    with pytest.raises(WrongState, match="You have 1 stacks in staging"):
        submit(demo, "other")
    assert applied(demo, values={"name": "acme-reports", "versioning": True}).stack is not None
    assert submit(person("olga", "requester"), "hers").state is JobState.QUEUED


def test_an_environment_has_so_many_stacks(demo: User):
    limit(most_stacks=1)
    applied(demo)
    with pytest.raises(WrongState, match="as many as it may have"):
        submit(person("olga", "requester"), "hers")


def test_one_person_has_so_many_unfinished_jobs_also_when_asking_at_once(demo: User):
    limit(most_jobs_per_person=2)
    found = at_once([lambda n=n: submit(demo, f"bucket-{n}") for n in range(6)])
    assert len([each for each in found if isinstance(each, JobView)]) == 2
    assert len(selectors.jobs_list(viewer=None)) == 2
