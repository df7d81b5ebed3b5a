"""Credentials under names that are easily overlooked, and a process that starts without Django's checks."""

import os
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django.fixtures import Settings

from chatbot_project import checks
from chatbot_project.flower import server


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [*checks.cloud_credentials(os.environ), *checks.queue_credentials(os.environ)]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.mark.parametrize("role", ["web", "flower", "scheduler", "background"])
@pytest.mark.parametrize(
    "name", ["PRODUCTION_AWS_ACCESS_KEY_ID", "PRODUCTION_AWS_SECRET_ACCESS_KEY", "STORE_AWS_SESSION_TOKEN"]
)
def test_keys_that_an_environment_names_are_credentials_too(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, role: str, name: str
) -> None:
    settings.PROCESS_ROLE = role
    monkeypatch.setenv(name, "something")
    assert [message.id for message in checks.no_cloud_credentials()] == ["infrachat.E001"]


@pytest.mark.parametrize("name", ["AWS_SECRET_ACCESS_KEY", "SQS_SECRET_ACCESS_KEY", "PRODUCTION_AWS_ACCESS_KEY_ID"])
def test_flower_does_not_start_with_credentials(settings: Settings, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    settings.PROCESS_ROLE = "flower"
    server.require_no_credentials()
    monkeypatch.setenv(name, "something")
    with pytest.raises(ImproperlyConfigured, match=name) as refused:
        server.require_no_credentials()
    assert "something" not in str(refused.value)
