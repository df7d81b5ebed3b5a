"""From a request to a queued job, and every request that is refused without changing anything."""

from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from pymongo.database import Database

from chatbot_project.mongo.connections import collection
from chatbot_project.mongo.transactions import Transaction, run_transaction
from orchestrator import services
from orchestrator.documents import SENSITIVE
from orchestrator.errors import InvalidValue, InvalidValues, NotAllowed, NotFound, WrongState
from orchestrator.states import JobKind, JobState, Risk
from orchestrator.types import Actor, JobView, Origin

from .orchestrating import (
    actor,
    applied,
    applying,
    approve,
    at_once,
    destroy,
    move,
    person,
    planned,
    raw,
    seed,
    submit,
    wakeups,
)


@pytest.fixture(autouse=True)
def _world(mongo_db: Database[Any]) -> None:
    seed()


def nothing_stored() -> bool:
    return all(
        collection(f"orchestrator_{name}").count_documents({}) == 0
        for name in ("job", "stack", "transition", "outbox", "approval")
    )


def test_a_job_is_stored_with_its_stack_its_history_and_its_wake_up() -> None:
    demo = person("demo", "requester")
    job = submit(demo, values={"name": "acme-reports", "versioning": True})
    assert (job.state, job.version, job.risk, job.title) == (
        JobState.QUEUED,
        1,
        Risk.LOW,
        "create staging bucket acme-reports",
    )
    assert job.stack is not None
    assert (job.stack.name, job.stack.status, job.stack.active_job_id) == ("acme-reports", "new", job.id)
    assert job.values == {"name": "acme-reports", "versioning": True}
    history = collection("orchestrator_transition").find_one({"_id": f"{job.id}:1"})
    assert history is not None
    assert (history["from_state"], history["to_state"], history["actor"]["name"]) == (None, "queued", "demo")
    assert {row["_id"] for row in collection("orchestrator_outbox").find()} == {f"{job.id}:1", f"{job.id}:1:wakeup"}


def test_the_same_job_id_again_is_the_same_job() -> None:
    demo, key = person("demo", "requester"), str(uuid4())
    assert submit(demo, job_id=key).id == submit(demo, job_id=key).id == key
    assert collection("orchestrator_job").count_documents({}) == 1


def test_a_job_id_of_somebody_else_is_not_found() -> None:
    key = str(uuid4())
    submit(person("demo", "requester"), job_id=key)
    with pytest.raises(NotFound):
        submit(person("eve", "requester"), job_id=key)


def test_a_job_id_must_be_a_uuid() -> None:
    with pytest.raises(InvalidValue, match="job_id must be a UUID"):
        submit(person("demo", "requester"), job_id="../etc")


def test_the_same_job_submitted_at_once_is_made_once() -> None:
    demo, key = person("demo", "requester"), str(uuid4())
    found = at_once([partial(submit, demo, job_id=key)] * 6)
    assert [each.id for each in found if isinstance(each, JobView)] == [key] * 6
    assert collection("orchestrator_job").count_documents({}) == 1
    assert wakeups(key) == 1


def test_jobs_for_one_new_stack_at_once_share_it_and_stand_in_line() -> None:
    demo = person("demo", "requester")
    found = at_once([partial(submit, demo)] * 6)
    views = [each for each in found if isinstance(each, JobView)]
    assert len(views) == 6, found
    (stack,) = collection("orchestrator_stack").find()
    assert len({stack["active_job_id"], *stack["queue"]}) == 6
    assert sum(raw(each.id)["runnable"] for each in views) == 1
    assert collection("orchestrator_outbox").count_documents({"kind": "wakeup"}) == 1
    assert sorted(each.queue_position for each in views) == list(range(6))


@pytest.mark.parametrize(
    ("changed", "error", "said"),
    [
        ({"environment": "moon"}, NotFound, "There are: .*sandbox"),
        ({"subject": "spaceship"}, NotFound, "There are: object-storage, vault"),
        ({"values": {}}, InvalidValues, "name"),
        ({"values": {"name": "acme", "color": "red"}}, InvalidValues, "color"),
        ({"values": {"name": "acme", "versioning": "perhaps"}}, InvalidValues, "versioning"),
        ({"values": {"name": "half \ud800"}}, InvalidValues, "valid characters"),
        ({"stack_id": str(uuid4())}, NotFound, "no stack"),
        ({"stack_name": "x" * 121}, InvalidValue, "1 to 120 characters"),
        ({"kind": JobKind.DESTROY}, InvalidValue, "stack_id is missing"),
        ({"kind": JobKind.ACTION, "subject": "dance"}, NotFound, "There are: list-buckets, show-stack"),
        ({"kind": JobKind.ACTION, "subject": "show-stack", "values": {}}, InvalidValue, "needs a stack"),
    ],
)
def test_what_cannot_be_done_is_refused_and_nothing_is_stored(
    changed: dict[str, Any], error: type[Exception], said: str
) -> None:
    demo = person("demo", "requester")
    with pytest.raises(error, match=said):
        submit(demo, **changed)
    assert nothing_stored()


def test_asking_needs_the_requester_role_in_that_environment() -> None:
    demo = person("demo", "requester", environment="sandbox")
    with pytest.raises(NotAllowed, match="requester role"):
        submit(demo)
    assert submit(demo, environment="sandbox").environment == "sandbox"


def test_an_inactive_person_and_the_system_cannot_ask() -> None:
    gone = person("gone", "requester")
    gone.is_active = False
    gone.save()
    for requester in (actor(gone), Actor.system("scheduler"), Actor(id="not-a-uuid", name="x")):
        with pytest.raises(NotAllowed):
            services.job_submit(
                kind=JobKind.APPLY,
                requester=requester,
                environment="staging",
                subject="object-storage",
                values={"name": "acme"},
                origin=Origin("web"),
            )


