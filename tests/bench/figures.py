"""Figures, and the table that people read."""

import json
import math
import platform
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil


@dataclass(frozen=True)
class Figure:
    """One measured number; `aim` is what it should be, when somebody has said so."""

    name: str
    value: float
    unit: str
    aim: str = ""
    samples: int = 1


def percentile(values: Sequence[float], percent: float) -> float:
    """The nearest-rank percentile."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def table(figures: Sequence[Figure]) -> str:
    """A Markdown table."""
    lines = ["| what | value | aim | samples |", "|---|---|---|---|"]
    lines += [f"| {each.name} | {_number(each.value)} {each.unit} | {each.aim} | {each.samples} |" for each in figures]
    return "\n".join(lines)


def save(figures: Sequence[Figure], path: Path) -> None:
    """The figures with the machine they are from, as JSON."""
    machine: dict[str, object] = {
        "python": platform.python_version(),
        "system": platform.platform(),
        "cores": psutil.cpu_count(),
    }
    machine |= {"memory_gb": round(psutil.virtual_memory().total / 2**30, 1), "load": psutil.getloadavg()[0]}
    report = {"at": datetime.now(UTC).isoformat(), "machine": machine, "figures": [asdict(each) for each in figures]}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(report, indent=2) + "\n")


def _number(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:,.0f}"
