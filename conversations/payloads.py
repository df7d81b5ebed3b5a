"""What the server sends: the `data` of each frame type, as docs/reference/protocol.md has it.

Frames end at 64 KB: a job with a very long plan sends as many changes as fit, and says how many there are in all.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from orchestrator.log_types import JobEvent
from orchestrator.types import Actor, ApprovalNeed, ApprovalView, JobView, PlannedChange, PlanSummary, StackView

from .documents import Frame, timestamp
from .plan_payloads import insight
from .problems import describe

Json = dict[str, Any]

PLAN_BYTES = 40_000
EVENTS_BYTES = 60_000
LINE_CHARACTERS = 4_000
_BETWEEN, _ATTRIBUTES_BYTES = len(", "), len(', "attributes": ')


def message_payload(
    text: str,
    *,
    author: str = "bot",
    format: str = "markdown",
    understanding: Json | None = None,
    suggestions: Sequence[str] = (),
    **extra: Any,
) -> Json:
    """`message.created`. `understanding` has intent, confidence and slots; `suggestions` are texts one can send."""
    return {
        "author": author,
        "text": text,
        "format": format,
        "understanding": understanding,
        "suggestions": list(suggestions),
        **extra,
    }


def beside_payload(text: str | None, suggestions: Sequence[str]) -> Json:
    """`beside_card` of a message about a job: all of it that a client which draws the job's card still has to say."""
    return {} if text is None else {"beside_card": {"text": text, "suggestions": list(suggestions)}}


def form_payload(
    *, form_id: str, title: str, fields: Sequence[Json], submit_label: str = "Send", blueprint: str | None = None
) -> Json:
    """`form.requested`. Each field has name, label, type, required, choices, default, help (and sensitive). What else a
    `blueprint` takes may be answered as well."""
    defaults: Json = {
        "type": "string",
        "required": True,
        "choices": [],
        "default": None,
        "help": "",
        "sensitive": False,
    }
    complete = [{**defaults, "sensitive": False, "label": each["name"], **each} for each in fields]
    form = {"form_id": form_id, "title": title, "fields": complete, "submit_label": submit_label}
    return {**form, "blueprint": blueprint} if blueprint else form


def job_payload(job: JobView) -> Json:
    """`job.created` and `job.updated`: all that a card shows, nothing that was masked."""
    return {
        "job_id": job.id,
        "version": job.version,
        "state": job.state.value,
        "kind": job.kind.value,
        "title": job.title,
        "subject": job.subject,
        "environment": job.environment,
        "risk": job.risk.value,
        "requester": _actor(job.requester),
        "stack": _stack(job.stack),
        "summary": job_summary(job),
        "plan": _plan(job.plan),
        "approval": _approval(job.approval),
        "approvals": [_decision(each) for each in job.approvals],
        "queue_position": job.queue_position,
        "cancel_requested": job.cancel_requested,
        "outputs": job.outputs,
        "result_text": job.result_text,
        "error": None if job.error is None else {"code": job.error.code, "detail": job.error.detail},
        "reason": job.last_reason,
        "last_log_seq": job.last_log_seq,
        "created_at": timestamp(job.created_at),
        "updated_at": timestamp(job.updated_at),
    }


def job_summary(job: JobView) -> str:
    """One sentence: what went wrong, what came out, what would happen, or what was asked for."""
    if job.error is not None:
        return job.error.detail
    return job.result_text or (job.plan.text if job.plan else "") or job.title


def job_events_frame(job_id: str, events: Iterable[JobEvent]) -> Frame:
    """`job.event`, transient: the job's log has its own unbroken numbers."""
    return Frame(type="job.event", data={"job_id": job_id, "events": [_event(each) for each in events]})


def job_events_split(events: Sequence[JobEvent]) -> Iterator[Sequence[JobEvent]]:
    """The same events in parts that each fit into a frame."""
    part: list[JobEvent] = []
    size = 0
    for event in events:
        length = min(len(event.text), LINE_CHARACTERS) * 4 + 300  # no character is longer than four bytes
        if part and size + length > EVENTS_BYTES:
            yield part
            part, size = [], 0
        part.append(event)
        size += length
    if part:
        yield part


