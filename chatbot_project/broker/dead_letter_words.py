"""Dead letters as people read them at the command line; a row is a document of orchestrator_deadletter."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from orchestrator.dead_letters import LetterState, LetterWish

Row = Mapping[str, Any]


def counted(count: int) -> str:
    return f"{count or 'no'} dead letter{'' if count == 1 else 's'}"


def short_id(row: Row) -> str:
    return str(row["_id"])[:8]


def in_short(row: Row) -> Iterator[str]:
    """Two lines for a list."""
    yield f"{short_id(row)}  {row['queue']}  {row['first_seen_at']:%Y-%m-%d %H:%M} UTC{_wish(row)}"
    yield f"  {row['reason']}"


def in_full(row: Row) -> Iterator[str]:
    """Everything about one, line by line."""
    facts = {
        "id": row["_id"],
        "queue": row["queue"],
        "task": row["task"] or "none",
        "state": f"{LetterState(row['state']).label}{_wish(row)}",
        "sent": f"{row['sent_at']:%Y-%m-%d %H:%M:%S} UTC" if row["sent_at"] else "not known",
        "first seen": f"{row['first_seen_at']:%Y-%m-%d %H:%M:%S} UTC",
        "delivered": f"{row['receives']} times when it was first seen",
        "why": row["reason"],
        "size": f"{row['body_bytes']} bytes",
    }
    for name, value in facts.items():
        yield f"{name + ':':<11} {value}"
    for entry in row["history"]:
        by = f" by {entry['by']['name']}" if entry["by"] else ""
        note = f" ({entry['note']})" if entry["note"] else ""
        yield f"{entry['at']}  {entry['what']}{by}{note}"
    yield ""
    yield row["body"]


def what_next(row: Row) -> str:
    one = short_id(row)
    return (
        f"Look at one: manage.py dead_letters show {one}. When the cause is mended: redrive {one}, or redrive --all. "
        f"When nobody needs it: drop {one}."
    )


def became(state: LetterState) -> str:
    """What came of a letter that somebody decided about."""
    if state is LetterState.WAITING:
        return "not done: it is not to be had at the moment. Somebody else has it in hand, or it is gone; look again."
    return str(state.label)


def question(wish: LetterWish, rows: Iterable[Row]) -> str:
    counts = Counter(row["queue"] for row in rows)
    what = ", ".join(f"{counted(count)} of {name}" for name, count in counts.items())
    verb = "Send to the queue again" if wish is LetterWish.REDRIVE else "Delete for good"
    return f"{verb}: {what}?"


def _wish(row: Row) -> str:
    return f", {row['wish']} asked for by {row['wished_by']['name']}" if row["wish"] else ""
