"""`manage.py approvals` and the REST addresses of approving: the same services, by whoever proves to be somebody."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pymongo.database import Database

from chatbot_project.accounts.models import User
from chatbot_project.accounts.tokens import token_issue
from orchestrator import selectors
from orchestrator.documents import utc_now
from orchestrator.states import JobState
from orchestrator.types import JobView
from tests.integration.mongo.clients import api_client

from .approving import waiting
from .orchestrating import HASH, approve, person, raw, seed


@pytest.fixture
def demo(mongo_db: Database[Any]) -> User:
    seed()
    return person("demo", "requester")


@pytest.fixture
def ada(demo: User, monkeypatch: pytest.MonkeyPatch) -> User:
    user = person("ada", "approver")
    monkeypatch.setenv("INFRACHAT_TOKEN", token_issue(user)[0])
    return user


@pytest.fixture
def job(demo: User) -> JobView:
    return waiting(demo, environment="production")


def command(*words: str) -> str:
    out = StringIO()
    call_command("approvals", *words, stdout=out)
    return out.getvalue()


def test_list_show_approve(job: JobView, ada: User) -> None:
    assert command("list").startswith(
        f"{job.id[:8]}  create production bucket acme-reports · high risk · asked by demo"
    )
    shown = command("show", job.id[:8])
    assert f"plan {HASH}" in shown
    assert "must be approved by an approver who did not ask for it; 0 of 1 given" in shown
    assert f"Approve it with: manage.py approvals approve {job.id[:8]} {HASH[:12]}" in shown
    assert command("approve", job.id[:8], HASH[:12], "--reason", "fine") == (
        "Approved: create production bucket acme-reports. It starts now.\n"
    )
    (given,) = selectors.job_get(job.id).approvals
    assert (given.user.name, given.via, given.reason) == ("ada", "manage.py", "fine")
    assert "Nothing waits for ada." in command("list")
    assert "ada approved it, 20" in command("show", job.id)


def test_reject_tells_why(job: JobView, ada: User) -> None:
    assert command("reject", job.id[:8], "--reason", "too dear") == (
        "Rejected: create production bucket acme-reports. demo is told.\n"
    )
    assert raw(job.id)["last_reason"] == "rejected by ada: too dear"


def test_what_cannot_be_done_is_said(job: JobView, ada: User) -> None:
    for words, said in (
        (("approve", job.id[:8], "b" * 64), "The plan has changed since you saw it"),
        (("approve", job.id[:8], "aaaa"), "at least 12 digits"),
        (("approve", "00000000", HASH), "There is no waiting job that begins with 00000000"),
        (("show", "1"), "too short"),
        (("delegate", "nobody", "--until", "2999-01-01T00:00"), "There is nobody called 'nobody'"),
        (("delegate", "demo", "--until", "soon"), "'soon' is no time"),
        (("end", "0000"), "There is no delegation of yours"),
    ):
        with pytest.raises(CommandError, match=said):
            command(*words)
    assert raw(job.id)["state"] == "awaiting_approval"


@pytest.mark.parametrize("token", ["", "made-up"])
def test_nobody_is_believed_by_name(job: JobView, monkeypatch: pytest.MonkeyPatch, token: str) -> None:
    monkeypatch.setenv("INFRACHAT_TOKEN", token)
    with pytest.raises(CommandError, match=r"Who are you|not a token"):
        command("--as", "root", "list")


def test_a_token_is_of_one_person(job: JobView, ada: User, demo: User) -> None:
    with pytest.raises(CommandError, match="not a token of yours"):
        command("--as", "demo", "list")


def test_delegations_at_the_command_line(ada: User, demo: User) -> None:
    until = f"{utc_now() + timedelta(days=2):%Y-%m-%dT%H:%M}"
    made = command("delegate", "demo", "--until", until, "--environment", "staging")
    assert "demo decides for ada in staging, from " in made
    assert command("delegations") == made
    assert "Ended." in command("end", made[:8])
    assert "Nobody decides for you" in command("delegations")


# REST


def test_what_waits_for_me_over_rest(job: JobView, ada: User, demo: User) -> None:
    (found,) = api_client(ada).get("/api/v1/approvals/").json()["results"]
    assert (found["id"], found["approval"]["rule"], found["approval"]["groups"]) == (job.id, "other", [])
    assert api_client(demo).get("/api/v1/approvals/").json()["results"] == []


def test_delegations_over_rest(job: JobView, ada: User) -> None:
    stand_in, client = person("stan"), api_client(ada)
    body = {"to": "stan", "until": (utc_now() + timedelta(days=1)).isoformat()}
    made = client.post("/api/v1/delegations/", body, format="json", headers={"Idempotency-Key": "k"})
    again = client.post("/api/v1/delegations/", body, format="json", headers={"Idempotency-Key": "k"})
    assert made.status_code == 201
    assert again.json() == made.json()
    assert (made.json()["away"]["name"], made.json()["decides"]["name"]) == ("ada", "stan")
    (seen,) = api_client(stand_in).get("/api/v1/delegations/").json()["results"]
    assert seen["id"] == made.json()["id"]
    answer = api_client(stand_in).post(f"/api/v1/jobs/{job.id}/approve/", {"plan_hash": HASH}, format="json")
    assert answer.json()["state"] == "approved"
    (given,) = answer.json()["approvals"]
    assert (given["user"]["name"], given["on_behalf_of"]["name"], given["via"]) == ("stan", "ada", "api")
    assert client.delete(f"/api/v1/delegations/{seen['id']}/").status_code == 204
    assert client.get("/api/v1/delegations/").json()["results"] == []
    assert client.delete("/api/v1/delegations/made-up/").status_code == 404
    assert selectors.job_get(job.id).state is JobState.APPROVED


def test_what_makes_no_sense_is_refused_over_rest(ada: User) -> None:
    client = api_client(ada)
    for body, field in (
        ({}, "to"),
        ({"to": "demo", "until": "soon"}, "until"),
        ({"to": "demo", "until": "2000-01-01T00:00:00Z"}, "until"),
        ({"to": "demo", "until": "9999-12-31T23:59:59Z"}, "until"),
        ({"to": "demo", "until": "9999-11-30T00:00:00Z", "environment": "moon"}, "environment"),
        ({"to": {"$ne": ""}, "until": "2026-11-30T00:00:00Z"}, "to"),
    ):
        answer = client.post("/api/v1/delegations/", body, format="json")
        assert answer.status_code in (404, 422), body
        assert answer.json()["field"] == field


def test_who_was_second_reads_who_was_first_over_rest(job: JobView, ada: User) -> None:
    approve(job, person("bob", "approver"))
    answer = api_client(ada).post(f"/api/v1/jobs/{job.id}/approve/", {"plan_hash": HASH}, format="json")
    assert answer.status_code == 409
    assert answer.json()["detail"].startswith("This plan is approved already by bob, 20")
