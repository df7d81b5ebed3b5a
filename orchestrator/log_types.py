"""A job's log as outsiders see it: its lines, and which of them are wanted."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class JobEvent:
    """One line of a job's log: unbroken `log_seq` from 1. `kind` is one of: lease, phase, line, diagnostic,
    resource_start, resource_progress, resource_done, resource_failed, output, result."""

    log_seq: int
    kind: str
    text: str
    resource: str | None = None
    at: datetime | None = None
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def level(self) -> str:
        """error, warning, step (what the work comes to) or line (everything else)."""
        if self.kind == "resource_failed" or (self.kind == "diagnostic" and self.data.get("severity") != "warning"):
            return "error"
        if self.kind == "diagnostic":
            return "warning"
        return "line" if self.kind in QUIET_KINDS else "step"


QUIET_KINDS = ("line", "resource_progress", "lease")


@dataclass(frozen=True)
class LogFilter:
    """Which lines of a log are wanted: those of a level and above it (error, warning, step; empty: all) that contain
    a text, in any case."""

    level: str = ""
    search: str = ""
