"""Points in time: `yesterday`, `on monday`, `2026-11-21`."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from ..moments import moments_in
from ..types import EntityDefinition
from .candidates import Candidate

Clock = Callable[[], datetime]


def _now() -> datetime:
    return datetime.now(UTC)


class MomentFinder:
    """The value is a period, {"from": …, "before": …} in ISO 8601; days begin in the clock's zone, which is UTC."""

    def __init__(self, definition: EntityDefinition, clock: Clock = _now) -> None:
        self._slot, self._clock = definition.name, clock

    def find(self, text: str) -> Iterable[Candidate]:
        for moment in moments_in(text):
            period = moment.period(self._clock())
            if period is not None:
                value = {"from": period[0].isoformat(), "before": period[1].isoformat()}
                yield Candidate(self._slot, "moment", value, moment.start, moment.end, "built-in")
