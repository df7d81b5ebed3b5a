"""Runs side by side, as docs/reference/reliability.md has them: `python -m tests.chaos.summary a.json b.json`."""

import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from .recovery import lengths
from .report import spread
from .schedule import KILL, PAUSE

Report = dict[str, Any]


def summary(reports: list[Report]) -> str:
    """A Markdown table: a column for each report, and one for all of them."""
    lines = [
        _line("seed", [*(each["options"]["seed"] for each in reports), "all"]),
        _line("---", ["---"] * (len(reports) + 1)),
        _line("version", [*(each["commit"] for each in reports), ""]),
        _sums("jobs asked for", reports, lambda each: each["options"]["jobs"]),
        *_counted("jobs {}", reports, "jobs"),
        *_counted("disturbed: {}", reports, "disturbed"),
        _sums("copies of queue messages", reports, lambda each: each["messages"]["copies"]),
        *_counted("**{}**", reports, "counts"),
        *_counted("{}", reports, "interruptions"),
        _spreads("recovery after a kill, p50 / max", reports, KILL),
        _spreads("the same, of each job its first loss", reports, KILL, first=True),
        _spreads("recovery after a pause, p50 / max", reports, PAUSE),
        _sums("minutes", reports, lambda each: round(each["seconds"] / 60)),
    ]
    return "\n".join(lines)


def _counted(title: str, reports: list[Report], part: str) -> Iterable[str]:
    """A line for each name that any report counts there, in their order."""
    for name in dict.fromkeys(name for each in reports for name in each[part]):

        def of(each: Report, name: str = name) -> int:
            return int(each[part].get(name, 0))

        yield _sums(title.format(name), reports, of)


def _sums(title: str, reports: list[Report], number: Callable[[Report], int]) -> str:
    numbers = [number(each) for each in reports]
    return _line(title, [*numbers, sum(numbers)])


def _spreads(title: str, reports: list[Report], how: str, *, first: bool = False) -> str:
    each_one = [lengths(each["strikes"], how, first=first) for each in reports]
    together = sorted(seconds for found in each_one for seconds in found)
    return _line(title, [spread(found) for found in [*each_one, together]])


def _line(title: str, cells: Iterable[object]) -> str:
    return f"| {title} | {' | '.join(str(each) for each in cells)} |"


if __name__ == "__main__":
    print(summary([json.loads(Path(name).read_text()) for name in sys.argv[1:]]))
