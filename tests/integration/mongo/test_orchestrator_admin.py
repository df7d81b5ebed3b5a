"""The admin shows everything and changes only what may change."""

import re
from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin.utils import quote
from django.test import Client
from django.utils.formats import date_format
from django.utils.timezone import localtime
from pymongo.database import Database

from chatbot_project.accounts.models import User
from chatbot_project.mongo.connections import collection
from orchestrator import plans
from orchestrator.errors import WrongState
from orchestrator.executors.base import LogLine
from orchestrator.joblog import JobLog
from orchestrator.models import Blueprint, Environment, Job
from tests.integration.mongo.clients import page_client

from .orchestrating import applied, person, seed, submit, take

# What is asked for and fetched within a minute, sealed to one page, is nothing for an admin to look at.
UNSEEN = ("reveal",)
MODELS = [
    name for each in apps.get_app_config("orchestrator").get_models() if (name := each.__name__.lower()) not in UNSEEN
]

# Decided in the admin; all the others are history.
CHANGED = ("environment", "approvalrule", "delegation", "blueprintupload", "policyrule", "freeze")


@pytest.fixture
def admin(mongo_db: Database[Any]) -> Client:
    seed()
    demo = person("demo", "requester")
    applied(demo, values={"name": "acme-reports", "password": "hunter2"})
    lease = take(submit(demo, values={"name": "other", "password": "hunter2"}))
    JobLog.open(lease).append([LogLine("line", "hello")])
    plans.plan_store(lease=lease, job_id=lease.job_id, masked_plan={"a": 1})
    return page_client(User.objects.create_superuser("root", password="a long enough password"))


@pytest.mark.parametrize("model", MODELS)
def test_every_model_is_listed_and_shown(admin: Client, model: str) -> None:
    assert admin.get(f"/admin/orchestrator/{model}/").status_code == 200
    for row in apps.get_model("orchestrator", model).objects.all()[:2]:
        page = admin.get(f"/admin/orchestrator/{model}/{quote(row.pk)}/change/")
        assert page.status_code == 200
        assert b"hunter2" not in page.content


@pytest.mark.parametrize("model", [each for each in MODELS if each not in CHANGED])
def test_history_is_neither_added_nor_deleted(admin: Client, model: str) -> None:
    assert admin.get(f"/admin/orchestrator/{model}/add/").status_code == 403


