"""How many dead letters there are, for health checks: as background workers have last seen it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pymongo
from pymongo.errors import PyMongoError

from orchestrator.dead_letters import QueueDepth, depths

_TIMEOUT_SECONDS = 2.0
# Background workers look every fifteen seconds.
_OLD_SECONDS = 120.0


def dead_letter_depths() -> dict[str, int | str]:
    """By queue: the depth, or the sentence that says why it is not known. Empty when nobody has ever looked."""
    return {each.queue: _said(each) for each in _depths()}


def dead_letter_gauges() -> Iterator[str]:
    """The same in Prometheus' text format; what is not known is left out, and its age grows."""
    known = [(each.queue, each.depth, each.checked_at) for each in _depths() if each.checked_at is not None]
    if not known:
        return
    yield "# HELP infrachat_dead_letters Messages that no worker could work off."
    yield "# TYPE infrachat_dead_letters gauge"
    for queue, depth, _ in known:
        yield f'infrachat_dead_letters{{queue="{queue}"}} {depth}'
    yield "# HELP infrachat_dead_letters_checked_timestamp_seconds When they were last counted, since the epoch."
    yield "# TYPE infrachat_dead_letters_checked_timestamp_seconds gauge"
    for queue, _, checked_at in known:
        yield f'infrachat_dead_letters_checked_timestamp_seconds{{queue="{queue}"}} {checked_at.timestamp():.0f}'


def _depths() -> list[QueueDepth]:
    try:
        with pymongo.timeout(_TIMEOUT_SECONDS):
            return depths()
    except PyMongoError:
        return []


def _said(found: QueueDepth) -> int | str:
    if found.depth is None or found.checked_at is None:
        return f"not known: {found.problem or 'no background worker has looked yet'}"
    seconds = (datetime.now(UTC) - found.checked_at).total_seconds()
    if seconds < _OLD_SECONDS:
        return found.depth
    why = found.problem or "no background worker looks"
    return f"{found.depth} at {found.checked_at:%Y-%m-%d %H:%M:%S} UTC, not known since: {why}"
