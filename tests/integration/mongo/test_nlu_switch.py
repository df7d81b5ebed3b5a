"""Every process switches to the activated version within two seconds, and no message goes unanswered meanwhile."""

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from pymongo.database import Database

from nlu import services
from nlu.types import IntentDefinition
from tests.servers.processes import PROJECT, running, wait_until

from .training import ADA, DATA

SING = IntentDefinition("sing", ("sing", "sing a song", "hum a tune", "la la la", "start singing"))
PROCESSES, SECONDS = 2, 2.0


class Asker:
    """What one process wrote down."""

    def __init__(self, log: Path) -> None:
        self._log = log

    @property
    def answers(self) -> list[tuple[float, str]]:
        """(when the message came, intent), of whole lines."""
        lines = self._log.read_text().rpartition("\n")[0].splitlines() if self._log.exists() else []
        return [(float(came), said) for came, _took, said in (line.split(" ", 2) for line in lines)]

    def says(self, intent: str) -> bool:
        return self.answers[-1:] != [] and self.answers[-1][1] == intent


@pytest.fixture
def askers(mongo_db: Database[dict[str, Any]], tmp_path: Path) -> Iterator[Callable[[], list[Asker]]]:
    """Start the processes; they have answered."""
    with contextlib.ExitStack() as stack:

        def start() -> list[Asker]:
            logs = [tmp_path / f"{number}.log" for number in range(PROCESSES)]
            env = {
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "chatbot_project.settings.test",
                "LOG_LEVEL": "CRITICAL",
                "MONGODB_URI": settings.MONGODB_URI,
                "MONGODB_DATABASE": settings.DATABASES["default"]["NAME"],
            }
            command = [sys.executable, "-m", "tests.servers.understanding", "sing a song"]
            found = [Asker(log) for log in logs]
            for log in logs:
                stack.enter_context(running(command, log=log, env=env, cwd=PROJECT, healthy=lambda: True))
            for each in found:
                wait_until(lambda each=each: bool(each.answers), seconds=60, what="a first answer")  # type: ignore[misc]
            return found

        yield start


def test_all_processes_switch_and_no_message_is_dropped(askers: Callable[[], list[Asker]]) -> None:
    first = services.train(data=replace(DATA, intents=(*DATA.intents, SING)))
    second = services.train(data=replace(DATA, out_of_scope=(*DATA.out_of_scope, "sing a song")), activate=False)
    processes = askers()
    assert all(each.says("sing") for each in processes)

    switches: list[tuple[float, str]] = []
    for model_id, said in ((second.id, "nothing"), (None, "sing")):
        if model_id:
            services.model_activate(model_id=model_id)
        else:
            assert services.model_roll_back(by=ADA).id == first.id
        switches.append((time.monotonic(), said))
        for each in processes:
            wait_until(lambda each=each, said=said: each.says(said), seconds=20, what=said)  # type: ignore[misc]

    for each in processes:
        answers = each.answers
        assert {said for _, said in answers} == {"sing", "nothing"}
        for (at, said), following in zip(switches, [*switches[1:], (float("inf"), "")], strict=True):
            late = {answer for came, answer in answers if at + SECONDS < came < following[0]}
            assert late <= {said}
            took = next(came for came, answer in answers if came > at and answer == said) - at
            assert took < SECONDS
