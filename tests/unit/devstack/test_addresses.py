import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from chatbot_project.devstack import addresses


@pytest.fixture
def busy() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def choose(tmp_path: Path, said: list[str], **environ: str) -> addresses.Addresses:
    return addresses.choose(environ, tmp_path / "ports.json", any_port=True, say=said.append)


def test_a_busy_port_is_replaced_and_said(tmp_path: Path, busy: int) -> None:
    said: list[str] = []
    chosen = choose(tmp_path, said, WEB_PORT=str(busy))
    assert chosen.ports["web"] != busy
    assert said == [f"Port {busy} is busy: web listens on {chosen.ports['web']} instead."]


def test_ports_are_different_and_taken_again(tmp_path: Path) -> None:
    said: list[str] = []
    first, second = choose(tmp_path, said), choose(tmp_path, said)
    assert len(set(first.ports.values())) == len(addresses.PORTS)
    assert first.ports == second.ports
    assert said == []


@pytest.mark.parametrize(
    ("variable", "value", "server"),
    [
        ("MONGODB_URI", "mongodb://db.example/?replicaSet=rs0", "mongod"),
        ("REDIS_URL", "redis://cache.example:6379/0", "redis"),
        ("CELERY_BROKER_URL", "sqs://key:secret@queue.example:9324//", "emulator-broker"),
        ("SQS_ENDPOINT_URL", "http://queue.example:9324", "emulator-broker"),
        ("AWS_ENDPOINT_URL", "http://cloud.example:4566", "emulator-cloud"),
        ("INFRACHAT_CLOUD", "aws", "emulator-cloud"),
    ],
)
def test_each_server_can_be_replaced(tmp_path: Path, variable: str, value: str, server: str) -> None:
    said: list[str] = []
    chosen = choose(tmp_path, said, **{variable: value})
    assert server not in chosen.own
    assert server not in chosen.ports
    assert said == [f"{server} is not started: {variable} names another one."]
    if variable in {"MONGODB_URI", "REDIS_URL", "AWS_ENDPOINT_URL", "SQS_ENDPOINT_URL"}:
        assert value in (chosen.mongodb_uri, chosen.redis_url, chosen.cloud_endpoint, chosen.sqs_endpoint)


@pytest.mark.parametrize("port", ["eighty", "0", "70000", "-1"])
def test_a_wrong_port_is_refused_by_name(tmp_path: Path, port: str) -> None:
    with pytest.raises(SystemExit, match=f"WEB_PORT='{port}' is not a port. Use a number from 1 to 65535."):
        choose(tmp_path, [], WEB_PORT=port)


def test_a_spoilt_memory_of_ports_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "ports.json").write_text("[not json")
    assert choose(tmp_path, []).ports
