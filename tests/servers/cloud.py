"""Two emulators per test process: one is the SQS broker, the other the cloud that jobs act on (with S3 for state)."""

import contextlib
import os
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from .processes import PROJECT, free_port, running

CLOUD_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_REGION": "us-east-1",
    "AWS_S3_USE_PATH_STYLE": "true",
    "AWS_EC2_METADATA_DISABLED": "true",
}


@contextlib.contextmanager
def emulator(directory: Path, name: str, port: int | None = None) -> Iterator[str]:
    """The endpoint of an emulator process while inside."""
    at = port or free_port()
    endpoint = f"http://127.0.0.1:{at}"
    env = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
    # Its own calls to itself need some credentials, and must never find a person's.
    env |= {"AWS_ACCESS_KEY_ID": "emulator", "AWS_SECRET_ACCESS_KEY": "emulator"}
    command = [sys.executable, "-m", "chatbot_project.devstack.emulator", "--port", str(at)]
    with running(command, log=directory / f"{name}.log", env=env, cwd=PROJECT, healthy=lambda: _answers(endpoint)):
        yield endpoint


def reset(endpoint: str) -> None:
    """Forget everything that was made in an emulator."""
    request = urllib.request.Request(f"{endpoint}/moto-api/reset", method="POST")
    with urllib.request.urlopen(request, timeout=30):
        pass


@pytest.fixture(scope="session")
def sqs_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with emulator(tmp_path_factory.mktemp("broker"), "broker") as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def cloud_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with emulator(tmp_path_factory.mktemp("cloud"), "cloud") as endpoint:
        yield endpoint


@pytest.fixture
def sqs_endpoint(sqs_server: str, settings: Settings) -> str:
    """An SQS endpoint without queues; the broker settings point at it (keys: testing, testing)."""
    reset(sqs_server)
    settings.SQS_ENDPOINT_URL = sqs_server
    settings.SQS_ACCESS_KEY_ID = settings.SQS_SECRET_ACCESS_KEY = "testing"
    return sqs_server


@pytest.fixture
def cloud_endpoint(cloud_server: str, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty cloud; AWS_* of this process and STORE_ENDPOINT_URL point at it."""
    reset(cloud_server)
    for name, value in {**CLOUD_ENVIRONMENT, "AWS_ENDPOINT_URL": cloud_server}.items():
        monkeypatch.setenv(name, value)
    settings.STORE_ENDPOINT_URL = cloud_server
    return cloud_server


def _answers(endpoint: str) -> bool:
    try:
        with urllib.request.urlopen(f"{endpoint}/moto-api/", timeout=1):
            return True
    except OSError:
        return False