def test_a_job_cannot_be_changed(admin: Client) -> None:
    job = Job.objects.order_by("-created_at")[0]
    assert admin.post(f"/admin/orchestrator/job/{job.pk}/change/", {"state": "succeeded"}).status_code == 403
    assert admin.post(f"/admin/orchestrator/job/{job.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Job.objects.get(pk=job.pk).state == job.state


def test_a_free_lease_is_no_moment_in_the_past(admin: Client) -> None:
    free, held = Job.objects.order_by("created_at")[:2]
    assert (free.lease_owner, held.lease_owner is None) == (None, False)

    assert _shown(admin, free, "lease") == "free"
    assert _shown(admin, held, "lease") == f"until {date_format(localtime(held.lease_expires_at), 'DATETIME_FORMAT')}"
    for job in (free, held):
        assert "1970" not in admin.get(f"/admin/orchestrator/job/{job.pk}/change/").content.decode()


def _shown(admin: Client, job: Job, field: str) -> str:
    page = admin.get(f"/admin/orchestrator/job/{job.pk}/change/").content.decode()
    found = re.search(rf'field-{field}">.*?<div class="readonly">(.*?)</div>', page, flags=re.S)
    assert found, f"the page has no {field}"
    return found[1].strip()


def test_the_default_environment_says_when_it_is_assumed(admin: Client) -> None:
    page = admin.get("/admin/orchestrator/environment/staging/change/").content.decode()
    for truth in ("Reading looks here", "suggests it", "minimum risk is read or low", "REST always names one"):
        assert truth in page


def test_an_environment_s_policy_can_be_changed(admin: Client) -> None:
    form = {
        "title": "Staging",
        "cloud": "aws",
        "region": "eu-central-1",
        "minimum_risk": "critical",
        "synonyms": '["stage"]',
        "enabled": "on",
        "position": "2",
    }
    answer = admin.post("/admin/orchestrator/environment/staging/change/", form)
    assert answer.status_code == 302, answer.content
    changed = Environment.objects.get(pk="staging")
    assert (changed.minimum_risk, changed.region, changed.synonyms) == ("critical", "eu-central-1", ["stage"])


def test_a_new_environment_needs_a_plain_name(admin: Client) -> None:
    form = {
        "name": "Test Lab",
        "title": "Lab",
        "cloud": "aws",
        "region": "us-east-1",
        "minimum_risk": "low",
        "position": "9",
    }
    assert "lower-case" in admin.post("/admin/orchestrator/environment/add/", form).content.decode()
    assert (
        admin.post("/admin/orchestrator/environment/add/", {**form, "name": "lab", "synonyms": "[]"}).status_code == 302
    )
    assert Environment.objects.filter(pk="lab").exists()


def test_there_is_one_default_environment(admin: Client) -> None:
    form = {
        "title": "Staging",
        "cloud": "aws",
        "region": "r",
        "minimum_risk": "low",
        "synonyms": "[]",
        "position": "2",
        "is_default": "on",
    }
    assert admin.post("/admin/orchestrator/environment/staging/change/", form).status_code == 302
    assert [each.name for each in Environment.objects.filter(is_default=True)] == ["staging"]


def test_an_environment_is_switched_off_not_deleted(admin: Client) -> None:
    assert admin.post("/admin/orchestrator/environment/staging/delete/", {"post": "yes"}).status_code == 403


def test_a_blueprint_can_only_be_switched_off(admin: Client) -> None:
    answer = admin.post("/admin/orchestrator/blueprint/vault/change/", {"title": "Mine", "version": "0"})
    assert answer.status_code == 302
    vault = Blueprint.objects.get(pk="vault")
    assert (vault.enabled, vault.title, vault.version) == (False, "Vault", "digest-of-vault")


def test_who_is_no_administrator_sees_nothing(admin: Client) -> None:
    client = page_client(User.objects.get(username="demo"))
    assert client.get("/admin/orchestrator/job/").status_code == 302


def test_documents_have_exactly_the_fields_of_their_models(admin: Client) -> None:
    for model in ("job", "stack", "transition", "outbox", "jobevent", "planchunk", "approval", "start"):
        fields = {each.column for each in apps.get_model("orchestrator", model)._meta.get_fields()}  # type: ignore[union-attr]
        for document in collection(f"orchestrator_{model}").find():
            told = {name for name in document if name.endswith("_told")}
            assert set(document) - told == fields, model
            assert {name.removesuffix("_told") for name in told} <= fields, "what a stored sentence is made of"


def test_a_freeze_is_added_and_holds_at_once(admin: Client) -> None:
    form = {"environment": "staging", "reason": "Quarter end"}
    form |= {"starts_at_0": "2026-01-01", "starts_at_1": "00:00", "ends_at_0": "2999-01-01", "ends_at_1": "00:00"}
    assert admin.post("/admin/orchestrator/freeze/add/", form).status_code == 302
    with pytest.raises(WrongState, match="staging is frozen until 2999-01-01 00:00 UTC: Quarter end"):
        submit(User.objects.get(username="demo"), "another")


def test_limits_and_drift_checks_are_set_and_left_empty(admin: Client) -> None:
    form = {"title": "Staging", "cloud": "aws", "region": "r", "minimum_risk": "low", "synonyms": "[]", "position": "2"}
    numbers = {"most_stacks": "5", "most_jobs_per_person": "", "drift_check_hours": "12"}
    assert admin.post("/admin/orchestrator/environment/staging/change/", {**form, **numbers}).status_code == 302
    stored = collection("orchestrator_environment").find_one({"_id": "staging"}) or {}
    assert (stored["most_stacks"], stored["drift_check_hours"]) == (5, 12)
    assert not stored["most_jobs_per_person"]
    live = collection("orchestrator_stack").count_documents({"environment": "staging", "status": "live"})
    assert collection("orchestrator_schedule").count_documents({"kind": "drift check"}) == live > 0
