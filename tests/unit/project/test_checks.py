import os
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from chatbot_project import checks
from nlu.language_models import LanguageModelSettings
from nlu.llm.config import Mode


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    held = (checks.cloud_credentials, checks.queue_credentials, checks.language_model_keys)
    for name in [name for names in held for name in names(os.environ)]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))


def ids(settings: Settings, role: str) -> list[str | None]:
    settings.PROCESS_ROLE = role
    found = [*checks.no_cloud_credentials(), *checks.no_queue_credentials()]
    return [message.id for message in found]


@pytest.mark.parametrize("role", ["web", "flower", "scheduler", "background"])
@pytest.mark.parametrize(
    "name",
    [
        *("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"),
        *("AWS_WEB_IDENTITY_TOKEN_FILE", "AZURE_CLIENT_SECRET", "GOOGLE_APPLICATION_CREDENTIALS", "ARM_CLIENT_SECRET"),
        *("ARM_OIDC_TOKEN_FILE_PATH", "ARM_USE_MSI", "GOOGLE_OAUTH_ACCESS_TOKEN", "GCLOUD_KEYFILE_JSON"),
        *("STAGING_ARM_CLIENT_SECRET", "STAGING_GOOGLE_CREDENTIALS", "STAGING_AWS_SECRET_ACCESS_KEY"),
    ],
)
def test_cloud_credentials_are_an_error_where_they_must_not_be(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, role: str, name: str
) -> None:
    assert ids(settings, role) == []
    monkeypatch.setenv(name, "something")
    assert ids(settings, role) == ["infrachat.E001"]
    (message,) = checks.no_cloud_credentials()
    assert name in message.msg
    assert "something" not in message.msg


def test_the_infrastructure_worker_may_have_them(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "something")
    assert ids(settings, "infrastructure") == []
    assert ids(settings, "manage") == []


@pytest.mark.parametrize(
    ("role", "found"), [("web", True), ("flower", True), ("scheduler", False), ("background", False)]
)
def test_queue_credentials(settings: Settings, monkeypatch: pytest.MonkeyPatch, role: str, found: bool) -> None:
    monkeypatch.setenv("SQS_SECRET_ACCESS_KEY", "something")
    assert ids(settings, role) == (["infrachat.E002"] if found else [])


def test_a_readable_cloud_configuration_is_a_warning(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "credentials").touch()
    assert ids(settings, "web") == ["infrachat.W002"]
    assert ids(settings, "infrastructure") == []


@pytest.mark.parametrize("role", ["web", "flower", "scheduler", "infrastructure", "background", "manage"])
def test_the_key_of_a_language_model_is_for_the_background_worker(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    settings.PROCESS_ROLE = role
    assert checks.no_language_model_keys() == []
    monkeypatch.setenv("LLM_API_KEY_SALES", "sk-hidden")
    found = checks.no_language_model_keys()
    assert [each.id for each in found] == ([] if role in ("background", "manage") else ["infrachat.E004"])
    assert "sk-hidden" not in str(found)


@pytest.mark.parametrize("role", ["web", "flower", "scheduler", "infrastructure", "background", "manage"])
def test_the_secret_of_a_bots_call_is_for_the_background_worker(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    settings.PROCESS_ROLE = role
    assert checks.no_tool_secrets() == []
    monkeypatch.setenv("TOOL_SECRET_WEATHER", "hidden")
    found = checks.no_tool_secrets()
    assert [each.id for each in found] == ([] if role in ("background", "manage") else ["infrachat.E006"])
    assert "hidden" not in str(found)


def test_a_language_model_that_cannot_be_asked_is_a_warning(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PROCESS_ROLE = "background"
    good = LanguageModelSettings("default", Mode.REPLACEMENT, "http://10.0.0.7/v1", "small", "", 8.0, 10, 10)
    bots = [
        good,
        replace(good, bot="sales", key_name="LLM_API_KEY_SALES"),
        replace(good, bot="other", base_url="https://user:pw@example.com/v1"),
        replace(good, bot="third", key_name="MONGODB_URI"),
    ]
    monkeypatch.setattr("nlu.language_models.language_models", lambda: bots)
    found = checks.language_models_can_be_asked()
    assert {each.id for each in found} == {"infrachat.W003"}
    assert [each.msg.split()[2] for each in found] == ["sales", "other", "third"]
    assert "LLM_API_KEY_SALES is not set" in found[0].msg
    assert "pw" not in found[1].msg
    monkeypatch.setenv("LLM_API_KEY_SALES", "sk-hidden")
    assert len(checks.language_models_can_be_asked()) == 2
    settings.PROCESS_ROLE = "web"
    assert checks.language_models_can_be_asked() == []


def test_missing_terraform_is_said_to_the_one_who_needs_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    settings.TERRAFORM_BINARY = ""
    settings.PROCESS_ROLE = "infrastructure"
    (message,) = checks.terraform_is_there()
    assert message.id == "infrachat.W001"
    assert "TERRAFORM_BINARY" in message.msg
    settings.PROCESS_ROLE = "web"
    assert checks.terraform_is_there() == []


def test_failpoints_are_refused_outside_of_debug(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DEBUG = False
    assert checks.no_failpoints() == []
    monkeypatch.setenv("INFRACHAT_FAILPOINTS", "task.before_ack=kill@1")
    assert [message.id for message in checks.no_failpoints()] == ["infrachat.E003"]
    settings.DEBUG = True
    assert checks.no_failpoints() == []
    monkeypatch.setenv("INFRACHAT_FAILPOINTS", "task.before_ack=kil")
    (message,) = checks.no_failpoints()
    assert "task.before_ack=kil" in message.msg


@pytest.mark.parametrize(("role", "expected"), [("background", []), ("manage", []), ("web", ["infrachat.E005"])])
def test_the_archive_s_keys_belong_to_who_archives(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, role: str, expected: list[str]
) -> None:
    settings.PROCESS_ROLE = role
    monkeypatch.setenv("ARCHIVE_SECRET_ACCESS_KEY", "something")
    found = checks.no_archive_credentials()
    assert [message.id for message in found] == expected
    assert "something" not in "".join(message.msg for message in found)
