"""The page of a job as the server makes it: what is told without any script, who may do what there, and the log."""

import re
from typing import Any
from uuid import uuid4

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient, Client

from chatbot_project.accounts.models import User
from orchestrator import selectors
from orchestrator.executors.base import LogLine
from orchestrator.joblog import JobLog
from orchestrator.states import JobState
from orchestrator.types import JobError, JobView, PlanCounts, PlannedChange, PlanSummary
from tests.integration.mongo.clients import page_client

from .orchestrating import HASH, applied, approve, move, person, planned, seed, submit, take

pytestmark = pytest.mark.usefixtures("mongo_db", "redis_url")

HOSTILE = "<script>alert(1)</script>\x1b[31mred\x1b[0m"
ATTRIBUTES = (
    {"path": "bucket", "before": None, "after": "acme", "unknown": False, "sensitive": False},
    {"path": "arn", "before": None, "after": None, "unknown": True, "sensitive": False},
    {"path": "key", "before": None, "after": "hidden-anyway", "unknown": False, "sensitive": True},
)
CHANGE = PlannedChange("aws_s3_bucket.this", "aws_s3_bucket", "create", ATTRIBUTES, importing="acme")
PLAN = PlanSummary(PlanCounts(create=1), (CHANGE,), HASH, "Creates one bucket.")


@pytest.fixture
def demo() -> User:
    seed()
    return person("demo", "requester")


def page(user: User, job: JobView, query: str = "") -> str:
    return page_client(user).get(f"/jobs/{job.id}/{query}").content.decode()


def do(user: User, job: JobView, what: str, **more: str) -> Any:
    return page_client(user).post(f"/jobs/{job.id}/", {"do": what, **more})


def failed(user: User) -> JobView:
    job = submit(user)
    lease = take(job)
    JobLog.open(lease).append([LogLine("line", HOSTILE), LogLine("resource_failed", "a.b: creating failed", "a.b")])
    error = JobError("name_taken", "The name is taken. Choose another one.")
    return move(move(job, JobState.PLANNING, lease), JobState.FAILED, lease, changes={"error": error})


def test_a_new_job_says_what_comes(demo: User) -> None:
    told = page(demo, submit(demo))
    for part in ("Waiting in line", "There is no plan yet", "There is no log yet", "known with the plan", "none yet"):
        assert part in told


def test_a_plan_is_told_and_approved_without_scripts(demo: User) -> None:
    job = planned(submit(demo), PLAN)
    told = page(demo, job)
    for part in (
        "Creates one bucket.",
        "aws_s3_bucket.this",
        "known after apply",
        "sensitive, hidden",
        "is imported",
        HASH,
    ):
        assert part in told
    assert "hidden-anyway" not in told
    assert do(demo, job, "approve", plan_hash="0" * 64).status_code == 409
    assert do(demo, job, "approve", plan_hash=HASH).url == f"/jobs/{job.id}/"
    told = page(demo, job)
    assert selectors.job_get(job.id).state is JobState.APPROVED
    assert "approved" in told
    assert HASH[:12] in told


def test_the_whole_of_a_long_plan_is_on_the_page_two_hundred_at_a_time(demo: User) -> None:
    changes = tuple(PlannedChange(f"aws_sqs_queue.q[{at}]", "aws_sqs_queue", "create", ATTRIBUTES) for at in range(450))
    job = planned(submit(demo), PlanSummary(PlanCounts(create=450), changes, HASH, "Creates 450 queues."))
    seen: list[str] = []
    for query, place, links in (
        ("", "1 to 200 of 450", ("?resources=201#changes",)),
        ("?resources=201", "201 to 400 of 450", ("?resources=1#changes", "?resources=401#changes")),
        ("?resources=401", "401 to 450 of 450", ("?resources=201#changes",)),
    ):
        told = page(demo, job, query)
        assert place in told
        assert [part for part in re.findall(r'href="([^"]+)"', told) if "resources=" in part] == list(links)
        assert ('<details class="changes" id="changes" open>' in told) is bool(query)
        seen += re.findall(r"aws_sqs_queue\.q\[\d+\]", told)
    assert seen == [each.address for each in changes]
    for odd in ("?resources=0", "?resources=9999", "?resources=x"):
        assert "1 to 200 of 450" in page(demo, job, odd)
    assert "resources=" not in page(demo, planned(submit(demo, "acme-other"), PLAN))


