"""The page of what waits for approval: without scripts, what it fetches with them, and who decides meanwhile."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import RequestFactory
from django.utils import timezone

from chatbot_project.accounts.models import User
from conversations.web.inbox import InboxNews
from orchestrator import selectors
from orchestrator.documents import approvals, jobs
from orchestrator.permissions import readable_environments
from orchestrator.states import JobState
from orchestrator.types import JobView, PlanBlast, PlanCounts, PlannedChange, PlanSummary
from tests.integration.mongo.clients import page_client

from .approving import away
from .counting import reads_counted
from .orchestrating import HASH, OTHER_HASH, actor, approve, person, planned, seed, submit

pytestmark = pytest.mark.usefixtures("mongo_db", "redis_url")

DELETES = PlanSummary(
    PlanCounts(delete=1),
    (PlannedChange("aws_s3_bucket.this", "aws_s3_bucket", "delete"),),
    HASH,
    "deletes one bucket",
    blast=PlanBlast("Deletes a bucket with what is in it.", lost=("aws_s3_bucket.this",)),
)


@pytest.fixture
def demo() -> User:
    seed()
    return person("demo", "requester")


@pytest.fixture
def approver() -> User:
    return person("approver", "requester", "approver")


def page(user: User, query: str = "") -> str:
    answer = page_client(user).get(f"/approvals/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def vault(user: User, name: str = "keys", plan: PlanSummary | None = None, **more: Any) -> JobView:
    """A critical change, which two others have to approve."""
    return planned(submit(user, name, subject="vault", **more), plan or DELETES)


def decided(user: User, job: JobView, do: str = "approve", **more: Any) -> Any:
    sent = {"do": do, "plan_hash": HASH, "confirmed": "1", **more}
    headers = sent.pop("headers", None)
    return page_client(user).post(f"/approvals/{job.id}/", sent, headers=headers)


def state(job: JobView) -> JobState:
    return selectors.job_get(job.id).state


def test_what_waits_is_shown_with_all_that_matters_the_oldest_first(demo: User, approver: User) -> None:
    older, newer = vault(demo, "old-keys"), vault(demo, "new-keys")
    shown = page(approver)
    assert "2 plans wait for your approval." in shown
    assert shown.index(older.title) < shown.index(newer.title)
    for part in (
        "critical risk",
        "demo asked",
        "deletes one bucket",
        "Deletes a bucket with what is in it.",
        "expires",
    ):
        assert part in shown
    assert shown.count(f'name="plan_hash" value="{HASH}"') == 2
    assert "Nothing waits for your approval." in page(demo)
    assert "You are done" in page(demo)


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("environment=staging", 1),
        ("environment=production", 0),
        ("risk=critical", 1),
        ("risk=low", 0),
        ("risk=x", 1),
    ],
)
def test_it_is_narrowed_down(demo: User, approver: User, query: str, count: int) -> None:
    job = vault(demo)
    assert page(approver, f"?{query}").count(f'data-job-id="{job.id}"') == count


def test_yes_and_no_without_scripts_with_a_reason(demo: User, approver: User) -> None:
    second = person("second", "approver")
    job = vault(demo)
    answer = decided(approver, job, reason="looks right")
    assert answer.url == f"/approvals/?decided={job.id}#job-{job.id}"
    after = page(approver, f"?decided={job.id}")
    assert "1 of 2 approvals are given." in after
    assert "It waits for somebody else now." in after
    assert "looks right" in after
    assert "approver approved" in page(second)
    assert decided(second, job, "reject", reason="not on a Friday").status_code == 302
    assert state(job) is JobState.REJECTED
    history = page(second)
    assert "not on a Friday" in history
    assert 'class="verdict reject"' in history


def test_a_risky_change_is_not_approved_without_looking_twice(demo: User, approver: User) -> None:
    job = vault(demo)
    answer = decided(approver, job, confirmed="", reason="in a hurry")
    assert answer.status_code == 409
    assert b"confirm that you have looked at it" in answer.content
    assert b'value="in a hurry"' in answer.content
    assert approvals().count_documents({}) == 0


def test_only_the_plan_that_was_shown_is_approved(demo: User, approver: User) -> None:
    job = vault(demo)
    answer = decided(approver, job, plan_hash=OTHER_HASH)
    assert answer.status_code == 409
    assert b"The plan has changed since you saw it." in answer.content
    assert decided(approver, job, do="burn").status_code == 409
    assert approvals().count_documents({}) == 0


def test_who_may_not_decide_is_refused_and_who_may_not_see_it_finds_nothing(demo: User, approver: User) -> None:
    job = vault(demo)
    assert decided(demo, job).status_code == 409
    assert decided(person("guest"), job).status_code == 404
    assert page_client(approver).get(f"/approvals/{job.id}/").status_code == 405
    assert state(job) is JobState.AWAITING_APPROVAL


def test_with_scripts_a_decision_exchanges_the_card_alone(demo: User, approver: User) -> None:
    job = vault(demo)
    answer = decided(approver, job, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "<html" not in text
    assert "You approved it. 1 of 2 approvals are given." in text
    assert "Nothing waits for your approval." in text
    again = decided(approver, job, headers={"HX-Request": "true"}).content.decode()
    assert "You have decided on this plan already" in again or "approved this plan already" in again


def test_news_are_what_changed_since_and_nothing_else(demo: User, approver: User) -> None:
    second = person("second", "approver")
    job = vault(demo)
    asked = RequestFactory().get("/ws/pages/approvals/")
    asked.user = approver
    live = InboxNews()

    def news(*seen: str) -> str:
        live.shows({"seen": list(seen)})
        return live.news(asked)

    (seen,) = re.findall(r'name="seen" value="([^"]+)"', page(approver))
    assert 'hx-swap-oob="beforeend:#inbox"' in news()
    assert live.news(asked) == ""
    assert news(seen) == ""
    approve(job, second)
    changed = live.news(asked)
    assert 'hx-swap-oob="outerMorph"' in changed
    assert "second approved" in changed
    assert "Approve</button>" in changed
    approve(job, approver)
    over = live.news(asked)
    assert 'data-state="approved"' in over
    assert "You approved it." in over
    assert "Approve</button>" not in over
    assert "Nothing waits for your approval." in over
    unknown = str(uuid4())
    assert f'id="job-{unknown}" hx-swap-oob="delete"' in news(f"{unknown}:3:open")
    assert news("nonsense", "a:b:c") == ""


def test_beside_the_way_to_it_stands_how_many_wait(demo: User, approver: User) -> None:
    assert "plans wait for you" not in page(approver)
    vault(demo, "old-keys")
    vault(demo, "new-keys")
    profile = page_client(approver).get("/profile/").content.decode()
    assert profile.count(", 2 plans wait for you") == 2  # in the bar, and on the button it hides behind on a phone
    assert "wait for you" not in page_client(demo).get("/profile/").content.decode()


def test_what_waits_costs_the_same_reads_however_much_it_is(demo: User, approver: User) -> None:
    def reads() -> int:
        with reads_counted() as seen:
            assert selectors.jobs_awaiting(viewer=approver)
        return len(seen)

    vault(demo, "keys-0")
    one = reads()
    for number in range(1, 5):
        vault(demo, f"keys-{number}")
    assert reads() == one


def test_where_somebody_may_read_costs_the_same_reads_however_many_environments(demo: User, approver: User) -> None:
    stand_in = person("stand-in")
    away(approver, stand_in, "staging")
    for viewer, environments in ((approver, {"sandbox", "staging"}), (demo, set()), (stand_in, {"staging"})):
        found = readable_environments(viewer, ["sandbox", "staging"])
        assert set(found) == environments
    with reads_counted() as few:
        readable_environments(demo, ["sandbox"])
    with reads_counted() as many:
        readable_environments(demo, [f"place-{number}" for number in range(20)])
    assert len(many) == len(few)


def test_what_one_decided_is_read_page_by_page_by_its_index(demo: User, approver: User) -> None:
    for number in range(12):
        decided(approver, vault(demo, f"keys-{number}"))
    first = page(approver)
    (older,) = re.findall(r'href="\?(before=[^"#]+)#decided"', first)
    assert "keys-11" in first
    assert "keys-1<" not in first
    second = page(approver, f"?{older}")
    assert "keys-0<" in second
    assert "Older ones" not in second
    assert page_client(approver).get("/approvals/?before=nothing").status_code == 404
    assert page_client(demo).get(f"/approvals/?{older}").status_code == 404
    wanted = {"user_id": str(approver.id), "kind": "vote"}
    plan = approvals().find(wanted).sort([("at", -1), ("_id", -1)]).explain()["queryPlanner"]["winningPlan"]
    assert "approval_by_user" in str(plan)
    assert "SORT" not in str(plan)


def test_somebody_decides_meanwhile_until_that_is_ended(demo: User, approver: User) -> None:
    approver.time_zone = "Europe/Berlin"
    approver.save()
    client, key = page_client(approver), str(uuid4())
    until = (timezone.now() + timedelta(days=2)).replace(microsecond=0, second=0)
    sent = {"to": "demo", "until": f"{until:%Y-%m-%dT%H:%M}", "environment": "production", "delegation_id": key}
    for _ in range(2):
        assert client.post("/approvals/away/", sent).url == "/approvals/#away"
    (given,) = selectors.delegations_list(viewer=approver)
    assert given.until.utcoffset() == timedelta(0)
    assert given.until.replace(tzinfo=None) < until.replace(tzinfo=None)
    assert "demo decides for you" in page(approver)
    assert "You decide for approver" in page(demo)
    assert page_client(person("guest")).post(f"/approvals/away/{key}/").status_code == 404
    assert client.post(f"/approvals/away/{key}/").status_code == 302
    assert selectors.delegations_list(viewer=approver) == []


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"to": "approver"}, "Somebody else has to decide while you are away."),
        ({"to": "nobody"}, "There is nobody called"),
        ({"until": "soon"}, "Write a day and a time"),
        ({"until": ""}, "Say until when."),
        ({"until": "2001-01-01T10:00"}, "The end lies before the beginning"),
        ({"delegation_id": "x"}, "Load the page again"),
        ({"environment": "moon"}, "There is no environment"),
    ],
)
def test_what_cannot_be_arranged_is_said_beside_its_field(
    demo: User, approver: User, sent: dict[str, str], said: str
) -> None:
    until = f"{timezone.now() + timedelta(days=2):%Y-%m-%dT%H:%M}"
    usual = {"to": "demo", "until": until, "environment": "*", "delegation_id": str(uuid4())}
    answer = page_client(approver).post("/approvals/away/", {**usual, **sent})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert selectors.delegations_list(viewer=approver) == []


def test_what_is_shown_of_a_decision_needs_the_right_to_see_the_job(demo: User) -> None:
    stand_in, boss = person("stand-in"), person("boss", "approver")
    given = away(boss, stand_in)
    job = vault(demo)
    decided(stand_in, job)
    assert job.title in page(stand_in)
    from orchestrator import services

    services.delegation_end(delegation_id=given.id, actor=actor(boss))
    assert job.title not in page(stand_in)
    assert "no longer yours to see" in page(stand_in)
    assert jobs().count_documents({"_id": job.id}) == 1
