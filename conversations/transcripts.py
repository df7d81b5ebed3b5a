"""A conversation as a person reads it: who said what when, without cards, buttons and numbers of frames."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from .documents import Document, Frame, frame_key, frame_view, frames
from .stream import LAST

_LONGEST = 1_000


@dataclass(frozen=True)
class Line:
    """`who` is "user", "bot" or "job"; a job's lines have its id. What was typed into forms is in none."""

    seq: int
    at: datetime
    who: str
    text: str
    job_id: str = ""


@dataclass(frozen=True)
class Transcript:
    lines: tuple[Line, ...]
    is_cut: bool
    """There is more before the first line."""


def transcript_get(conversation_id: str, *, limit: int = _LONGEST) -> Transcript:
    """The newest `limit` frames of a conversation, the oldest of them first; of each job what is new at each move."""
    wanted: Document = {"_id": {"$gt": frame_key(conversation_id, 0), "$lte": frame_key(conversation_id, LAST)}}
    found = list(frames().find(wanted).sort("_id", -1).limit(limit + 1))
    newest = [frame_view(each) for each in reversed(found[:limit])]
    return Transcript(tuple(_lines(newest)), len(found) > limit)


def _lines(found: list[Frame]) -> Iterator[Line]:
    states: dict[str, str] = {}
    for each in found:
        data, seq = each.data, each.seq or 0
        if each.type == "message.created":
            yield Line(seq, each.ts, data["author"], data["text"])
        elif each.type == "form.requested":
            asked = ", ".join(field["label"] for field in data["fields"])
            yield Line(
                seq, each.ts, "bot", _("%(title)s (a form: %(fields)s)") % {"title": data["title"], "fields": asked}
            )
        elif each.type in {"job.created", "job.updated"} and states.get(data["job_id"]) != data["state"]:
            states[data["job_id"]] = data["state"]
            yield Line(seq, each.ts, "job", _job(data), data["job_id"])


def _job(data: dict[str, Any]) -> str:
    said = f"{data['title']}: {data['state'].replace('_', ' ')}"
    error = data.get("error")
    return f"{said}. {error['detail']}" if error else said
