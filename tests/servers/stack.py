"""The whole development stack on free ports: web, workers, scheduler, Flower, both emulators."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from chatbot_project.checks import cloud_credentials, queue_credentials

from .processes import PROJECT, running

START_SECONDS = 420.0
STOP_SECONDS = 90.0

# A tester's own servers and secrets have no place in the stack under test.
_SERVERS = (
    "MONGODB_URI",
    "REDIS_URL",
    "CONTROL_REDIS_URL",
    "CELERY_BROKER_URL",
    "SQS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL",
)


@dataclass(frozen=True)
class RunningStack:
    """Where the parts are; `users` is name -> password."""

    base_url: str
    ws_url: str
    mongodb_uri: str
    redis_url: str
    sqs_endpoint: str
    cloud_endpoint: str
    flower_url: str
    users: dict[str, str]
    pid: int
    state: Path
    _tokens: dict[str, str] = field(default_factory=dict, repr=False)

    def token(self, user: str) -> str:
        """An API token of `user`, issued once."""
        if user not in self._tokens:
            body = {"username": user, "password": self.users[user]}
            answer = httpx.post(f"{self.base_url}/api/v1/auth/token/", json=body, timeout=30)
            answer.raise_for_status()
            self._tokens[user] = answer.json()["token"]
        return self._tokens[user]

    def http(self, user: str) -> httpx.Client:
        """A client of the REST API that is signed in; close it."""
        headers = {"Authorization": f"Token {self.token(user)}"}
        return httpx.Client(base_url=self.base_url, headers=headers, timeout=30)


def stack_command(state: Path) -> list[str]:
    return [sys.executable, "-m", "chatbot_project.devstack", "--state", str(state), "up", "--any-port"]


def stack_environment(**more: str) -> dict[str, str]:
    """The environment of a stack under test: the tester's, without servers and secrets."""
    hidden = {*_SERVERS, *cloud_credentials(os.environ), *queue_credentials(os.environ), "DJANGO_SETTINGS_MODULE"}
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    return {**kept, "SWEEP_SECONDS": "1", **more}


def described(state: Path) -> RunningStack:
    """The stack that has announced itself in `state`."""
    told: dict[str, Any] = json.loads((state / "stack.json").read_text())
    return RunningStack(
        base_url=told["web"],
        ws_url=told["web"].replace("http", "ws", 1),
        mongodb_uri=told["mongodb_uri"],
        redis_url=told["redis_url"],
        sqs_endpoint=told["sqs_endpoint"],
        cloud_endpoint=told["cloud_endpoint"],
        flower_url=told["flower"],
        users=dict.fromkeys(told["users"], told["password"]),
        pid=told["pid"],
        state=state,
    )


@contextmanager
def stack_running(state: Path, **more: str) -> Iterator[RunningStack]:
    """A stack with its state in the directory `state` while inside; `more` are settings of it."""
    with running(
        stack_command(state),
        log=state / "stack.log",
        env=stack_environment(**more),
        cwd=PROJECT,
        healthy=(state / "stack.json").exists,
        seconds=START_SECONDS,
        stop_seconds=STOP_SECONDS,
    ):
        yield described(state)


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """One stack for all tests that ask for it (they run in one test process: see conftest)."""
    with stack_running(tmp_path_factory.mktemp("stack")) as running_one:
        yield running_one
