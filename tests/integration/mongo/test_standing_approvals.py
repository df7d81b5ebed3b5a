"""Approvals given in advance: for one job on one stack, within a time, once."""

from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database

from chatbot_project.accounts.models import User
from chatbot_project.mongo.connections import collection
from chatbot_project.mongo.transactions import run_transaction
from orchestrator import selectors
from orchestrator.documents import utc_now
from orchestrator.standing import standing_give, standing_postpone
from orchestrator.states import JobKind
from orchestrator.types import JobView

from .approving import waiting
from .flow import FakeExecutor, run
from .orchestrating import approve, destroy, person, raw, seed

HOUR = timedelta(hours=1)


@pytest.fixture
def executor() -> FakeExecutor:
    return FakeExecutor()


@pytest.fixture
def demo(mongo_db: Database[Any]) -> User:
    seed()
    return person("demo", "requester")


def made(demo: User, executor: FakeExecutor, *, starts: timedelta, lasts: timedelta = HOUR) -> JobView:
    """A stack in production, made with an approver's word, who agreed to its end as well."""
    ada = person("ada", "approver")
    job = approve(waiting(demo, executor, environment="production"), ada)
    begin = utc_now() + starts
    give = {"job": raw(job.id), "kind": JobKind.DESTROY, "valid_from": begin, "until": begin + lasts}
    assert run_transaction(lambda tx: standing_give(tx, **give)) == 1
    assert run_transaction(lambda tx: standing_give(tx, **give)) == 1
    assert run(job, executor) == "succeeded"
    assert collection("orchestrator_approval").count_documents({"kind": "standing"}) == 1
    return selectors.job_get(job.id)


def end(demo: User, job: JobView) -> JobView:
    assert job.stack is not None
    return destroy(demo, job.stack.id, environment="production")


def test_what_was_agreed_to_happens_without_asking_again(demo: User, executor: FakeExecutor) -> None:
    job = end(demo, made(demo, executor, starts=-timedelta(seconds=1)))
    assert run(job, executor) == "succeeded"
    done = selectors.job_get(job.id)
    assert [(each.user.name, each.kind, each.current) for each in done.approvals] == [("ada", "standing", True)]
    assert collection("orchestrator_approval").count_documents({"kind": "standing", "used_at": None}) == 0


@pytest.mark.parametrize(("starts", "lasts"), [(HOUR, HOUR), pytest.param(-2 * HOUR, HOUR, marks=pytest.mark.full)])
def test_neither_earlier_nor_later(demo: User, executor: FakeExecutor, starts: timedelta, lasts: timedelta) -> None:
    job = end(demo, made(demo, executor, starts=starts, lasts=lasts))
    assert run(job, executor) == "awaiting_approval"


def test_it_is_only_ever_postponed(demo: User, executor: FakeExecutor) -> None:
    live = made(demo, executor, starts=HOUR)
    assert live.stack is not None
    stack_id, now = live.stack.id, utc_now()
    for begin in (now, now + 3 * HOUR):
        later = {"kind": JobKind.DESTROY, "valid_from": begin, "until": begin + HOUR}
        run_transaction(lambda tx, later=later: standing_postpone(tx, stack_id=stack_id, **later))
    (given,) = collection("orchestrator_approval").find({"kind": "standing"})
    assert given["valid_from"] == now + 3 * HOUR


@pytest.mark.full
def test_once(demo: User, executor: FakeExecutor) -> None:
    live = made(demo, executor, starts=-timedelta(seconds=1))
    executor.to_apply = ConnectionError("away")
    assert run(end(demo, live), executor) == "indeterminate"
    given = collection("orchestrator_approval").find_one({"kind": "standing"})
    assert given is not None
    assert given["used_at"] is not None


@pytest.mark.full
def test_what_was_never_begun_leaves_it_to_the_next(demo: User, executor: FakeExecutor) -> None:
    from orchestrator.executors.base import PlanVoid

    live = made(demo, executor, starts=-timedelta(seconds=1))
    executor.to_verify = PlanVoid("plan_void", "the state is another")
    assert run(end(demo, live), executor) == "superseded"
    executor.to_verify = None
    assert run(end(demo, live), executor) == "succeeded"


@pytest.mark.parametrize("loss", ["role", pytest.param("account", marks=pytest.mark.full)])
def test_who_may_not_approve_any_more_has_not_agreed(demo: User, executor: FakeExecutor, loss: str) -> None:
    live, ada = made(demo, executor, starts=-timedelta(seconds=1)), User.objects.get(username="ada")
    if loss == "role":
        ada.role_bindings.all().delete()
    else:
        User.objects.filter(id=ada.id).update(is_active=False)
    assert run(end(demo, live), executor) == "awaiting_approval"


@pytest.mark.full
def test_one_who_agreed_is_not_two(demo: User, executor: FakeExecutor) -> None:
    from .approving import row

    live = made(demo, executor, starts=-timedelta(seconds=1))
    row("production", "high", "two")
    assert run(end(demo, live), executor) == "awaiting_approval"
