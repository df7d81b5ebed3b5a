"""Where an environment is, in the admin: by its cloud, and with what is wrong told beside the field."""

import os
from typing import Any

import pytest
from django.test import Client
from pymongo.database import Database

from chatbot_project.accounts.models import User
from chatbot_project.mongo.connections import collection
from orchestrator.contexts import context_make
from orchestrator.documents import job_load
from orchestrator.errors import InvalidValue
from orchestrator.executors.base import Context, ExecutorError
from orchestrator.states import JobKind
from tests.integration.mongo.clients import page_client

from .orchestrating import person, seed, submit

ID = "00000000-0000-4000-8000-000000000000"
URL = "/admin/orchestrator/environment/staging/change/"
FORM = {"title": "Staging", "cloud": "azure", "region": "westeurope", "minimum_risk": "low", "position": "2"}
AZURE = {"tenant_id": ID, "subscription_id": ID, "client_id": ID, "credentials_prefix": "STAGING"}


@pytest.fixture
def admin(mongo_db: Database[Any]) -> Client:
    seed()
    return page_client(User.objects.create_superuser("root", password="a long enough password"))


def saved(admin: Client, **changes: str) -> dict[str, Any]:
    answer = admin.post(URL, {**FORM, "synonyms": "[]", "enabled": "on", **changes})
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    return collection("orchestrator_environment").find_one({"_id": "staging"}) or {}


def test_an_environment_moves_to_azure_without_any_secret(admin: Client) -> None:
    stored = saved(admin, **AZURE)

    assert {name: stored[name] for name in ("cloud", *AZURE)} == {"cloud": "azure", **AZURE}
    assert "secret" not in str(stored).lower()
    assert "Azure westeurope ·" in admin.get("/catalogue/object-storage/").content.decode()


def test_what_is_wrong_stands_beside_its_field_and_changes_nothing(admin: Client) -> None:
    wrong = {"tenant_id": "acme.onmicrosoft.com", "role_arn": "arn:aws:iam::123456789012:role/x"}
    answer = admin.post(URL, {**FORM, "synonyms": "[]", **AZURE, **wrong})

    errors = answer.context["adminform"].form.errors
    assert set(errors) == {"tenant_id", "role_arn"}
    assert "Give the id of the tenant" in errors["tenant_id"][0]
    stored = collection("orchestrator_environment").find_one({"_id": "staging"}) or {}
    assert stored["cloud"] == "aws"


def test_jobs_there_are_given_the_environments_own_credentials(admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    saved(admin, **AZURE)
    job = submit(person("demo", "requester"))

    with pytest.raises(ExecutorError, match="cannot sign in to Azure"):
        made(job.id)

    monkeypatch.setenv("STAGING_ARM_CLIENT_SECRET", "a-secret")
    cloud = made(job.id).cloud
    assert (cloud.kind, cloud.named["ARM_SUBSCRIPTION_ID"]) == ("azure", ID)
    assert cloud.secrets == {"ARM_CLIENT_SECRET": "a-secret"}
    assert cloud.endpoint_url is None, "the emulated AWS is no Azure"


def test_what_only_aws_can_is_refused_at_once(admin: Client) -> None:
    saved(admin, **AZURE)
    with pytest.raises(InvalidValue, match="is a call of AWS, and staging is in Azure") as refused:
        submit(person("demo", "requester"), kind=JobKind.ACTION, subject="list-buckets", values={})
    assert refused.value.field == "environment"


def made(job_id: str) -> Context:
    job = job_load(job_id)
    assert job is not None
    assert "STAGING_ARM_TENANT_ID" not in os.environ
    return context_make(
        job,
        start=1,
        policy_version="1",
        timeout_seconds=60,
        fence=1,
        emit=lambda line: None,
        should_stop=lambda: None,
        on_process=lambda pid, started: None,
        on_lock=lambda lock: None,
    )
