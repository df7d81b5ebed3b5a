"""The poll loop's turns, with a hub that does nothing by itself."""

from collections.abc import Callable
from typing import Any

import pytest
from kombu import Connection
from kombu.transport import virtual

from chatbot_project.broker import transport, visibility
from chatbot_project.broker.acknowledge import Receipt
from chatbot_project.broker.transport import SCHEME, Channel, _Failed


class Timer:
    def __init__(self) -> None:
        self.canceled = False

    def cancel(self) -> None:
        self.canceled = True


class Hub:
    """Remembers what was asked of it."""

    def __init__(self) -> None:
        self.soon: list[tuple[Any, ...]] = []
        self.later: list[tuple[float, tuple[Any, ...]]] = []
        self.repeated: list[tuple[float, Callable[[], None]]] = []

    def call_soon(self, *call: Any) -> None:
        self.soon.append(call)

    def call_later(self, delay: float, *call: Any) -> Timer:
        self.later.append((delay, call))
        return Timer()

    def call_repeatedly(self, delay: float, call: Callable[[], None]) -> Timer:
        self.repeated.append((delay, call))
        return Timer()


@pytest.fixture
def channel(settings: Any) -> Any:
    settings.SQS_ACCESS_KEY_ID = settings.SQS_SECRET_ACCESS_KEY = "testing"
    settings.SQS_ENDPOINT_URL, settings.CELERY_BROKER_URL = "http://127.0.0.1:1", ""
    options = {"predefined_queues": {"q": {"url": "http://127.0.0.1:1/1/q"}}, "wait_time_seconds": 2}
    connection = Connection(f"{SCHEME}://127.0.0.1:1//", transport_options=options)
    found: Any = connection.default_channel
    assert isinstance(found, Channel)
    found.hub = Hub()
    found._active_queues.append("q")
    found.polls = []
    found._get_bulk_async = lambda queue, callback=None: found.polls.append((queue, callback))
    return found


def test_a_receive_that_found_something_is_followed_at_once(channel: Any) -> None:
    channel._schedule_queue("q")
    ((queue, polled),) = channel.polls
    polled(3)
    assert queue == "q"
    assert channel.hub.soon == [(channel._poll_queue, "q", 1)]


def test_an_empty_queue_is_polled_again_at_once(channel: Any) -> None:
    channel._schedule_queue("q")
    channel.polls[0][1](0)
    assert len(channel.hub.soon) == 1


def test_a_failed_receive_is_followed_after_a_pause(channel: Any) -> None:
    channel._schedule_queue("q")
    channel.polls[0][1](channel._on_messages_ready("url", "q", _Failed()))
    assert channel.hub.soon == []
    assert channel.hub.later == [(transport.PAUSE_SECONDS, (channel._poll_queue, "q", 1))]


def test_an_error_in_delivery_does_not_end_the_loop(channel: Any) -> None:
    def explode(message: Any) -> None:
        raise RuntimeError("in a task's own decoding")

    channel.connection._callbacks["q"] = explode
    message = {"Body": "x", "ReceiptHandle": "r", "MessageId": "1"}
    assert channel._on_messages_ready("url", "q", {"Messages": [message]}) == 1


def test_a_message_that_breaks_its_delivery_is_let_go_and_hides_no_other(channel: Any) -> None:
    delivered: list[str] = []

    def deliver(raw: Any) -> None:
        message = virtual.Message(raw, channel=channel)
        channel.qos.append(message, message.delivery_tag)
        if message.delivery_tag == "poison":
            raise TypeError("unhashable type: 'list'")
        delivered.append(message.delivery_tag)

    channel.connection._callbacks["q"] = deliver
    received = [{"Body": "x", "ReceiptHandle": handle, "MessageId": handle} for handle in ("poison", "good")]

    assert channel._on_messages_ready("url", "q", {"Messages": received}) == 2
    assert delivered == ["good"]
    assert visibility.held(channel.qos) == [Receipt("url", "good")]
    channel.qos.ack("good")


def test_an_error_before_the_request_does_not_end_the_loop(channel: Any) -> None:
    def explode(queue: str, callback: Any = None) -> None:
        raise OSError("no route")

    channel._get_bulk_async = explode
    channel._schedule_queue("q")
    assert [delay for delay, _ in channel.hub.later] == [transport.PAUSE_SECONDS]


def test_a_full_worker_waits_instead_of_spinning_and_resumes_when_a_slot_is_free(
    channel: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel.qos, "can_consume", lambda: False)
    channel._schedule_queue("q")
    assert (channel.polls, channel.hub.soon) == ([], [])
    assert [delay for delay, _ in channel.hub.later] == [transport.FULL_PAUSE_SECONDS]

    channel.basic_ack("unknown tag")

    assert channel.hub.soon == [(channel._poll_queue, "q", 1)]


def test_a_stalled_loop_is_started_again_and_cannot_come_back(channel: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr(transport.time, "monotonic", lambda: clock[0])
    channel._schedule_queue("q")
    ((interval, watch),) = channel.hub.repeated
    watch()
    assert len(channel.polls) == 1

    clock[0] += channel.request_timeout_seconds + 3 * interval + 1
    watch()
    assert len(channel.polls) == 2

    channel._poll_queue("q", 1)
    assert len(channel.polls) == 2
    channel._poll_queue("q", 2)
    assert len(channel.polls) == 3


def test_a_canceled_queue_is_not_polled(channel: Any) -> None:
    channel._active_queues.clear()
    channel._schedule_queue("q")
    assert channel.polls == []


def test_a_reject_that_fails_frees_the_slot(channel: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def explode(*args: Any, **kwargs: Any) -> None:
        raise OSError("away")

    message = virtual.Message({"body": "x", "properties": {"delivery_tag": "t", "delivery_info": {}}}, channel=channel)
    channel.qos.append(message, "t")
    monkeypatch.setattr(channel.qos, "reject", explode)

    channel.basic_reject("t", requeue=True)

    assert "t" in channel.qos._dirty


def test_declaring_asks_nobody(channel: Any) -> None:
    assert channel.queue_declare("q").queue == "q"


def test_requests_outlast_a_long_poll(channel: Any) -> None:
    assert channel.request_timeout_seconds == 12
