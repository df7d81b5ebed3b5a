"""The pages of what exists: who sees which stacks, and what can be asked for there."""

import html
import re
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from chatbot_project.accounts.models import User
from orchestrator import selectors
from orchestrator.plans import plan_store
from orchestrator.states import JobKind, JobState
from orchestrator.types import PlanCounts, PlannedChange, StackView
from tests.integration.mongo.clients import page_client

from .flow import FakeExecutor, outcome, run
from .living import made_for_a_while
from .orchestrating import applied, applying, approve, move, person, planned, seed, submit

pytestmark = pytest.mark.usefixtures("mongo_db", "redis_url")


@pytest.fixture
def demo() -> User:
    seed()
    return person("demo", "requester")


@pytest.fixture
def approver() -> User:
    return person("approver", "approver")


@pytest.fixture
def stack(demo: User, approver: User) -> StackView:
    return made_for_a_while(demo, approver)


def asked(user: User, stack: StackView, do: str, **more: Any) -> Any:
    return page_client(user).post(f"/stacks/{stack.id}/", {"do": do, "request_id": str(uuid4()), **more})


def test_one_sees_ones_own_and_those_of_ones_environments(demo: User, approver: User, stack: StackView) -> None:
    seen = {user.username: page_client(user).get("/stacks/") for user in (demo, approver, person("ann", "requester"))}
    assert b"acme-reports" in seen["demo"].content
    assert b"acme-reports" in seen["approver"].content
    assert b"Nothing exists yet" in seen["ann"].content
    assert page_client(User.objects.get(username="ann")).get(f"/stacks/{stack.id}/").status_code == 404
    assert Client().get("/stacks/").status_code == 302


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("environment=staging", True),
        ("environment=production", False),
        ("blueprint=vault", False),
        ("mine=1", True),
        ("owner=demo", True),
        ("owner=ann", False),
        ("q=ACME", True),
        ("q=.*", False),
        ("ending=1", True),
    ],
)
def test_the_list_is_narrowed_down(demo: User, stack: StackView, query: str, shown: bool) -> None:
    page = page_client(demo).get(f"/stacks/?{query}").content
    assert (b"acme-reports" in page) is shown
    assert (b"Nothing fits." in page) is not shown


def test_the_list_is_narrowed_down_by_what_the_last_check_found(demo: User) -> None:
    names = ("acme-moved", "acme-still", "acme-new")
    made = {each: applied(demo, each).stack for each in names}
    for each, found in (("acme-moved", PlanCounts(update=1)), ("acme-still", PlanCounts())):
        job = submit(demo, each, kind=JobKind.DRIFT, stack_id=made[each].id, values={})
        changes = (PlannedChange("aws_s3_bucket.this", "aws_s3_bucket", "update"),) * found.update
        report = replace(outcome(), counts=found, changes=changes, has_changes=bool(changes))
        assert run(job, FakeExecutor(to_plan=report)) == "succeeded"
    for drift, name in zip(("drifted", "none", "unknown"), names, strict=True):
        page = page_client(demo).get(f"/stacks/?drift={drift}").content.decode()
        assert [each for each in names if f">{each}</a>" in page] == [name]
    assert page_client(demo).get("/stacks/?drift=sideways").content.decode().count(">acme-") == 3


