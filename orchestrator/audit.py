"""Who did what and when, the latest first: moves of jobs, what happened to stacks, who decided for whom, what
modules of blueprints were allowed. Public, like selectors.py.

People see what they did themselves, and what anybody and the system itself did where they may see everything: as
approver or operator of an environment. Only superusers see what belongs to no environment.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from heapq import nlargest
from typing import Any

from django.utils.translation import gettext as _
from pymongo.collection import Collection

from chatbot_project.accounts.models import EVERY_ENVIRONMENT, User
from chatbot_project.mongo.connections import collection

from .documents import Document, actor_view, approvals, delegations, jobs, stacks, transitions
from .errors import InvalidValue
from .life.records import stack_events
from .permissions import readable_environments
from .translated import SUFFIX, told
from .types import Actor

MOST = 500
_SEPARATOR = "~"


@dataclass(frozen=True)
class AuditRow:
    """One deed. `key` orders those of the same time; `kind` is job, stack, away, allowance or admin; `code` says what
    was done: a job's state, a stack event's kind, given or ended, allowed, or what the admin calls it."""

    key: str
    at: datetime
    actor: Actor
    kind: str
    code: str
    text: str
    about: str = ""
    environment: str = ""
    job_id: str | None = None
    stack_id: str | None = None

    @property
    def cursor(self) -> str:
        return f"{self.at.isoformat()}{_SEPARATOR}{self.key}"


@dataclass(frozen=True)
class Wanted:
    """Which rows; None and False leave it open. `since` is in, `until` is out; `before` is the cursor of a row."""

    actor_id: str | None = None
    stack_ids: tuple[str, ...] | None = None
    environment: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    people_only: bool = False
    before: str | None = None

    def keyset(self, prefix: str, time: str = "at") -> Document:
        """What is older than the cursor, among documents whose keys begin with `prefix`. Raises InvalidValue."""
        if self.before is None:
            return {}
        at, key = cursor_read(self.before)
        same: Document = {time: at}
        if key.startswith(prefix):
            same["_id"] = {"$lt": key.removeprefix(prefix)}
        elif prefix > key:
            return {time: {"$lt": at}}
        return {"$or": [{time: {"$lt": at}}, same]}

    def period(self, time: str = "at") -> Document:
        bounds = {"$gte": self.since, "$lt": self.until}
        found = {name: bound for name, bound in bounds.items() if bound is not None}
        return {time: found} if found else {}


def audit_list(*, viewer: User, wanted: Wanted, limit: int = 50) -> list[AuditRow]:
    """The rows that fit and that the viewer may see. Raises InvalidValue for a cursor that is none."""
    if not 1 <= limit <= MOST:
        raise InvalidValue(f"limit is a number from 1 to {MOST}.", field="limit")
    sees = None if viewer.is_superuser else _readable(viewer)
    sources = (_moves, _stack_events, _delegations, _allowances)
    return latest((row for source in sources for row in source(viewer, wanted, sees, limit)), limit)


def is_on_record(person_id: str) -> bool:
    """Whether something was asked for, owned, decided or done under this account: what has to stay."""
    found: list[tuple[Collection[Document], Document]] = [
        (jobs(), {"requester_id": person_id}),
        (stacks(), {"owner_id": person_id}),
        (transitions(), {"actor_id": person_id}),
        (approvals(), {"user_id": person_id}),
        (delegations(), {"$or": [{name: person_id} for name in ("from_id", "to_id")]}),
        (stack_events(), {"actor.id": person_id}),
    ]
    return any(source.find_one(wanted, {"_id": 1}) is not None for source, wanted in found)


def latest(rows: Iterable[AuditRow], limit: int) -> list[AuditRow]:
    return nlargest(limit, rows, key=lambda each: (each.at, each.key))


def cursor_read(cursor: str) -> tuple[datetime, str]:
    """Time and key of the row it names. Raises InvalidValue."""
    said, separator, key = cursor.partition(_SEPARATOR)
    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        separator = ""
    if not separator or at.tzinfo is None:
        raise InvalidValue("The cursor is not one of this list. Begin without it.", field="cursor")
    return at, key


def _moves(viewer: User, wanted: Wanted, sees: list[str] | None, limit: int) -> list[AuditRow]:
    match = _match(wanted, prefix="t:", whose="actor_id", mine=_mine("actor_id", viewer, sees))
    found = _latest(transitions(), {**match, "quiet": {"$ne": True}}, limit)
    titles = {each["_id"]: each for each in jobs().find({"_id": {"$in": [each["job_id"] for each in found]}}, _NAMED)}
    return [_move(each, titles.get(each["job_id"], {})) for each in found]


def _move(document: Document, job: Mapping[str, Any]) -> AuditRow:
    return AuditRow(
        key=f"t:{document['_id']}",
        at=document["at"],
        actor=actor_view(document["actor"]),
        kind="job",
        code=document["to_state"],
        # That it was asked for, and by whom, the row says already.
        text=told(document, "reason") if document["from_state"] else "",
        about=told(job, "title") or "",
        environment=document.get("environment") or job.get("environment", ""),
        job_id=document["job_id"],
        stack_id=document.get("stack_id"),
    )


def _stack_events(viewer: User, wanted: Wanted, sees: list[str] | None, limit: int) -> list[AuditRow]:
    match = _match(wanted, prefix="s:", whose="actor.id", mine=_mine("actor.id", viewer, sees))
    return [
        AuditRow(
            key=f"s:{each['_id']}",
            at=each["at"],
            actor=actor_view(each["actor"]),
            kind="stack",
            code=each["kind"],
            text=told(each, "text"),
            about=each["stack_name"],
            environment=each["environment"],
            stack_id=each["stack_id"],
        )
        for each in _latest(stack_events(), match, limit)
    ]


def _delegations(viewer: User, wanted: Wanted, sees: list[str] | None, limit: int) -> list[AuditRow]:
    """Who is away and who decides meanwhile see it too."""
    if wanted.stack_ids is not None:
        return []
    mine: Document = {}
    if sees is not None:
        me = str(viewer.id)
        whose: list[Document] = [{name: me} for name in ("from_id", "to_id", "given_by.id", "ended_by.id")]
        mine = {"$or": [*whose, {"environment": {"$in": sees}}]}
    rows = []
    for prefix, time, who, code in (("d:", "created_at", "given_by", "given"), ("e:", "ended_at", "ended_by", "ended")):
        match = _match(wanted, prefix=prefix, whose=f"{who}.id", mine=mine, time=time)
        for each in _latest(delegations(), {"$and": [match, {time: {"$ne": None}}]}, limit, time):
            place = "" if each["environment"] == EVERY_ENVIRONMENT else each["environment"]
            about = _("%(to)s for %(of)s") % {"to": each["to_name"], "of": each["from_name"]}
            text = _("until %(time)s") % {"time": f"{each['until']:%Y-%m-%d %H:%M} UTC"} if code == "given" else ""
            key = f"{prefix}{each['_id']}"
            rows.append(AuditRow(key, each[time], actor_view(each[who]), "away", code, text, about, place))
    return rows


def _allowances(viewer: User, wanted: Wanted, sees: list[str] | None, limit: int) -> list[AuditRow]:
    """They belong to no environment."""
    if wanted.stack_ids is not None or wanted.environment is not None:
        return []
    mine: Document = {} if sees is None else {"by_id": str(viewer.id)}
    match = _match(wanted, prefix="b:", whose="by_id", mine=mine)
    return [
        AuditRow(
            key=f"b:{each['_id']}",
            at=each["at"],
            actor=Actor(each["by_id"], each["by_name"]),
            kind="allowance",
            code="allowed",
            text=": ".join(part for part in (told(each, "sentence"), each["reason"]) if part),
            about=each["blueprint"],
        )
        for each in _latest(collection("orchestrator_blueprintallowance"), match, limit)
    ]


def _match(wanted: Wanted, *, prefix: str, whose: str, mine: Document, time: str = "at") -> Document:
    parts = [mine, wanted.keyset(prefix, time), wanted.period(time)]
    if wanted.actor_id is not None:
        parts.append({whose: wanted.actor_id})
    elif wanted.people_only:
        parts.append({whose: {"$ne": None}})
    if wanted.environment is not None:
        parts.append({"environment": wanted.environment})
    if wanted.stack_ids is not None:
        parts.append({"stack_id": {"$in": list(wanted.stack_ids)}})
    parts = [each for each in parts if each]
    return {"$and": parts} if parts else {}


def _mine(whose: str, viewer: User, sees: list[str] | None) -> Document:
    if sees is None:
        return {}
    me: Document = {whose: str(viewer.id)}
    return {"$or": [me, {"environment": {"$in": sees}}]} if sees else me


def _latest(source: Collection[Document], match: Document, limit: int, time: str = "at") -> list[Document]:
    return list(source.find(match).sort([(time, -1), ("_id", -1)]).limit(limit))


def _readable(viewer: User) -> list[str]:
    names: list[str] = collection("orchestrator_environment").distinct("_id")
    return readable_environments(viewer, names)


_NAMED = {"title": 1, f"title{SUFFIX}": 1, "environment": 1}
