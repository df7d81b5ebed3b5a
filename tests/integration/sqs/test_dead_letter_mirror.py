"""What waits in a dead-letter queue is seen without being taken, and leaves it only when somebody decided so."""

import base64
import json
import threading
from typing import Any

import pytest
from botocore.exceptions import ClientError
from pymongo.database import Database

from chatbot_project.broker import dead_letters as sqs_side
from chatbot_project.broker.dead_letters import queue_look
from orchestrator import dead_letter_mirror, dead_letters
from orchestrator.dead_letters import LetterWish
from orchestrator.types import Actor

from .conftest import QUEUE, Broker
from .poison import UNDECODABLE, UNKNOWN, coded, message

OPS = Actor("1", "ops")
TASKS = frozenset({"tests.note", "tests.fail", "orchestrator.run_job"})


@pytest.fixture
def dead(broker: Broker, mongo_db: Database[Any]) -> "Dead":
    return Dead(broker)


class Dead:
    """A dead-letter queue that messages are put into directly."""

    def __init__(self, broker: Broker) -> None:
        self.broker, self.client, self.address = broker, broker.client, broker.address
        self.url = self.client.get_queue_url(QueueName=self.address.dead_letter_name(QUEUE))["QueueUrl"]
        self.queue_url = self.client.get_queue_url(QueueName=self.address.queue_name(QUEUE))["QueueUrl"]

    def put(self, body: str, **attributes: str) -> str:
        typed = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}
        answer = self.client.send_message(QueueUrl=self.url, MessageBody=body, MessageAttributes=typed)
        return str(answer["MessageId"])

    def look(self, client: Any = None) -> int:
        return queue_look(client or self.client, self.address, QUEUE, TASKS)

    def row(self, letter_id: str) -> dict[str, Any]:
        (row,) = dead_letters.letters_load([letter_id])
        return row

    def take(self) -> None:
        """Somebody else takes a message out."""
        (found,) = self.client.receive_message(QueueUrl=self.url)["Messages"]
        self.client.delete_message(QueueUrl=self.url, ReceiptHandle=found["ReceiptHandle"])

    @property
    def sent(self) -> list[dict[str, Any]]:
        """What waits in the queue itself, taken out."""
        found = []
        while got := self.client.receive_message(QueueUrl=self.queue_url, MessageAttributeNames=["All"]).get(
            "Messages"
        ):
            found += got
        return found

    @property
    def left(self) -> int:
        return self.broker.count(self.address.dead_letter_name(QUEUE))


def wish(letter_id: str, action: LetterWish) -> None:
    assert dead_letters.wish_store([letter_id], action, OPS) == 1


def test_a_look_takes_nothing_and_hides_nothing(dead: Dead) -> None:
    ids = {dead.put(coded(message("tests.fail", f'[["{number}"], {{}}, {{}}]'))) for number in range(23)}

    for _ in range(2):
        assert dead.look() == 23

    assert {row["_id"] for row in dead_letters.letters_waiting(QUEUE)} == ids
    assert [(each.queue, each.depth, each.problem) for each in dead_letters.depths()] == [(QUEUE, 23, "")]
    assert len(dead.client.receive_message(QueueUrl=dead.url, MaxNumberOfMessages=10)["Messages"]) == 10


def test_every_poison_has_a_reason_in_words(dead: Dead) -> None:
    ids = {name: dead.put(body) for name, body in {**UNDECODABLE, **UNKNOWN}.items()}

    dead.look()

    rows = {name: dead.row(letter_id) for name, letter_id in ids.items()}
    said = ("It is no task: ", "No worker knows the task ", "The arguments of", "The task ")
    assert {name: row["reason"] for name, row in rows.items() if not row["reason"].startswith(said)} == {}
    assert [name for name, row in rows.items() if row["sent_at"] is None] == []


