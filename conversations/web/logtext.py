"""Lines of a job's log as plain text."""

import re

from orchestrator.log_types import JobEvent

# Whoever reads the file in a terminal is not to have its cursor moved by what others wrote.
_ESCAPES = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|.)|[\x00-\x08\x0b-\x1f\x7f-\x9f]", re.S
)


def plain(text: str) -> str:
    """Without escape sequences and control characters; line breaks and tabs stay."""
    return _ESCAPES.sub("", text)


def log_text(line: JobEvent) -> str:
    """`12  2026-11-21T21:00:00+00:00  text`; the further lines of a text stand below its first."""
    at = line.at.isoformat(timespec="seconds") if line.at else ""
    begin = f"{line.log_seq:>7}  {at}  "
    mark = {"error": "ERROR ", "warning": "WARNING "}.get(line.level, "")
    return begin + mark + plain(line.text).replace("\n", "\n" + " " * len(begin)) + "\n"
