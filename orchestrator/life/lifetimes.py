"""How long a stack is asked for. It is part of the request, shown in its title, and approved with its plan."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.conf import settings

from orchestrator.documents import Document
from orchestrator.errors import InvalidValue
from orchestrator.sentences import listing, stated, stated_many
from orchestrator.types import Lifetime

_UNITS: tuple[tuple[int, Callable[[int], str]], ...] = (
    (604_800, lambda count: stated_many("%(number)s week", "%(number)s weeks", count)),
    (86_400, lambda count: stated_many("%(number)s day", "%(number)s days", count)),
    (3_600, lambda count: stated_many("%(number)s hour", "%(number)s hours", count)),
    (60, lambda count: stated_many("%(number)s minute", "%(number)s minutes", count)),
    (1, lambda count: stated_many("%(number)s second", "%(number)s seconds", count)),
)


def lifetime_checked(lifetime: Lifetime | None, now: datetime, *, field: str = "expires_at") -> Lifetime | None:
    """A lifetime that can be had. Raises InvalidValue: over already, or longer than the longest there is."""
    if lifetime is None:
        return None
    longest = timedelta(days=settings.ORCHESTRATOR["LIFETIME_MAX_DAYS"])
    until = ends_at(lifetime, now)
    if until is None or until <= now:
        raise InvalidValue(stated("The time it is to be deleted at is over already. Name one to come."), field=field)
    if until > now + longest:
        raise InvalidValue(
            stated(
                "A stack with an end may last %(days)s days at most. Ask for less, or for one without an end.",
                days=longest.days,
            ),
            field=field,
        )
    return lifetime


def ends_at(lifetime: Lifetime, now: datetime) -> datetime | None:
    """When a stack made now ends; None when no calendar has that day."""
    if lifetime.until is not None:
        return lifetime.until
    try:
        return now + timedelta(seconds=lifetime.seconds or 0)
    except OverflowError:
        return None


def lifetime_document(lifetime: Lifetime | None) -> Document | None:
    return None if lifetime is None else {"seconds": lifetime.seconds, "until": lifetime.until}


def lifetime_words(lifetime: Lifetime | None) -> str:
    """` for 2 hours` or ` until 2026-11-27 17:00 UTC`, to follow what a title says; empty for one without an end."""
    if lifetime is None:
        return ""
    if lifetime.until is not None:
        return stated(" until %(time)s", time=moment_words(lifetime.until))
    return stated(" for %(time)s", time=seconds_words(lifetime.seconds or 0))


def moment_words(moment: datetime) -> str:
    """A time as titles and reasons have it: to the minute, or to the second where that is what counts."""
    utc = moment.astimezone(UTC)
    return f"{utc:%Y-%m-%d %H:%M:%S} UTC" if utc.second else f"{utc:%Y-%m-%d %H:%M} UTC"


def seconds_words(seconds: float) -> str:
    """`2 hours`, `1 day and 12 hours`: the two largest units."""
    left, parts = round(seconds), []
    for length, words in _UNITS:
        count, left = divmod(left, length)
        if count:
            parts.append(words(count))
    return listing(parts[:2]) if parts else _UNITS[-1][1](0)