def test_what_drifted_is_found_page_by_page(demo: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("conversations.web.stacks.PAGE", 1)
    monkeypatch.setattr("orchestrator.life.overview._ROUNDS", 2)
    for number in range(4):
        applied(demo, f"acme-{number}")
    client = page_client(demo)
    first = client.get("/stacks/?drift=unknown").content.decode()
    (older,) = re.findall(r'href="\?([^"]*before=[^"]+)"', first)
    assert ">acme-3</a>" in first
    second = client.get(f"/stacks/?{html.unescape(older)}").content.decode()
    assert ">acme-2</a>" in second
    # None has drifted: two were looked through, then the reader is asked to go on.
    found = client.get("/stacks/?drift=drifted").content.decode()
    assert "among those that were looked through" in found
    (older,) = re.findall(r'href="\?([^"]*before=[^"]+)"', found)
    assert "Nothing fits." in client.get(f"/stacks/?{html.unescape(older)}").content.decode()


def test_a_page_of_the_list_that_is_none_is_not_found(demo: User) -> None:
    assert page_client(demo).get("/stacks/?before=nothing").status_code == 404


def test_one_stack_with_its_end_outputs_and_history(demo: User, stack: StackView) -> None:
    page = page_client(demo).get(f"/stacks/{stack.id}/").content.decode()
    for part in (
        "arn:acme-reports",
        "Keep it longer",
        "Plan its deletion",
        "Undo the last change",
        "made by that change",
    ):
        assert part in page


def test_who_may_not_change_it_is_offered_nothing_and_refused(approver: User, stack: StackView) -> None:
    assert b"Plan its deletion" not in page_client(approver).get(f"/stacks/{stack.id}/").content
    for do in ("keep", "drift", "undo", "destroy"):
        answer = asked(approver, stack, do, longer="7200")
        assert answer.status_code == 409, do
    assert selectors.stack_get(stack.id).active_job_id is None


def test_it_is_kept_longer_once_however_often_it_is_sent(demo: User, stack: StackView) -> None:
    assert stack.expires_at is not None
    seen = stack.expires_at.isoformat()
    assert f'name="ends" value="{seen}"' in page_client(demo).get(f"/stacks/{stack.id}/").content.decode()
    kept = asked(demo, stack, "keep", longer="7200", ends=seen)
    assert b"It is kept longer." in page_client(demo).get(kept.url).content
    assert b"already" in asked(demo, stack, "keep", longer="7200", ends=seen).content
    later = selectors.stack_get(stack.id).expires_at
    assert later is not None
    assert (later - stack.expires_at).total_seconds() == 7200
    assert asked(demo, stack, "keep", longer="for-good").status_code == 302
    assert selectors.stack_get(stack.id).expires_at is None


@pytest.mark.parametrize("do", ["drift", "undo", "destroy"])
def test_what_is_asked_for_is_one_job_however_often_it_is_sent(demo: User, stack: StackView, do: str) -> None:
    request_id = str(uuid4())
    for _ in range(2):
        answer = asked(demo, stack, do, request_id=request_id)
        assert answer.url == f"/jobs/{request_id}/"
    job = selectors.job_get(request_id)
    assert job.kind is (JobKind.DRIFT if do == "drift" else JobKind.DESTROY)
    assert selectors.stack_get(stack.id).active_job_id == request_id


@pytest.mark.parametrize(
    "said",
    [
        {"do": "burn"},
        {"do": "keep", "longer": "1"},
        {"do": "keep"},
        {"do": "keep", "longer": "7200", "ends": "soon"},
        {"do": "destroy", "request_id": "x"},
        {},
    ],
)
def test_what_cannot_be_meant_is_refused_in_words_and_changes_nothing(
    demo: User, stack: StackView, said: dict[str, str]
) -> None:
    answer = page_client(demo).post(f"/stacks/{stack.id}/", said)
    assert answer.status_code == 409
    assert b'role="alert"' in answer.content
    assert selectors.stack_get(stack.id) == stack


def test_it_is_handed_on_and_watched_from_its_page(demo: User, stack: StackView) -> None:
    ann = person("ann", "requester")
    assert asked(demo, stack, "watch", hours="24").url.endswith("?done=watched")
    assert selectors.stack_get(stack.id).drift_check_hours == 24
    assert (
        '<option value="24" selected>every 24 hours</option>'
        in page_client(demo).get(f"/stacks/{stack.id}/").content.decode()
    )
    assert asked(demo, stack, "watch", hours="").status_code == 302
    assert selectors.stack_get(stack.id).drift_check_hours is None
    for do, more in (("watch", {"hours": "5"}), ("give", {"to": ""}), ("give", {"to": "nobody"})):
        answer = asked(demo, stack, do, **more)
        assert answer.status_code == 409, (do, more)
        assert b'role="alert"' in answer.content
    assert asked(demo, stack, "give", to="ann").url == "/stacks/"
    assert selectors.stack_get(stack.id).owner.id == str(ann.id)
    assert b"acme-reports" in page_client(ann).get("/stacks/").content


def test_what_never_ends_by_itself_is_left_out_of_those_that_end(demo: User) -> None:
    applied(demo, "acme-for-good")
    assert b"acme-for-good" in page_client(demo).get("/stacks/").content
    assert b"Nothing fits." in page_client(demo).get("/stacks/?ending=1").content


GRAPH = {
    "nodes": [
        {"id": "aws_s3_bucket.this", "type": "aws_s3_bucket", "module": "", "action": "create", "instances": 1},
        {
            "id": "module.keys.aws_kms_key.a",
            "type": "aws_kms_key",
            "module": "keys",
            "action": "update",
            "instances": 2,
        },
        {"id": "aws_s3_object.old", "type": "aws_s3_object", "module": "", "action": "delete", "instances": 1},
    ],
    "edges": [["aws_s3_bucket.this", "module.keys.aws_kms_key.a"], ["aws_s3_object.old", "aws_s3_bucket.this"]],
    "complete": True,
}


def test_what_a_stack_consists_of_is_a_tree_and_a_graph_without_what_was_deleted(demo: User) -> None:
    job, lease = applying(approve(planned(submit(demo)), demo))
    plan_store(lease=lease, job_id=job.id, masked_plan={"format_version": "1.2"}, graph=GRAPH)
    outputs = {"arn": "arn:acme", "copied": "(sensitive)", "password": {"sensitive": True}, "tags": {"team": "web"}}
    made = move(job, JobState.SUCCEEDED, lease, changes={"outputs": outputs, "resource_count": 3}).stack
    assert made is not None
    address = f"/stacks/{made.id}/"
    found = page_client(demo).get(f"{address}resources/").json()
    assert [(each["id"], each["action"]) for each in found["nodes"]] == [
        ("aws_s3_bucket.this", "no-op"),
        ("module.keys.aws_kms_key.a", "no-op"),
    ]
    assert found["edges"] == [["aws_s3_bucket.this", "module.keys.aws_kms_key.a"]]
    page = page_client(demo).get(address).content.decode()
    assert "<summary><code>keys</code>" in page
    assert "aws_s3_object.old" not in page
    assert 'data-copy="arn:acme"' in page
    assert "never shown here" in page
    assert "(sensitive)" not in page
    assert "&quot;team&quot;: &quot;web&quot;" in page
    assert page_client(person("ann", "requester")).get(f"{address}resources/").status_code == 404


def test_a_secret_is_offered_to_those_who_may_see_it(demo: User, approver: User) -> None:
    job, lease = applying(approve(planned(submit(demo)), demo))
    outputs = {"outputs": {"password": {"sensitive": True}}, "resource_count": 1}
    done = move(job, JobState.SUCCEEDED, lease, changes=outputs)
    assert done.stack is not None
    for address in (f"/stacks/{done.stack.id}/", f"/jobs/{done.id}/"):
        seen = {user.username: page_client(user).get(address).content.decode() for user in (demo, approver)}
        assert f'data-secret="password" data-stack="{done.stack.id}"' in seen["demo"]
        assert "data-secret" not in seen["approver"]
        assert "secret: demo and operators can have it shown" in seen["approver"]
        assert "&quot;sensitive&quot;" not in seen["demo"] + seen["approver"]
