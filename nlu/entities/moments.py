"""Points in time, over or to come: `yesterday`, `on monday`, `2026-11-21`, `tomorrow at 6 pm`, `until friday`."""

import re
from collections.abc import Iterable
from datetime import datetime

from ..moments import Ahead, Moment, Relation, ahead_in, moments_in
from ..types import EntityDefinition
from .candidates import Candidate

_POINTS = (Relation.AT, Relation.UNTIL)
"""`for two hours` says how long: that is a duration."""
_OF_TODAY = re.compile(r"(?:today|tonight|this\s+(?:morning|afternoon|evening))\b", re.IGNORECASE)
_TO_COME = re.compile(
    r"\b(?:will|shall|going\s+to|want|need|please|remind|schedule|plan|book|reserve|order|expires?|due|delete|remove|keep"
    r"|create|make|start|stop|send|call|meet|move)\b",
    re.IGNORECASE,
)
_OVER = re.compile(
    r"\b(?:from|of|since|made|built|did|was|were|had|has|have|\w*[^\We]ed)\b(?:\s+[\w-]+){0,3}\s*$", re.IGNORECASE
)


class MomentFinder:
    """The value is what was said; beside a clock it becomes a period (`moment_value`).

    `on monday` and `3 may` may be either: they are over, unless the words before them look ahead (`book it on monday`).
    """

    def __init__(self, definition: EntityDefinition) -> None:
        self._slot = definition.name

    def find(self, text: str) -> Iterable[Candidate]:
        over = list(moments_in(text))
        ahead = [each for each in ahead_in(text) if each.relation in _POINTS and _is_meant(each, over, text)]
        found: list[Moment | Ahead] = [each for each in over if not any(_overlap(each, one) for one in ahead)]
        for moment in (*ahead, *found):
            yield Candidate(self._slot, "moment", moment, moment.start, moment.end, "built-in")


def moment_value(moment: Moment | Ahead, now: datetime) -> dict[str, str] | None:
    """{"from": …, "before": …} in ISO 8601 in the zone of `now`, where days begin; None for a day there is not."""
    period = moment.period(now)
    return {"from": period[0].isoformat(), "before": period[1].isoformat()} if period else None


def _is_meant(ahead: Ahead, over: Iterable[Moment], text: str) -> bool:
    rivals = [each for each in over if _overlap(each, ahead)]
    if not rivals or ahead.relation is Relation.UNTIL:
        return True
    if all(_OF_TODAY.match(each.text) for each in rivals):
        return ahead.end - ahead.start > rivals[0].end - rivals[0].start  # `today at 6 pm`
    before = text[: ahead.start]
    return bool(_TO_COME.search(before)) and not _OVER.search(before)


def _overlap(one: Moment | Ahead, other: Moment | Ahead) -> bool:
    return one.start < other.end and other.start < one.end