def test_the_environment_raises_the_risk_of_changes_but_not_of_reading() -> None:
    demo = person("demo", "requester")
    assert submit(demo, environment="production").risk is Risk.HIGH
    reading = submit(demo, kind=JobKind.ACTION, subject="list-buckets", values={}, environment="production")
    assert (reading.risk, reading.stack, reading.title) == (Risk.READ, None, "List buckets in production")
    assert raw(reading.id)["runnable"]


def test_sensitive_values_are_in_no_view() -> None:
    demo = person("demo", "requester")
    job = submit(demo, values={"name": "acme", "password": "hunter2"})
    assert job.values["password"] == SENSITIVE
    assert job.stack is not None
    assert job.stack.values["password"] == SENSITIVE
    assert "hunter2" not in repr(job)
    stored = raw(job.id)
    assert stored["sensitive_values"] == {"password": "hunter2"}
    assert "password" not in stored["values"]


def test_a_finished_job_forgets_its_sensitive_values_and_its_live_stack_keeps_them() -> None:
    demo = person("demo", "requester")
    job = applied(demo, values={"name": "acme-reports", "password": "hunter2"})
    assert raw(job.id)["sensitive_values"] == {}
    assert job.values["password"] == SENSITIVE
    stack = collection("orchestrator_stack").find_one({})
    assert stack is not None
    assert stack["sensitive_values"] == {"password": "hunter2"}


def test_a_second_apply_changes_the_same_stack_and_keeps_what_is_not_mentioned() -> None:
    demo = person("demo", "requester")
    first = applied(demo, values={"name": "acme-reports", "password": "hunter2"})
    second = submit(demo, values={"name": "acme-reports", "versioning": True})
    assert second.stack is not None
    assert first.stack is not None
    assert second.stack.id == first.stack.id
    assert second.title == "change staging bucket acme-reports"
    assert raw(second.id)["sensitive_values"] == {"password": "hunter2"}
    by_id = submit(demo, values={"versioning": False}, stack_id=first.stack.id)
    assert by_id.values == {"name": "acme-reports", "versioning": False, "password": SENSITIVE}


def test_two_people_may_use_the_same_name() -> None:
    mine, yours = submit(person("ada", "requester")), submit(person("bob", "requester"))
    assert mine.stack is not None
    assert yours.stack is not None
    assert mine.stack.id != yours.stack.id


def test_the_stack_of_somebody_else_does_not_exist_and_an_operator_may_change_it() -> None:
    stack = applied(person("demo", "requester")).stack
    assert stack is not None
    with pytest.raises(NotFound):
        destroy(person("eve", "requester"), stack.id)
    with pytest.raises(NotAllowed, match="belongs to demo"):
        destroy(person("reader", "requester", "approver"), stack.id)
    assert destroy(person("ops", "requester", "operator"), stack.id).title == "delete staging bucket acme-reports"


def test_a_stack_is_named_with_its_own_environment_and_blueprint() -> None:
    demo = person("demo", "requester")
    stack = applied(demo).stack
    assert stack is not None
    with pytest.raises(InvalidValue, match="in staging"):
        destroy(demo, stack.id, environment="sandbox")
    with pytest.raises(InvalidValue, match="is a object-storage"):
        destroy(demo, stack.id, subject="vault")


def test_destroying_takes_no_new_values() -> None:
    demo = person("demo", "requester")
    stack = applied(demo).stack
    assert stack is not None
    with pytest.raises(InvalidValue, match="leave out versioning"):
        destroy(demo, stack.id, values={"versioning": True})
    assert destroy(demo, stack.id, values={"name": "acme-reports"}).values == {"name": "acme-reports"}


def test_what_is_gone_or_was_never_made_cannot_be_destroyed() -> None:
    demo, approver = person("demo", "requester"), person("approver", "approver")
    stack = applied(demo).stack
    assert stack is not None
    job, lease = applying(approve(planned(destroy(demo, stack.id)), approver))
    assert move(job, JobState.SUCCEEDED, lease).stack.status == "gone"  # type: ignore[union-attr]
    with pytest.raises(WrongState, match="gone already"):
        destroy(demo, stack.id)
    never = submit(demo, "other")
    services.job_cancel(job_id=never.id, actor=actor(demo), reason="", via="test")
    assert never.stack is not None
    with pytest.raises(WrongState, match="never created"):
        destroy(demo, never.stack.id)


def test_an_action_on_a_stack_does_not_stand_in_its_line() -> None:
    demo = person("demo", "requester")
    stack = applied(demo).stack
    assert stack is not None
    waiting = submit(demo)
    look = submit(demo, kind=JobKind.ACTION, subject="show-stack", values={}, stack_id=stack.id)
    assert (look.queue_position, look.title) == (0, "Show resources of acme-reports in staging")
    assert raw(look.id)["runnable"]
    assert waiting.queue_position == 0


def test_a_caller_s_transaction_that_fails_leaves_nothing() -> None:
    demo = person("demo", "requester")

    def body(tx: Transaction) -> None:
        submit(demo, tx=tx)
        raise LookupError

    with pytest.raises(LookupError):
        run_transaction(body)
    assert nothing_stored()


def test_values_can_be_checked_without_a_job() -> None:
    checked = services.values_validate(
        subject="object-storage", kind=JobKind.APPLY, values={"versioning": "yes"}, partial=True
    )
    assert checked == {"versioning": True}
    with pytest.raises(InvalidValues):
        services.values_validate(subject="object-storage", kind=JobKind.APPLY, values={}, partial=False)
    assert services.values_validate(subject="list-buckets", kind=JobKind.ACTION, values={}, partial=False) == {}
