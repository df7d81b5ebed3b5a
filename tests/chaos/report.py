"""The table that people read, and the same as JSON."""

import json
import math
import platform
import subprocess
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from tests.servers.processes import PROJECT

from .disturber import Deed
from .history import History
from .options import STACK_SETTINGS, Options
from .recovery import Recovery
from .schedule import KILL, PAUSE
from .verdict import Verdict
from .world import World

DUMPED = ("job", "stack", "start", "transition", "approval", "outbox", "jobevent", "process")


def table(
    options: Options, history: History, deeds: Sequence[Deed], recovery: Recovery, verdict: Verdict, seconds: float
) -> str:
    """Markdown, as it stands in docs/reference/reliability.md."""
    rows = [
        ("jobs asked for", str(options.jobs)),
        *((f"jobs {state}", str(number)) for state, number in _states(history).most_common()),
        *((f"disturbed: {what}", str(number)) for what, number in sorted(_deeds(deeds).items())),
        *((what, str(number)) for what, number in verdict.counts().items()),
        ("recovery after a kill, p50 / max", spread(recovery.seconds(KILL))),
        ("the same, of each job its first loss", spread(recovery.seconds(KILL, first=True))),
        ("recovery after a pause, p50 / max", spread(recovery.seconds(PAUSE))),
        *((what, str(number)) for what, number in interruptions(history).items()),
        ("duration", f"{seconds:.0f} s"),
    ]
    return "\n".join(["| what | result |", "|---|---|", *(f"| {what} | {result} |" for what, result in rows)])


def as_json(
    options: Options,
    world: World,
    history: History,
    deeds: Sequence[Deed],
    recovery: Recovery,
    verdict: Verdict,
    seconds: float,
) -> dict[str, Any]:
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": options.again(),
        "commit": _commit(),
        "options": asdict(options),
        "settings": STACK_SETTINGS,
        "machine": {
            "system": platform.platform(),
            "python": platform.python_version(),
            "cores": psutil.cpu_count(),
            "memory_gb": round(psutil.virtual_memory().total / 2**30, 1),
            "load": psutil.getloadavg(),
        },
        "seconds": round(seconds, 1),
        "jobs": dict(_states(history)),
        "disturbed": dict(sorted(_deeds(deeds).items())),
        "interruptions": interruptions(history),
        "found": asdict(verdict),
        "counts": verdict.counts(),
        "recovery_seconds": {how: [round(each, 2) for each in recovery.seconds(how)] for how in (KILL, PAUSE)},
        "strikes": [asdict(each) for each in recovery.strikes],
        "deeds": [deed.as_json() for deed in deeds],
        "restarts": world.supervisor.restarts(),
        "messages": {"sent": world.queue.seen["SendMessage"], "copies": world.queue.copied["SendMessage"]},
    }


def save(report: dict[str, Any], directory: Path) -> Path:
    path = directory / "report.json"
    path.write_text(json.dumps(report, indent=1, default=str) + "\n")
    return path


def dump(world: World, directory: Path) -> None:
    """What MongoDB has of the orchestration, one line of JSON a document: for whoever looks for the cause."""
    for name in DUMPED:
        with (directory / f"{name}.jsonl").open("w") as file:
            for row in world.collection(f"orchestrator_{name}").find():
                file.write(json.dumps(row, default=str) + "\n")


def _states(history: History) -> Counter[str]:
    return Counter(job["state"] for job in history.jobs)


def _deeds(deeds: Sequence[Deed]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for deed in deeds:
        what = f"{deed.planned.target} {deed.planned.how}"
        counted[what if deed.outcome == "done" else deed.outcome] += 1
    return counted


def interruptions(history: History) -> dict[str, int]:
    """What became of applies in the middle of which somebody died."""
    moves = Counter((each["from_state"], each["to_state"]) for each in history.transitions)
    return {
        "applies begun": sum(each["number"] == 1 for each in history.starts),
        "taken over while Terraform went on": moves["applying", "applying"] + moves["canceling", "canceling"],
        "attempts to find out afterwards (reconcile)": moves["indeterminate", "reconciling"],
        "of them gone on with what was left": moves["reconciling", "applying"],
        "plannings begun again": moves["planning", "queued"],
    }


def spread(values: Sequence[float]) -> str:
    """The middle and the last of sorted seconds."""
    if not values:
        return "none"
    middle = values[max(0, math.ceil(len(values) / 2) - 1)]
    return f"{middle:.1f} s / {values[-1]:.1f} s ({len(values)} jobs)"


def _commit() -> str:
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    return done.stdout.strip()
