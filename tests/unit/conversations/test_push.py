"""Hints: the channel layer's own wire format, throttled, and never an error."""

import threading
import time

import msgpack
import pytest
from channels_redis.pubsub import RedisPubSubChannelLayer, RedisPubSubLoopLayer

from conversations import push, redis_client


class Recorder:
    def __init__(self) -> None:
        self.published: list[tuple[str, bytes]] = []

    def publish(self, channel: str, message: bytes) -> int:
        self.published.append((channel, message))
        return 1


def test_the_layer_reads_what_push_writes(monkeypatch: pytest.MonkeyPatch, settings: object) -> None:
    recorder = Recorder()
    monkeypatch.setattr(redis_client, "attempt", lambda call, default: call(recorder))
    push.conversation_changed("abc", 7)
    channel, message = recorder.published[0]
    layer = RedisPubSubChannelLayer(hosts=["redis://127.0.0.1:1"], prefix="infrachat")
    loop_layer = RedisPubSubLoopLayer(hosts=["redis://127.0.0.1:1"], prefix="infrachat", channel_layer=layer)
    assert channel == loop_layer._get_group_channel_name(push.conversation_topic("abc"))
    assert layer.deserialize(message) == {"type": "hint", "topic": "conversation.abc", "seq": 7}
    assert msgpack.unpackb(message)


def test_a_burst_becomes_few_hints_and_the_last_one_is_sent() -> None:
    sent: list[tuple[str, int]] = []
    last = threading.Event()

    def send(topic: str, seq: int) -> None:
        sent.append((topic, seq))
        if seq == 1_000:
            last.set()

    throttle = push._Throttle(0.02, send)
    began = time.monotonic()
    for seq in range(1, 1_001):
        throttle.call("job.a", seq)
    assert last.wait(5)
    assert sent[0] == ("job.a", 1)
    assert len(sent) <= (time.monotonic() - began) / 0.02 + 2
    assert [seq for _, seq in sent] == sorted(seq for _, seq in sent)


def test_topics_do_not_hold_each_other_up() -> None:
    sent: list[str] = []
    throttle = push._Throttle(60.0, lambda topic, seq: sent.append(topic))
    for topic in ("job.a", "job.b", "job.c"):
        throttle.call(topic, 1)
    assert sent == ["job.a", "job.b", "job.c"]