def fits(data: Mapping[str, Any] | None) -> bool:
    """Whether optional data beside a text is there, and small enough for its frame."""
    return data is not None and _size(data) <= PLAN_BYTES


def opened_frame(conversation_id: str, last_seq: int) -> Frame:
    return Frame(type="conversation.opened", data={"conversation_id": conversation_id, "last_seq": last_seq})


def ack_frame(client_id: str, seq: int | None) -> Frame:
    return Frame(type="ack", data={"client_id": client_id, "seq": seq})


def typing_frame() -> Frame:
    return Frame(type="typing", data={"author": "bot"})


def pong_frame() -> Frame:
    return Frame(type="pong", data={})


def error_frame(error: BaseException, client_id: str | None = None) -> Frame:
    """`error`: an RFC 9457 problem that names the field."""
    return Frame(type="error", data=describe(error, client_id=client_id))


def _actor(actor: Actor) -> Json:
    return {"id": actor.id, "name": actor.name}


def _stack(stack: StackView | None) -> Json | None:
    if stack is None:
        return None
    return {
        "id": stack.id,
        "name": stack.name,
        "status": stack.status,
        "blueprint": stack.blueprint,
        "environment": stack.environment,
        "owner": _actor(stack.owner),
        "resource_count": stack.resource_count,
    }


def _plan(plan: PlanSummary | None) -> Json | None:
    if plan is None:
        return None
    counts = plan.counts
    shown, left = _fitting(plan.changes)
    return {
        "counts": {name: getattr(counts, name) for name in ("create", "update", "delete", "replace", "read")},
        "changes": shown,
        "changes_total": len(plan.changes),
        "attributes_left": left,
        "plan_hash": plan.plan_hash,
        "sentence": plan.text,
        **insight(plan),
    }


def _fitting(changes: Sequence[PlannedChange]) -> tuple[list[Json], int]:
    """As many changes as there is room for, with the attributes of as many as there is room for then; and of how many
    of them the attributes are left out."""
    kept: list[Json] = []
    room, left = PLAN_BYTES, 0
    for each in changes:
        change = _change(each)
        room -= _size(change) + _BETWEEN
        if room < 0:
            break
        kept.append(change)
    for change, each in zip(kept, changes, strict=False):
        size = _size(each.attributes) + _ATTRIBUTES_BYTES
        if size > room:
            left += bool(each.attributes)
            continue
        room -= size
        change["attributes"] = list(each.attributes)
    return kept, left


def _change(change: PlannedChange) -> Json:
    data: Json = {"address": change.address, "type": change.resource_type, "action": change.action}
    if change.cause:
        data["cause"] = change.cause
    if change.importing:
        data["importing"] = change.importing
    return {**data, "variables": list(change.variables)} if change.variables else data


def _approval(need: ApprovalNeed | None) -> Json | None:
    if need is None:
        return None
    return {
        "rule": need.rule,
        "needed": need.needed,
        "given": need.given,
        "environment": need.environment,
        "expires_at": _moment(need.expires_at),
        "groups": [list(each) for each in need.groups],
        "why": list(need.why),
    }


def _decision(approval: ApprovalView) -> Json:
    return {
        "user": _actor(approval.user),
        "on_behalf_of": _actor(approval.on_behalf_of) if approval.on_behalf_of else None,
        "decision": approval.decision,
        "current": approval.current,
        "at": timestamp(approval.at),
        "reason": approval.reason,
    }


def _event(event: JobEvent) -> Json:
    return {
        "log_seq": event.log_seq,
        "kind": event.kind,
        "resource": event.resource,
        "text": event.text[:LINE_CHARACTERS],
        "at": _moment(event.at),
    }


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else timestamp(moment)


def _size(value: Any) -> int:
    return len(json.dumps(value, ensure_ascii=False, default=str).encode())
