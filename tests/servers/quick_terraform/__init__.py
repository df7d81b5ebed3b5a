"""A stand-in for Terraform that starts in a tenth of a second: the same command line, messages, state and lock, the
same calls to the cloud, for modules with a `quick.json` beside their real configuration.

It makes S3 buckets whose names nobody knows before, so that one made twice is seen. What it does not know (other
resources, functions, providers) is no part of it: the real binary passes the same tests.
"""

import json
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROGRAM = Path(__file__).with_name("program")
BLUEPRINT = Path(__file__).parent / "blueprints" / "three-buckets"


@dataclass(frozen=True)
class QuickTerraform:
    """One installation, with points of its own (program/points.py)."""

    directory: Path

    @classmethod
    def install(cls, directory: Path) -> "QuickTerraform":
        directory.mkdir(parents=True, exist_ok=True)
        words = shlex.join([sys.executable, "-S", "-E", str(PROGRAM), str(directory)])
        quick = cls(directory)
        quick.binary.write_text(f'#!/bin/sh\nexec {words} "$@"\n')
        quick.binary.chmod(0o755)
        return quick

    @property
    def binary(self) -> Path:
        return self.directory / "terraform"

    def set(self, **points: str | float) -> None:
        """`set(**{"made:2": "kill"})`."""
        draft = self.directory / "points.draft"
        draft.write_text(json.dumps(points))
        draft.rename(self.directory / "points.json")

    def reached(self, point: str) -> int | None:
        """The pid of the process that came to `point`."""
        file = self.directory / f"reached-{point}"
        return int(file.read_text()) if file.exists() else None

    def interrupted(self) -> bool:
        """Whether an apply has got its interrupt."""
        return (self.directory / "interrupted").exists()

    def go(self, point: str) -> None:
        (self.directory / f"go-{point}").touch()

    def changes(self) -> list[dict[str, Any]]:
        """Every call that was to change the cloud: {"pid", "action", "address", "id"}."""
        file = self.directory / "changes.jsonl"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
