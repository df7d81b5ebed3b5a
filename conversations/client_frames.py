"""What clients send: parsed, checked, typed. Every refusal names the field and says what would be right.

Nothing here touches a database: whether a job or a form exists is found out later.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NoReturn

from .cleaning import (
    REASON_CHARACTERS,
    Json,
    is_uuid,
    length_check,
    named,
    refuse,
    seq_clean,
    string_clean,
    text_clean,
    uuid_clean,
    values_clean,
)
from .errors import InvalidFrame

FRAME_BYTES = 65_536
_HASH_CHARACTERS = 128
_INTENT_CHARACTERS = 200


@dataclass(frozen=True)
class MessageSend:
    client_id: str
    text: str


@dataclass(frozen=True)
class FormSubmit:
    client_id: str
    form_id: str
    values: Json = field(default_factory=dict)


@dataclass(frozen=True)
class JobDecision:
    client_id: str
    job_id: str
    action: str
    """approve, reject or cancel"""
    plan_hash: str = ""
    reason: str = ""


@dataclass(frozen=True)
class ProposalCorrect:
    client_id: str
    job_id: str
    intent: str | None = None
    values: Json = field(default_factory=dict)


@dataclass(frozen=True)
class JobFollow:
    client_id: str
    job_id: str
    after: int = 0


@dataclass(frozen=True)
class Ping:
    client_id: None = None


ClientFrame = MessageSend | FormSubmit | JobDecision | ProposalCorrect | JobFollow | Ping


class FrameRefused(InvalidFrame):
    """An invalid frame, with its client id when one could be read."""

    def __init__(self, detail: str, *, field: str, client_id: str | None = None) -> None:
        super().__init__(detail, field=field)
        self.client_id = client_id


def parse(raw: str | bytes | None) -> ClientFrame:
    """The frame in `raw`. Raises FrameRefused."""
    envelope = _envelope(raw)
    client_id = _known_client_id(envelope)
    try:
        kind, data = _kind_and_data(envelope)
        return _READERS[kind](data)
    except InvalidFrame as error:
        raise FrameRefused(error.detail, field=error.field or "frame", client_id=client_id) from None


def _envelope(raw: str | bytes | None) -> Json:
    if not isinstance(raw, str):
        raise FrameRefused("A frame must be JSON text, not binary.", field="frame")
    if len(raw) > FRAME_BYTES or len(raw.encode(errors="surrogatepass")) > FRAME_BYTES:
        raise FrameRefused(f"The frame is too long: the limit is {FRAME_BYTES:,} bytes.", field="frame")
    try:
        parsed = json.loads(raw, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise FrameRefused('The frame is not JSON. Send an object such as {"type": "ping"}.', field="frame") from None
    if not isinstance(parsed, dict):
        raise FrameRefused(f"The frame must be a JSON object, not {named(parsed)}.", field="frame")
    return parsed


def _kind_and_data(envelope: Json) -> tuple[str, Json]:
    if envelope.get("v", 1) != 1:
        refuse("v", f"v is the protocol's version and must be 1, not {named(envelope['v'])}.")
    if "type" not in envelope:
        refuse("type", f"type is missing. Use one of: {', '.join(_READERS)}.")
    kind = envelope["type"]
    if not isinstance(kind, str) or kind not in _READERS:
        refuse("type", f"There is no frame type {named(kind)}. Use one of: {', '.join(_READERS)}.")
    data = envelope.get("data", {} if kind == "ping" else None)
    if not isinstance(data, dict):
        what = "is missing" if "data" not in envelope else f"must be an object, not {named(data)}"
        refuse("data", f"data {what}. A {kind} frame carries its fields in data.")
    return kind, data


def _known_client_id(envelope: Json) -> str | None:
    data = envelope.get("data")
    client_id = data.get("client_id") if isinstance(data, dict) else None
    return client_id if is_uuid(client_id) else None


def _message(data: Json) -> MessageSend:
    return MessageSend(client_id=_client_id(data), text=text_clean(_needed(data, "text")))


def _form(data: Json) -> FormSubmit:
    return FormSubmit(
        client_id=_client_id(data),
        form_id=uuid_clean(_needed(data, "form_id"), "form_id"),
        values=values_clean(_needed(data, "values")),
    )


def _decision(action: str) -> Callable[[Json], JobDecision]:
    def read(data: Json) -> JobDecision:
        plan_hash = ""
        client_id, job_id = _client_id(data), uuid_clean(_needed(data, "job_id"), "job_id")
        if action == "approve":
            plan_hash = length_check(
                string_clean(_needed(data, "plan_hash"), "plan_hash"), "plan_hash", _HASH_CHARACTERS
            )
        reason = data.get("reason")
        text = "" if reason is None else length_check(string_clean(reason, "reason"), "reason", REASON_CHARACTERS)
        return JobDecision(client_id=client_id, job_id=job_id, action=action, plan_hash=plan_hash, reason=text)

    return read


def correction_read(data: Json, client_id: str, job_id: str) -> ProposalCorrect:
    """What a frame or a REST body says was meant instead. Raises InvalidFrame."""
    intent = data.get("intent")
    if intent is not None:
        intent = length_check(string_clean(intent, "intent"), "intent", _INTENT_CHARACTERS)
    values = values_clean(data["values"]) if data.get("values") is not None else {}
    return ProposalCorrect(client_id=client_id, job_id=job_id, intent=intent, values=values)


def _correction(data: Json) -> ProposalCorrect:
    return correction_read(data, _client_id(data), uuid_clean(_needed(data, "job_id"), "job_id"))


def _follow(data: Json) -> JobFollow:
    return JobFollow(
        client_id=_client_id(data),
        job_id=uuid_clean(_needed(data, "job_id"), "job_id"),
        after=seq_clean(data.get("after", 0)),
    )


_READERS: dict[str, Callable[[Json], ClientFrame]] = {
    "message.send": _message,
    "form.submit": _form,
    "job.approve": _decision("approve"),
    "job.reject": _decision("reject"),
    "job.cancel": _decision("cancel"),
    "job.follow": _follow,
    "proposal.correct": _correction,
    "ping": lambda data: Ping(),
}


def _client_id(data: Json) -> str:
    uuid_clean(_needed(data, "client_id"), "client_id")
    return str(data["client_id"])


def _needed(data: Json, name: str) -> Any:
    if name not in data:
        refuse(name, f"{name} is missing.")
    return data[name]


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
