"""`manage.py dead_letters`, and a background worker that carries out what was decided elsewhere."""

import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pymongo.database import Database

from orchestrator import dead_letters
from orchestrator.dead_letters import LetterWish
from orchestrator.types import Actor
from tests.servers.forks import run
from tests.servers.mongo import DATABASE
from tests.servers.processes import wait_until

from .conftest import QUEUE, ROOT, Broker, lines
from .poison import coded, message

long = partial(pytest.param, marks=pytest.mark.full)


@pytest.fixture
def ops(broker: Broker, mongo_db: Database[Any], mongod_uri: str) -> "Ops":
    broker.env.update(MONGODB_URI=mongod_uri, MONGODB_DATABASE=DATABASE, MONGODB_TIMEOUT_MS="5000")
    return Ops(broker)


class Ops:
    """An operator with the queue's keys."""

    def __init__(self, broker: Broker) -> None:
        self.broker = broker
        self.env = {**broker.env, "INFRACHAT_PROCESS": "manage", "LOG_LEVEL": "WARNING"}
        self.dead = broker.address.dead_letter_name(QUEUE)

    def put(self, body: str) -> str:
        url = self.broker.client.get_queue_url(QueueName=self.dead)["QueueUrl"]
        return str(self.broker.client.send_message(QueueUrl=url, MessageBody=body)["MessageId"])

    def run(self, *arguments: str, stdin: int = subprocess.DEVNULL, **env: str) -> tuple[int, str]:
        command = [sys.executable, "manage.py", "dead_letters", *arguments]
        done = run(command, env={**self.env, **env}, cwd=ROOT, stdin=stdin)
        assert "Traceback" not in done.stderr
        return done.returncode, re.sub("^CommandError: ", "", done.stdout + done.stderr)

    def answer(self, text: str, *arguments: str) -> tuple[int, str]:
        """Run it at a terminal where somebody types `text`."""
        keyboard, terminal = pty.openpty()
        os.write(keyboard, text.encode())
        try:
            return self.run(*arguments, stdin=terminal)
        finally:
            os.close(keyboard)
            os.close(terminal)

    @property
    def left(self) -> int:
        return self.broker.count(self.dead)

    @property
    def waiting(self) -> int:
        return self.broker.count(self.broker.address.queue_name(QUEUE))


@pytest.mark.full
def test_nothing_waits(ops: Ops) -> None:
    assert ops.run("list") == (0, "background: no dead letters\ninfrastructure: no dead letters\n")
    assert ops.run("redrive", "--all") == (0, "There is no dead letter.\n")


def test_what_waits_is_listed_and_shown(ops: Ops) -> None:
    letter_id = ops.put(coded(message("tests.nobody")))

    code, said = ops.run("list", "--queue", QUEUE)
    assert (code, said.splitlines()[0]) == (0, "background: 1 dead letter")
    assert re.search(rf"^{letter_id[:8]}  background  20\d\d-\d\d-\d\d \d\d:\d\d UTC$", said, re.MULTILINE)
    assert "  No worker knows the task tests.nobody." in said
    assert f"manage.py dead_letters show {letter_id[:8]}" in said

    code, said = ops.run("show", letter_id[:6])
    assert code == 0
    assert f"id:         {letter_id}\n" in said
    assert '"task": "tests.nobody"' in said


def test_one_is_sent_again_and_one_is_dropped(ops: Ops) -> None:
    again, dropped, kept = ops.put("again"), ops.put("dropped"), ops.put("kept")

    assert ops.run("redrive", again) == (0, f"{again[:8]}: sent to its queue again\n")
    assert ops.run("drop", dropped) == (0, f"{dropped[:8]}: dropped\n")

    assert (ops.left, ops.waiting) == (1, 1)
    code, said = ops.run("show", again)
    assert "asked to redrive by " in said
    assert "sent to its queue again by " in said
    code, said = ops.run("redrive", again)
    assert (code, said) == (1, f"{again[:8]} does not wait any more: sent to its queue again.\n")
    assert [row["_id"] for row in dead_letters.letters_waiting()] == [kept]


def test_all_asks_before(ops: Ops) -> None:
    for number in range(3):
        ops.put(f"message {number}")

    code, said = ops.run("drop", "--all")
    assert (code, said) == (
        2,
        "Delete for good: 3 dead letters of background? Nobody is there to be asked; say --yes.\n",
    )
    code, said = ops.answer("n\n", "drop", "--all")
    assert (code, said.endswith("Nothing was done.\n")) == (1, True)
    assert ops.left == 3

    assert ops.answer("y\n", "redrive", "--all", "--queue", QUEUE)[0] == 0
    assert (ops.left, ops.waiting) == (0, 3)


@pytest.mark.full
def test_all_with_yes_asks_nobody(ops: Ops) -> None:
    ops.put("a")
    assert ops.run("drop", "--all", "--yes")[0] == 0
    assert ops.left == 0


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("show", "0123-none"), 1, "There is no dead letter 0123-none. See: manage.py dead_letters list"),
        (("drop",), 2, "Name the messages, or say --all."),
        long(("drop", "ab"), 1, "'ab' is too short: write at least 4 characters of the id."),
        long(("redrive", "0123-none", "--all"), 2, "Name the messages, or say --all."),
        long(("list", "--queue", "none"), 2, "invalid choice: 'none'"),
        long((), 2, "required: list|show|redrive|drop"),
    ],
)
def test_mistakes_are_sentences(ops: Ops, arguments: tuple[str, ...], code: int, sentence: str) -> None:
    found, said = ops.run(*arguments)
    assert (found, sentence in said) == (code, True), said


def test_servers_that_are_away_are_sentences(ops: Ops) -> None:
    assert "MongoDB does not answer" in ops.run("list", MONGODB_URI="mongodb://127.0.0.1:1/")[1]
    assert "SQS_ACCESS_KEY_ID is not set" in ops.run("list", SQS_ACCESS_KEY_ID="")[1]
    ops.broker.proxy.refuse()
    code, said = ops.run("list")
    assert (code, "SQS does not answer" in said) == (1, True)


def test_a_background_worker_mirrors_and_carries_out_what_others_decide(
    ops: Ops, start_worker: Callable[[], Path]
) -> None:
    ended = ops.broker.directory / "ended"
    letter_id = ops.put(coded(message("tests.note", f'[["{ended}", "redriven"], {{}}, {{}}]')))
    start_worker()
    wait_until(lambda: bool(dead_letters.letters_load([letter_id])), seconds=30, what="the row of the dead letter")

    dead_letters.wish_store([letter_id], LetterWish.REDRIVE, Actor("1", "an administrator"))

    wait_until(lambda: lines(ended) == ["redriven"], seconds=30, what="the redriven task")
    wait_until(
        lambda: dead_letters.letters_load([letter_id])[0]["state"] == "redriven", seconds=10, what="the row's new state"
    )
    assert ops.left == 0