def test_what_can_be_read_of_a_message_is_shown(dead: Dead) -> None:
    failed = dead.put(coded(message("tests.fail", '[["x"], {}, {}]')))
    unknown = dead.put(coded(message("tests.nobody")))
    garbled = dead.put(coded(message(arguments="[[1, ")))
    text = dead.put("this is not a task")

    dead.look()

    assert (dead.row(failed)["task"], dead.row(failed)["reason"][:40]) == (
        "tests.fail",
        "The task tests.fail was begun again and ",
    )
    assert json.loads(dead.row(failed)["body"])["headers"]["task"] == "tests.fail"
    assert dead.row(unknown)["reason"].startswith("No worker knows the task tests.nobody.")
    assert dead.row(garbled)["reason"] == "The arguments of the task tests.note cannot be decoded."
    assert (dead.row(text)["task"], dead.row(text)["body"]) == ("", "this is not a task")


def test_what_mongodb_cannot_hold_and_what_is_very_long_is_mirrored_all_the_same(dead: Dead) -> None:
    half = dead.put(base64.b64encode(b'{"headers": {"task": "\\ud800"}}').decode())
    long = dead.put("x" * 100_000)

    assert dead.look() == 2

    assert dead.row(half)["task"] == "?"
    assert (len(dead.row(long)["body"]), dead.row(long)["body_bytes"]) == (16_000, 100_000)


def test_a_redrive_sends_the_message_as_it_was_and_says_who_wished_it(dead: Dead) -> None:
    body = coded(message("tests.fail", '[["x"], {}, {}]'))
    letter_id, other = dead.put(body, origin="tests"), dead.put("another")
    dead.look()
    wish(letter_id, LetterWish.REDRIVE)

    assert dead.look() == 1

    (sent,) = dead.sent
    assert (sent["Body"], sent["MessageAttributes"]["origin"]["StringValue"]) == (body, "tests")
    row = dead.row(letter_id)
    assert (row["state"], row["wish"], row["ended_at"] is not None) == ("redriven", "", True)
    assert [(each["what"], each["by"]["name"]) for each in row["history"]] == [
        ("asked to redrive", "ops"),
        ("sent to its queue again", "ops"),
    ]
    assert (dead.left, dead.row(other)["state"]) == (1, "waiting")


def test_a_drop_deletes_that_message_alone(dead: Dead) -> None:
    dropped, kept = dead.put("a"), dead.put("b")
    dead.look()
    wish(dropped, LetterWish.DROP)

    dead.look()

    assert (dead.row(dropped)["state"], dead.row(kept)["state"], dead.left, dead.sent) == ("dropped", "waiting", 1, [])


def test_nothing_is_deleted_when_sending_fails_and_it_is_done_later(dead: Dead) -> None:
    letter_id = dead.put("a")
    dead.look()
    wish(letter_id, LetterWish.REDRIVE)

    with pytest.raises(ClientError):
        dead.look(Failing(dead.client, "send_message"))
    assert (dead.left, dead.row(letter_id)["state"]) == (1, "waiting")

    dead.look()
    assert (dead.left, dead.row(letter_id)["state"], len(dead.sent)) == (0, "redriven", 1)


def test_a_double_is_sent_when_deleting_fails_and_nothing_is_lost(dead: Dead) -> None:
    letter_id = dead.put("a")
    dead.look()
    wish(letter_id, LetterWish.REDRIVE)

    with pytest.raises(ClientError):
        dead.look(Failing(dead.client, "delete_message"))
    dead.look()

    assert (dead.left, dead.row(letter_id)["state"]) == (0, "redriven")
    assert len(dead.sent) == 2


