"""For how long something is asked for: `for two hours`, `until friday`; and when it ends, in words."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from nlu.moments import Ahead, Relation, ahead_in
from orchestrator.life.lifetimes import seconds_words
from orchestrator.types import Lifetime

from .targets import Target
from .turn import Turn
from .world import World

_ENDS = re.compile(
    r"\b(?:expir(?:es?|ing)|ends?|gone|(?:delete|remove|destroy)d?(?:\s+(?:it|again|automatically|by\s+itself))*)\s+$",
    re.IGNORECASE,
)
_ITS_END = re.compile(
    r"\s*(?:(?:and|then|please)\s+)*(?:delete|remove|destroy|tear|take)\s+(?:it|that|this)"
    r"(?:\s+(?:again|automatically|down|by\s+itself))*\s+",
    re.IGNORECASE,
)
# `the one from monday` says when it was made.
_OF_THE_PAST = re.compile(
    r"\b(?:from|of|since|made|created|built|did|was|were|had|has|have)(?:\s+\w+){0,3}\s*$", re.IGNORECASE
)
_NEVER = 10**12
"""Seconds for what no calendar has: more than anybody gets."""
# `messages kept for two days` says what it does, not how long it is wanted.
_HOLDS = re.compile(
    r"\b(?:keep|keeps|kept|keeping|retain\w*|retention|stor(?:e|es|ed|ing)|hold|holds|held|holding|save[sd]?|wait\w*"
    r"|delay\w*|visib\w*|invisible|hid(?:e|es|den)|timeouts?|messages?|logs?|files?|objects?|versions?|backups?|data"
    r"|entries|items|records|snapshots?)(?:\s+\w+){0,2}\s*$",
    re.IGNORECASE,
)


def lifetime_said(turn: Turn, target: Target | None, now: datetime) -> dict[str, Any] | None:
    """How long the message wants it, as a form keeps it ({"seconds"} or {"until"}); None when it does not say, or the
    time is a value of the target's own."""
    ahead = _said(turn, target)
    return _wanted(ahead, now) if ahead else None


def lifetime_words(turn: Turn, target: Target | None) -> str:
    """The words of the message that say so: `for two hours`, `delete it tomorrow`; empty when there are none."""
    ahead = _said(turn, target)
    if ahead is None:
        return ""
    cue = _ENDS.search(turn.text[: ahead.start])
    return turn.text[cue.start() if cue else ahead.start : ahead.end]


def _said(turn: Turn, target: Target | None) -> Ahead | None:
    taken = [(each.start, each.end) for each in turn.entities if target is not None and target.variable(each.slot)]
    for ahead in ahead_in(turn.text):
        before = turn.text[: ahead.start]
        is_value = any(first < ahead.end and last > ahead.start for first, last in taken)
        holds = ahead.relation is Relation.FOR and _HOLDS.search(before)
        at_its_end = ahead.relation in (Relation.FOR, Relation.UNTIL) or _ENDS.search(before)
        if not is_value and not holds and at_its_end:
            return ahead
    return None


def says_its_end(text: str) -> bool:
    """Whether a part of a message says when what the others ask for ends: `delete it again after 3 days`."""
    return any(_ITS_END.fullmatch(text[: each.start]) for each in ahead_in(text))


def later_said(turn: Turn, world: World) -> str:
    """When the message wants something done, if that is not now: `tomorrow`, `in two hours`; empty otherwise."""
    for each in ahead_in(turn.text):
        period = each.period(world.now) if each.relation is Relation.AT else None
        if period is not None and period[0] > world.now and not _OF_THE_PAST.search(turn.text[: each.start]):
            return each.text
    return ""


def _wanted(ahead: Ahead, now: datetime) -> dict[str, Any]:
    period = ahead.period(now)
    if period is None:
        return {"seconds": _NEVER}
    begin, end = period
    if _COUNTED.match(ahead.text):
        return {"seconds": seconds_between(now, end if ahead.relation is Relation.FOR else begin)}
    # A minute is the time of day that was named; of a day it is the end.
    named = begin if ahead.relation is Relation.AT and seconds_between(begin, end) <= _MINUTE else end
    return {"until": _stored(named)}


_COUNTED = re.compile(r"(?:for|in|after)\b(?!\s+the\s+(?:rest|morning|afternoon|evening))", re.IGNORECASE)
_MINUTE = 60


def seconds_between(first: datetime, last: datetime) -> int:
    """As clocks that know no summer time count them."""
    return round((last.astimezone(UTC) - first.astimezone(UTC)).total_seconds())


def _stored(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(microsecond=0).isoformat()


def lifetime_of(kept: Mapping[str, Any] | None) -> Lifetime | None:
    """What a form keeps, as the orchestrator takes it."""
    if not kept:
        return None
    until = kept.get("until")
    return Lifetime(seconds=kept.get("seconds"), until=datetime.fromisoformat(until) if until else None)


def lifetime_kept(lifetime: Lifetime | None) -> dict[str, Any] | None:
    """The same the other way round."""
    if lifetime is None:
        return None
    if lifetime.until is not None:
        return {"until": _stored(lifetime.until)}
    return {"seconds": lifetime.seconds}


def lifetime_text(kept: Mapping[str, Any] | None, now: datetime) -> str:
    """When it will be deleted, and what that means for who approves; empty for what has no end."""
    lifetime = lifetime_of(kept)
    if lifetime is None:
        return ""
    if lifetime.until is not None:
        when = _("It is deleted %(when)s.") % {"when": moment_text(lifetime.until, now)}
    else:
        when = _("It is deleted %(time)s after it was made.") % {"time": seconds_words(lifetime.seconds or 0)}
    return f"{when} " + _("Whoever approves the plan approves that as well, so nobody is asked again then.")


def moment_text(moment: datetime, now: datetime) -> str:
    """`today at 17:00 (UTC)`, `on Friday 27 November at 17:00 (CET)`: in the zone of `now`."""
    there = moment.astimezone(now.tzinfo or UTC)
    values = {"time": f"{there:%H:%M}", "zone": there.tzname() or "UTC"}
    if there.date() == now.date():
        return _("today at %(time)s (%(zone)s)") % values
    day = f"{there:%A} {there.day} {there:%B}" + (f" {there.year}" if there.year != now.year else "")
    return _("on %(day)s at %(time)s (%(zone)s)") % {**values, "day": day}
