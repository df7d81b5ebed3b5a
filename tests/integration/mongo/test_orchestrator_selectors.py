"""Who sees what, page by page, on indexes."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from pymongo.database import Database

from chatbot_project.accounts.models import User
from chatbot_project.mongo.connections import collection
from orchestrator import selectors, workload
from orchestrator.documents import jobs, utc_now
from orchestrator.errors import InvalidValue, NotFound
from orchestrator.states import JobState, Risk
from orchestrator.types import Origin

from .orchestrating import applied, destroy, person, planned, seed, submit


@pytest.fixture
def demo(mongo_db: Database[Any]) -> User:
    seed()
    return person("demo", "requester")


def test_a_job_is_seen_by_its_requester_and_by_roles_in_its_environment(demo: User) -> None:
    job = submit(demo)
    root = User.objects.create_superuser("root", password="a long enough password")
    seeing = [demo, root, person("approver", "approver"), person("ops", "operator", environment="staging")]
    blind = [person("eve", "requester"), person("elsewhere", "approver", "operator", environment="production")]
    for user in seeing:
        assert selectors.job_get(job.id, viewer=user).id == job.id
        assert [each.id for each in selectors.jobs_list(viewer=user)] == [job.id]
        assert job.stack is not None
        assert selectors.stack_get(job.stack.id, user).name == "acme-reports"
        assert len(selectors.stacks_list(viewer=user, live_only=False)) == 1
    for user in blind:
        with pytest.raises(NotFound):
            selectors.job_get(job.id, viewer=user)
        assert job.stack is not None
        with pytest.raises(NotFound):
            selectors.stack_get(job.stack.id, user)
        assert selectors.jobs_list(viewer=user) == []
        assert selectors.stacks_list(viewer=user, live_only=False) == []
        assert selectors.stack_find(viewer=user) == []
    with pytest.raises(NotFound):
        selectors.job_get(str(uuid4()))


def test_the_owner_of_a_stack_sees_what_others_do_to_it(demo: User) -> None:
    stack = applied(demo).stack
    assert stack is not None
    job = destroy(person("ops", "requester", "operator"), stack.id)
    assert selectors.job_get(job.id, viewer=demo).requester.name == "ops"


def test_jobs_come_latest_first_in_pages_without_gap_or_repeat(demo: User) -> None:
    made = [submit(demo, f"bucket-{n}").id for n in range(7)]
    same = utc_now()
    jobs().update_many({"_id": {"$in": made[2:5]}}, {"$set": {"created_at": same}})
    expected = [each.id for each in selectors.jobs_list(viewer=demo)]
    found: list[str] = []
    while page := selectors.jobs_list(viewer=demo, limit=2, before=found[-1] if found else None):
        found += [each.id for each in page]
    assert found == expected
    assert sorted(found) == sorted(made)


def test_jobs_are_filtered(demo: User) -> None:
    conversation = str(uuid4())
    first = submit(demo, origin=Origin("web", conversation, 3))
    waiting = planned(submit(demo, "other"))
    assert first.stack is not None
    assert first.origin == Origin("web", conversation, 3)

    def ids(**filters: Any) -> list[str]:
        return [each.id for each in selectors.jobs_list(viewer=demo, **filters)]

    assert ids(states=[JobState.AWAITING_APPROVAL]) == [waiting.id]
    assert ids(conversation_id=conversation) == [first.id]
    assert ids(stack_id=first.stack.id) == [first.id]
    assert ids(states=[]) == []


@pytest.mark.parametrize("wrong", [{"limit": 0}, {"limit": 501}, {"before": "nonsense"}])
def test_pages_that_cannot_be_are_refused(demo: User, wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidValue):
        selectors.jobs_list(viewer=demo, **wrong)


def test_stacks_are_found_by_what_people_say(demo: User) -> None:
    live = applied(demo, "Acme-Reports")
    applied(demo, "logs", environment="sandbox")
    making = submit(demo, "new-one")
    find = selectors.stack_find
    assert live.stack is not None
    assert making.stack is not None
    assert [each.id for each in find(viewer=demo, name="acme-reports")] == [live.stack.id]
    assert [each.name for each in find(viewer=demo, environment="sandbox")] == ["logs"]
    assert find(viewer=demo, name="acme.reports") == []
    assert making.stack.id in {each.id for each in find(viewer=demo, blueprint="object-storage")}
    assert {each.name for each in selectors.stacks_list(viewer=demo)} == {"Acme-Reports", "logs"}


def test_the_history_is_told_in_order(demo: User) -> None:
    job = planned(submit(demo))
    moves = selectors.job_transitions(job.id)
    assert [(each.version, each.from_state, each.to_state) for each in moves] == [
        (1, None, JobState.QUEUED),
        (2, JobState.QUEUED, JobState.PLANNING),
        (3, JobState.PLANNING, JobState.AWAITING_APPROVAL),
    ]
    assert selectors.job_transition(job.id, 2) == moves[1]
    assert selectors.job_transition(job.id, 9) is None


def test_the_catalogue(demo: User) -> None:
    assert [each.name for each in selectors.blueprints_list()] == ["object-storage", "vault"]
    blueprint = selectors.blueprint_get("object-storage")
    assert blueprint.risk == {"apply": Risk.LOW, "destroy": Risk.HIGH}
    variable = blueprint.variable("password")
    assert variable is not None
    assert (variable.sensitive, variable.required, variable.choices) == (True, False, ())
    assert [each.name for each in selectors.actions_list()] == ["list-buckets", "show-stack"]
    assert selectors.action_get("show-stack").needs_stack
    assert [each.name for each in selectors.environments_list()] == ["sandbox", "staging", "production"]
    assert selectors.environment_get("production").minimum_risk is Risk.HIGH
    collection("orchestrator_blueprint").update_one({"_id": "vault"}, {"$set": {"enabled": False}})
    assert [each.name for each in selectors.blueprints_list()] == ["object-storage"]
    for get in (selectors.blueprint_get, selectors.action_get, selectors.environment_get):
        with pytest.raises(NotFound, match="There is"):
            get("vault")


def test_ages_of_what_waits(demo: User) -> None:
    assert workload.queue_ages().oldest_queued_seconds == 0
    job = submit(demo)
    submit(demo)
    past = utc_now() - timedelta(seconds=90)
    jobs().update_one({"_id": job.id}, {"$set": {"updated_at": past}})
    ages = workload.queue_ages()
    assert 90 <= ages.oldest_queued_seconds < 150
    assert ages.jobs_by_state == {"queued": 2}


def test_processes(demo: User) -> None:
    seen = {"name": "w1", "role": "infrastructure", "host": "h", "pid": 7, "started_at": None}
    now = utc_now()
    collection("orchestrator_process").insert_one({"_id": "w1@h", **seen, "seen_at": now - timedelta(seconds=5)})
    (process,) = workload.processes_list()
    assert (process.name, process.role, process.pid) == ("w1", "infrastructure", 7)
    assert 5 <= process.seconds_ago < 60


@pytest.mark.parametrize(
    "wanted",
    [
        {"requester_id": "u"},
        {"stack_owner_id": "u"},
        {"environment": "staging"},
        {"conversation_id": "c"},
        {"stack_id": "s"},
        {},
        {"$or": [{"requester_id": "u"}, {"stack_owner_id": "u"}, {"environment": {"$in": ["staging", "sandbox"]}}]},
    ],
)
def test_every_list_is_sorted_by_an_index(demo: User, wanted: dict[str, Any]) -> None:
    explained = jobs().find(wanted).sort([("created_at", -1), ("_id", -1)]).limit(50).explain()
    plan = str(explained["queryPlanner"]["winningPlan"])
    assert "IXSCAN" in plan
    assert "COLLSCAN" not in plan
    assert "'SORT'" not in plan