def test_a_letter_that_left_by_itself_is_said_to_be_gone(dead: Dead, monkeypatch: pytest.MonkeyPatch) -> None:
    letter_id = dead.put("a")
    dead.look()
    dead.take()
    dead.look()
    assert dead.row(letter_id)["state"] == "waiting", "it may be in somebody's hands"

    monkeypatch.setattr(dead_letter_mirror, "GONE_AFTER", dead_letter_mirror.GONE_AFTER * 0)
    dead.look()

    row = dead.row(letter_id)
    assert (row["state"], row["history"][-1]["note"]) == ("gone", "it expired, or was taken by other means")
    assert row["history"][-1]["by"] is None
    assert dead_letters.wish_store([letter_id], LetterWish.DROP, OPS) == 0


def test_what_was_carried_out_and_not_written_down_is_found_out(dead: Dead, monkeypatch: pytest.MonkeyPatch) -> None:
    letter_id = dead.put("a")
    dead.look()
    wish(letter_id, LetterWish.DROP)
    with monkeypatch.context() as lost:
        lost.setattr(dead_letter_mirror, "wish_done", lambda wish: None)
        dead.look()
    monkeypatch.setattr(dead_letter_mirror, "GONE_AFTER", dead_letter_mirror.GONE_AFTER * 0)

    for _ in range(2):
        dead.look()

    assert dead.row(letter_id)["state"] == "dropped"


def test_what_somebody_has_in_hand_is_not_gone(dead: Dead, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dead_letter_mirror, "GONE_AFTER", dead_letter_mirror.GONE_AFTER * 0)
    letter_id = dead.put("a")
    dead.look()
    dead.client.receive_message(QueueUrl=dead.url, VisibilityTimeout=60)

    for _ in range(3):
        assert dead.look() == 1

    assert dead.row(letter_id)["state"] == "waiting"


def test_a_letter_that_is_there_again_waits_again(dead: Dead) -> None:
    letter_id = dead.put("a")
    dead.look()
    ended = {"state": "gone", "ended_at": dead.row(letter_id)["last_seen_at"]}
    dead_letters.letters().update_one({"_id": letter_id}, {"$set": ended})

    dead.look()

    assert (dead.row(letter_id)["state"], dead.row(letter_id)["ended_at"]) == ("waiting", None)


def test_many_who_look_at_once_carry_every_wish_out_and_lose_nothing(dead: Dead) -> None:
    ids = [dead.put(f"message {number}") for number in range(30)]
    dead.look()
    assert dead_letters.wish_store(ids[:20], LetterWish.REDRIVE, OPS) == 20
    threads = [threading.Thread(target=dead.look) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    dead.look()

    assert dead.left == 10
    assert {each["Body"] for each in dead.sent} == {f"message {number}" for number in range(20)}
    states = [row["state"] for row in dead_letters.letters_load(ids)]
    assert (states.count("redriven"), states.count("waiting")) == (20, 10)


def test_turns_are_taken(mongo_db: Database[Any]) -> None:
    assert [dead_letter_mirror.turn_take(QUEUE, 60) for _ in range(3)] == [True, False, False]
    assert dead_letter_mirror.turn_take(QUEUE, 0)


def test_a_queue_that_refuses_is_a_problem_that_people_read(dead: Dead, monkeypatch: pytest.MonkeyPatch) -> None:
    from chatbot_project.broker import dead_letter_watch

    dead.put("a")
    dead.look()
    monkeypatch.setattr(dead_letter_watch, "LOOK_SECONDS", 0)
    dead_letter_watch.look_in_turn(Failing(dead.client, "get_queue_attributes"), dead.address, TASKS)

    (found,) = [each for each in dead_letters.depths() if each.queue == QUEUE]
    assert (found.depth, found.problem[:20]) == (1, "An error occurred (A")


def test_what_a_lost_look_hides_is_not_called_gone() -> None:
    assert dead_letter_mirror.GONE_AFTER.total_seconds() > sqs_side.HIDDEN_SECONDS


class Failing:
    """A client one of whose operations is refused."""

    def __init__(self, client: Any, operation: str) -> None:
        self._client, self._operation = client, operation

    def __getattr__(self, name: str) -> Any:
        if name != self._operation:
            return getattr(self._client, name)
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, name)
