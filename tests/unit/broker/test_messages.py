"""Acknowledging and extending what a worker holds."""

from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chatbot_project.broker import acknowledge, visibility
from chatbot_project.broker.acknowledge import Acknowledger, Receipt
from tests.servers.processes import wait_until


class Client:
    """An SQS client that fails as often as it is told."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.deleted: list[str] = []
        self.extended: list[list[str]] = []
        self.tries = 0

    def delete_message(self, QueueUrl: str, ReceiptHandle: str) -> None:  # noqa: N803
        self.tries += 1
        if self.failures:
            raise self.failures.pop(0)
        self.deleted.append(ReceiptHandle)

    def change_message_visibility_batch(self, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        self.extended.append([each["ReceiptHandle"] for each in Entries])
        assert all(each["VisibilityTimeout"] == 60 for each in Entries)
        return {"Failed": [{"Id": "0", "Message": "gone"}] if QueueUrl == "lost" else []}


def refusal(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}}, "DeleteMessage")


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acknowledge, "_FIRST_PAUSE_SECONDS", 0.001)


def test_at_once() -> None:
    client = Client()
    Acknowledger(lambda: client, 60).delete(Receipt("q", "r"))
    assert client.deleted == ["r"]


def test_again_after_failures() -> None:
    client = Client(OSError("away"), refusal("InternalError"), refusal("AccessDenied"))
    acknowledger = Acknowledger(lambda: client, 60)
    acknowledger.delete(Receipt("q", "r"))
    wait_until(lambda: client.deleted == ["r"], seconds=10, what="the repeated delete")
    acknowledger.close()


@pytest.mark.parametrize("code", sorted(acknowledge.STALE_HANDLE))
def test_a_stale_handle_is_not_repeated(code: str) -> None:
    client = Client(refusal(code))
    Acknowledger(lambda: client, 60).delete(Receipt("q", "r"))
    assert (client.tries, client.deleted) == (1, [])


def test_gives_up_when_the_message_is_visible_again(caplog: pytest.LogCaptureFixture) -> None:
    client = Client(*(OSError("away") for _ in range(100)))
    acknowledger = Acknowledger(lambda: client, 0.01)
    acknowledger.delete(Receipt("q", "r"))
    wait_until(lambda: "gave up" in caplog.text, seconds=10, what="giving up")
    acknowledger.close()


def test_what_is_held() -> None:
    def message(handle: str | None) -> SimpleNamespace:
        info = {"sqs_queue": "q", "sqs_message": {"ReceiptHandle": handle}} if handle else {}
        return SimpleNamespace(delivery_info=info)

    qos = SimpleNamespace(_delivered={"1": message("a"), "2": message("b"), "3": message(None)}, _dirty={"2"})
    assert visibility.held(qos) == [Receipt("q", "a")]


def test_extends_in_batches_per_queue(caplog: pytest.LogCaptureFixture) -> None:
    client = Client()
    visibility.extend(client, [*(Receipt("q", str(n)) for n in range(12)), Receipt("lost", "x")], 60)
    assert [len(batch) for batch in client.extended] == [10, 2, 1]
    assert "lost to another worker: gone" in caplog.text
