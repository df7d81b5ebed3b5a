"""Times in which nothing may be changed in an environment: what is asked for is refused, what is approved waits.

Planning, approving, reading and comparing go on. What is being applied already is not stopped.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chatbot_project.accounts.models import EVERY_ENVIRONMENT
from chatbot_project.mongo.connections import collection

from .documents import Document
from .errors import WrongState
from .life.lifetimes import moment_words
from .schedules import server_now
from .sentences import joined, stated
from .states import JobKind, Risk

_WEEK = timedelta(weeks=1)
# Two freezes that touch are one; more of them in a row than this are looked at again when they are over.
_IN_A_ROW = 10


@dataclass(frozen=True)
class Frozen:
    until: datetime
    reason: str

    def sentence(self, environment: str) -> str:
        return stated(
            "%(environment)s is frozen until %(time)s: %(reason)s.",
            environment=environment,
            time=moment_words(self.until),
            reason=self.reason.rstrip("."),
        )


def frozen(environment: str, now: datetime | None = None) -> Frozen | None:
    """Until when nothing may be changed there, and why; None when it may. `now` is the server's time."""
    wanted = {"environment": {"$in": [environment, EVERY_ENVIRONMENT]}}
    freezes = list(collection("orchestrator_freeze").find(wanted))
    if not freezes:
        return None
    now = now or server_now()
    found: Frozen | None = None
    for _ in range(_IN_A_ROW):
        at = found.until if found else now
        ends = [(end, each) for each in freezes if (end := _end(each, at)) is not None]
        if not ends:
            break
        until, freeze = max(ends, key=lambda each: each[0])
        found = Frozen(until, found.reason if found else freeze["reason"])
    return found


def freeze_check(environment: str, kind: JobKind, risk: Risk) -> None:
    """Raises WrongState when something that changes there would begin in a freeze."""
    if kind is JobKind.DRIFT or risk is Risk.READ:
        return
    found = frozen(environment)
    if found is not None:
        raise WrongState(
            joined((found.sentence(environment), stated("Nothing can be changed there before; ask again then.")))
        )


def _end(freeze: Document, now: datetime) -> datetime | None:
    """When the freeze that is on at `now` ends; None when it is not on."""
    start: datetime = freeze["starts_at"]
    length: timedelta = freeze["ends_at"] - start
    if freeze["weekly"] and now >= start:
        start += ((now - start) // _WEEK) * _WEEK
    return start + length if start <= now < start + length else None