def test_a_decision_that_comes_too_late_says_why(demo: User) -> None:
    job = approve(planned(submit(demo), PLAN), demo)
    answer = do(demo, job, "reject", reason="no")
    assert answer.status_code == 409
    assert b"approved already" in answer.content
    assert do(demo, job, "dance").status_code == 422


def test_it_is_rejected_with_a_reason_and_withdrawn(demo: User) -> None:
    job = planned(submit(demo), PLAN)
    assert do(demo, job, "reject", reason="x" * 501).status_code == 422
    assert do(demo, job, "reject", reason="not <now>").status_code == 302
    told = page(demo, job)
    assert "not &lt;now&gt;" in told
    assert "Rejected" in told


def test_what_failed_says_why_and_is_tried_again_once(demo: User) -> None:
    job = failed(demo)
    told = page(demo, job)
    assert "The name is taken. Choose another one." in told
    new_id = str(uuid4())
    for _ in range(2):
        assert do(demo, job, "retry", request_id=new_id).url == f"/jobs/{new_id}/"
    assert selectors.job_get(new_id).state is JobState.QUEUED
    done = applied(demo, "other")
    assert "Try it again" not in page(demo, done)
    assert do(demo, done, "retry", request_id=str(uuid4())).status_code == 409


def test_the_log_is_safe_and_narrowed_down(demo: User) -> None:
    job = failed(demo)
    told = page(demo, job)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;red" in told
    assert 'id="L2"' in told
    errors = page(demo, job, "?level=error")
    assert 'id="L3"' in errors
    assert 'id="L2"' not in errors
    assert 'id="L2"' in page(demo, job, "?search=ALERT")
    assert "No line of the log fits" in page(demo, job, "?search=nowhere")
    first = page(demo, job, "?before=2")
    assert 'id="L1"' in first
    assert "Later lines" in first
    assert page_client(demo).get(f"/jobs/{job.id}/?before=soon&after=%F0&level=loud").status_code == 200


def test_the_log_as_text(demo: User) -> None:
    job = failed(demo)

    async def read(user: User) -> Any:
        client = AsyncClient()
        await client.aforce_login(user)
        answer = await client.get(f"/jobs/{job.id}/log.txt")
        return answer, b"".join([each async for each in answer]) if answer.streaming else b""

    answer, text = async_to_sync(read)(demo)
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Content-Disposition"].startswith("attachment")
    lines = text.decode().splitlines()
    assert [each.split()[0] for each in lines] == ["1", "2", "3"]
    assert lines[1].endswith("<script>alert(1)</script>red")
    assert "ERROR a.b: creating failed" in lines[2]
    assert async_to_sync(read)(person("stranger", "requester"))[0].status_code == 404


def test_foreign_jobs_are_not_there_and_links_survive_signing_in(demo: User) -> None:
    job = submit(demo)
    stranger = person("stranger", "requester")
    assert page_client(stranger).get(f"/jobs/{job.id}/").status_code == 404
    assert do(stranger, job, "cancel").status_code == 404
    assert page_client(demo).get(f"/jobs/{uuid4()}/").status_code == 404
    away = Client().get(f"/jobs/{job.id}/?level=error")
    assert away.url == f"/login/?next=/jobs/{job.id}/%3Flevel%3Derror"
    signed_in = Client().post(away.url, {"username": "demo", "password": "a long enough password"})
    assert signed_in.url == f"/jobs/{job.id}/?level=error"
