"""Flower and remote control see a worker on SQS; Redis going away costs them, never a task."""

import base64
import json
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.servers.forks import run
from tests.servers.processes import free_port, listens, running, wait_until
from tests.servers.redis import redis_server

from .conftest import ROOT, Broker, lines

_LOGIN = "ops:a-password-for-tests"


@dataclass(frozen=True)
class Flower:
    url: str

    def ask(self, path: str, *, method: str = "GET", login: str | None = _LOGIN) -> tuple[int, bytes]:
        request = urllib.request.Request(self.url + path, method=method, data=b"{}" if method == "POST" else None)
        if login:
            request.add_header("Authorization", "Basic " + base64.b64encode(login.encode()).decode())
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def json(self, path: str) -> Any:
        status, content = self.ask(path)
        assert status == 200, content
        return json.loads(content)


def _flower_environment(broker: Broker) -> dict[str, str]:
    """Flower holds no key to the queues, and does not need one."""
    return {**broker.env, "INFRACHAT_PROCESS": "flower", "SQS_ACCESS_KEY_ID": "", "SQS_SECRET_ACCESS_KEY": ""}


@pytest.fixture
def flower(broker: Broker) -> Iterator[Flower]:
    port = free_port()
    env = {**_flower_environment(broker), "FLOWER_BASIC_AUTH": _LOGIN, "FLOWER_PORT": str(port)}
    command = [sys.executable, "-m", "chatbot_project.flower"]
    log = broker.directory / "flower.log"
    with running(command, log=log, env=env, cwd=ROOT, healthy=lambda: listens(port)):
        yield Flower(f"http://127.0.0.1:{port}")


def test_flower_sees_the_worker_and_its_tasks_live(broker: Broker, flower: Flower, worker: Path) -> None:
    started, gate = broker.directory / "started", broker.directory / "gate"
    broker.send("tests.hold", str(started), str(gate))
    wait_until(lambda: len(lines(started)) == 1, seconds=20, what="the task")

    wait_until(lambda: "STARTED" in _states(flower, "tests.hold"), seconds=20, what="Flower showing it running")
    (name, found), *others = flower.json("/api/workers?refresh=1").items()
    assert not others
    assert name.startswith("tested@")
    assert found["stats"]["broker"]["transport"] == "safesqs"
    assert [queue["name"] for queue in found["active_queues"]] == ["background"]
    assert "testing" not in json.dumps(found["conf"])

    gate.touch()
    wait_until(lambda: "SUCCESS" in _states(flower, "tests.hold"), seconds=20, what="Flower showing its end")


def test_flower_revokes_a_running_task(broker: Broker, flower: Flower, worker: Path) -> None:
    started = broker.directory / "started"
    broker.send("tests.hold", str(started), str(broker.directory / "never"))
    wait_until(lambda: "STARTED" in _states(flower, "tests.hold"), seconds=20, what="Flower showing it running")
    (task,) = [key for key, each in flower.json("/api/tasks").items() if each["name"] == "tests.hold"]

    status, content = flower.ask(f"/api/task/revoke/{task}?terminate=true", method="POST")

    assert status == 200, content
    wait_until(lambda: "REVOKED" in _states(flower, "tests.hold"), seconds=20, what="Flower showing it revoked")


def test_flower_refuses_strangers_and_sending(broker: Broker, flower: Flower) -> None:
    assert flower.ask("/api/workers", login=None)[0] == 401
    assert flower.ask("/", login="ops:wrong")[0] == 401
    for path in ("apply", "async-apply", "send-task"):
        status, content = flower.ask(f"/api/task/{path}/orchestrator.run_job", method="POST")
        assert (status, b"not sent from here" in content) == (403, True)


def test_flower_shows_no_lists_of_redis_as_if_they_were_the_queues(broker: Broker, flower: Flower) -> None:
    assert flower.ask("/broker", login=None)[0] == 401
    status, page = flower.ask("/broker")
    assert (status, b"Tasks travel over SQS" in page, b"No queue data is available" in page) == (200, True, True)
    status, content = flower.ask("/api/queues/length")
    assert (status, b"Tasks travel over SQS" in content) == (403, True)


def test_flower_without_workers_is_quiet(broker: Broker, flower: Flower) -> None:
    assert flower.json("/api/workers?refresh=1") == {}
    assert "Inspect method" not in (broker.directory / "flower.log").read_text()


def test_flower_does_not_start_without_a_login(broker: Broker) -> None:
    environment = {**_flower_environment(broker), "FLOWER_BASIC_AUTH": ""}
    done = run([sys.executable, "-m", "chatbot_project.flower"], env=environment, cwd=ROOT)

    assert done.returncode == 1
    assert done.stderr.startswith("FLOWER_BASIC_AUTH is not set")
    assert "Traceback" not in done.stderr


def test_redis_away_costs_control_and_no_task(broker: Broker, start_worker: Callable[[], Path], tmp_path: Path) -> None:
    port = free_port()
    url = f"redis://127.0.0.1:{port}/0"
    broker.env.update(REDIS_URL=url, CONTROL_REDIS_URL=url)
    with redis_server(tmp_path, port):
        start_worker()
        wait_until(lambda: _pongs(broker) == 1, seconds=40, what="an answer before")

    broker.note("without redis")
    wait_until(lambda: "without redis" in lines(broker.notes), seconds=20, what="a task without Redis")

    with redis_server(tmp_path, port):
        wait_until(lambda: _pongs(broker) == 1, seconds=40, what="an answer after")


def _pongs(broker: Broker) -> int:
    """How many workers answer to `celery inspect ping`."""
    command = [sys.executable, "-m", "celery", "--app=tests.servers.broker_app", "inspect", "ping", "--json", "-t", "2"]
    done = run(command, env=broker.env, cwd=ROOT)
    return done.stdout.count('"pong"')


def _states(flower: Flower, task: str) -> set[str]:
    return {each["state"] for each in flower.json("/api/tasks").values() if each["name"] == task}
