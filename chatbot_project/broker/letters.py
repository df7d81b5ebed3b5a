"""Reading a dead letter: which task it was for, and why nobody could work it off."""

import base64
import binascii
import json
from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from orchestrator.dead_letter_mirror import Letter

_LONGEST_TASK = 200


@dataclass(frozen=True)
class _Reading:
    task: str
    fault: str
    """A sentence, or nothing when the message is as it should be."""


def letter_of(message: Mapping[str, Any], queue: str, tasks: Set[str]) -> Letter:
    """What a message received from the dead-letter queue of `queue` is; `tasks` are the names that workers know."""
    raw = str(message["Body"])
    text = _decoded(raw)
    receives = int(_attribute(message, "ApproximateReceiveCount") or 0)
    read = _read(text, tasks)
    return Letter(
        id=str(message["MessageId"]),
        queue=queue,
        task=read.task,
        reason=read.fault or _failed(read.task),
        body=text,
        body_bytes=len(raw.encode(errors="replace")),
        receives=receives,
        sent_at=_sent_at(message),
    )


def _read(text: str, tasks: Set[str]) -> _Reading:
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        return _Reading("", "It is no task: it cannot be decoded (neither JSON nor base64 of JSON).")
    headers = message.get("headers") if isinstance(message, dict) else None
    task = headers.get("task") if isinstance(headers, dict) else None
    if not isinstance(task, str) or not task:
        return _Reading("", "It is no task: it names none. Something else than this system has sent it.")
    task = _storable(task)[:_LONGEST_TASK]
    if task not in tasks:
        return _Reading(task, f"No worker knows the task {task}. Was it sent by another version?")
    if not _has_arguments(message):
        return _Reading(task, f"The arguments of the task {task} cannot be decoded.")
    return _Reading(task, "")


def _failed(task: str) -> str:
    return (
        f"The task {task} was begun again and again and never ended well: it failed, or its process was lost each time."
        " The log of the worker says more."
    )


def _has_arguments(message: Mapping[str, Any]) -> bool:
    """Whether the inner body is what Celery makes of arguments: base64 of a JSON list of three."""
    try:
        arguments = json.loads(base64.b64decode(message["body"], validate=True))
    except (KeyError, TypeError, ValueError, RecursionError):
        return False
    return isinstance(arguments, list) and len(arguments) == 3


def _decoded(raw: str) -> str:
    """The text behind base64, which is how kombu sends; otherwise what is there."""
    try:
        return base64.b64decode(raw, validate=True).decode()
    except (binascii.Error, ValueError):
        return _storable(raw)


def _storable(text: str) -> str:
    """JSON can name halves of characters, which MongoDB cannot hold."""
    return text.encode(errors="replace").decode()


def _attribute(message: Mapping[str, Any], name: str) -> str:
    return str(message.get("Attributes", {}).get(name, ""))


def _sent_at(message: Mapping[str, Any]) -> datetime | None:
    milliseconds = _attribute(message, "SentTimestamp")
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC) if milliseconds.isdigit() else None
