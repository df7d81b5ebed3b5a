"""What training needs and nlu does not have: what a bot learns from, and the way to the background workers.

Whoever composes the system connects both once, in an app's `ready()`. Light: every process imports it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from chatbot_project.mongo.transactions import Transaction

from .types import TrainingData


@dataclass(frozen=True)
class TrainingSource:
    """What a bot learns, besides its own rows; `titles` are {intent: what it does, for people}."""

    data: TrainingData
    titles: Mapping[str, str]


class TaskPromise(Protocol):
    def __call__(self, *, tx: Transaction, task: str, argument: str) -> None:
        """After the commit of `tx` a background worker runs the Celery task `task` with one id, perhaps twice."""


SourceOf = Callable[[str], TrainingSource]
"""By the bot's name. Raises TrainingError when there is nothing to learn."""

PartsOf = Callable[[], Sequence[tuple[str, str]]]
"""What a bot may offer: (name, title) of each part, as `BotSettings.parts` names them."""

_parts: list[PartsOf] = []
_connected: dict[str, tuple[SourceOf, TaskPromise]] = {}


def connect(*, training_source: SourceOf, task_promise: TaskPromise) -> None:
    _connected["outside"] = (training_source, task_promise)


def connect_parts(parts: PartsOf) -> None:
    _parts[:] = [parts]


def bot_parts() -> Sequence[tuple[str, str]]:
    return _parts[0]() if _parts else []


def training_source(bot: str) -> TrainingSource:
    """Raises TrainingError."""
    return _connected["outside"][0](bot)


def task_promise(*, tx: Transaction, task: str, argument: str) -> None:
    _connected["outside"][1](tx=tx, task=task, argument=argument)
