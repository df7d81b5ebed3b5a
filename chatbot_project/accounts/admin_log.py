"""What administrators changed in the admin pages, as Django keeps it."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.admin.models import ADDITION, DELETION, LogEntry
from django.db.models import Q

from .models import User

_CODES = {ADDITION: "added", DELETION: "deleted"}


@dataclass(frozen=True)
class AdminChange:
    id: str
    at: datetime
    user_id: str
    user_name: str
    code: str
    """added, changed or deleted"""
    about: str
    text: str


def admin_changes(
    *,
    viewer: User,
    user_id: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    before: tuple[datetime, str | None] | None = None,
    limit: int,
) -> list[AdminChange]:
    """The latest first: everybody's for superusers, one's own for others. `before` is time and id of the last one seen;
    without an id, what is of that very time is left out."""
    found = LogEntry.objects.select_related("user", "content_type").order_by("-action_time", "-id")
    if not viewer.is_superuser:
        found = found.filter(user=viewer)
    if user_id is not None:
        found = found.filter(user_id=user_id)
    if since is not None:
        found = found.filter(action_time__gte=since)
    if until is not None:
        found = found.filter(action_time__lt=until)
    if before is not None:
        at, key = before
        older = Q(action_time__lt=at)
        found = found.filter(older | Q(action_time=at, id__lt=key) if key else older)
    return [_view(each) for each in found[:limit]]


def _view(entry: LogEntry) -> AdminChange:
    kind = entry.content_type.name if entry.content_type else ""
    return AdminChange(
        id=str(entry.pk),
        at=entry.action_time,
        user_id=str(entry.user_id),
        user_name=entry.user.get_username(),
        code=_CODES.get(entry.action_flag, "changed"),
        about=f"{kind} {entry.object_repr}".strip(),
        text=entry.get_change_message(),
    )
