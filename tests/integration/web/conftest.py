"""A real web process (uvicorn on a free port) and a foreign client: the websockets library, not our own client."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from pymongo.database import Database

from chatbot_project.accounts.models import User
from chatbot_project.accounts.tokens import token_issue
from tests.integration.web.clients import Person, Server
from tests.servers.processes import free_port, listens, running

ROOT = Path(__file__).resolve().parents[3]
LIMITS = {
    "CHAT_SOCKETS_PER_USER": "4",
    "CHAT_RATE_MESSAGES": "500",
    "CHAT_RECHECK_SECONDS": "0.3",
    "CHAT_POLL_SECONDS": "0.2",
    "LOGIN_ATTEMPTS_PER_MINUTE": "5",
    "MONGODB_TIMEOUT_MS": "2000",
}


def web_environment(mongodb_uri: str, redis_url: str, **more: str) -> dict[str, str]:
    return {
        **os.environ,
        **LIMITS,
        "DJANGO_SETTINGS_MODULE": "chatbot_project.settings.test",
        "INFRACHAT_PROCESS": "web",
        "MONGODB_URI": mongodb_uri,
        "MONGODB_DATABASE": settings.DATABASES["default"]["NAME"],
        "REDIS_URL": redis_url,
        **more,
    }


def web_command(port: int) -> list[str]:
    return [sys.executable, str(ROOT / "manage.py"), "web", "--port", str(port)]


@pytest.fixture(scope="session")
def web_server(
    migrated_mongo: str, redis_server_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """One web process for all tests of this test process."""
    port = free_port()
    log = tmp_path_factory.mktemp("web") / "web.log"
    env = web_environment(migrated_mongo, redis_server_url)
    with running(web_command(port), log=log, env=env, cwd=ROOT, healthy=lambda: listens(port)):
        yield Server(port, log)


@pytest.fixture
def web(web_server: Server, mongo_db: Database[dict[str, object]], redis_url: str) -> Server:
    """The web process over an empty database and an empty Redis."""
    return web_server


def person(name: str, **attributes: object) -> Person:
    user = User.objects.create_user(username=name, password=f"{name}-password", **attributes)
    return Person(user=user, token=token_issue(user)[0], password=f"{name}-password")


@pytest.fixture
def ann(mongo_db: Database[dict[str, object]]) -> Person:
    return person("ann")


@pytest.fixture
def bob(mongo_db: Database[dict[str, object]]) -> Person:
    return person("bob")


@pytest.fixture
def root(mongo_db: Database[dict[str, object]]) -> Person:
    return person("root", is_superuser=True, is_staff=True)
