"""Whether this process has been asked to end, and how what it is in the middle of should be left.

handover   an apply runs on by itself, and the next worker of this machine attaches to it
interrupt  Terraform is interrupted so that it saves its state, because nothing of this machine will be left

Planning is broken off in both. Whoever catches the signal calls `request`; a heartbeat reads `requested` at each turn.
The wish lies in memory that a worker shares with the children it forks: the signal reaches the parent alone.
"""

import mmap

HANDOVER, INTERRUPT = "handover", "interrupt"

_CODES = {HANDOVER: 1, INTERRUPT: 2}

_shared = mmap.mmap(-1, 1)


def request(mode: str) -> None:
    """From now on every phase of this process, and of the children forked from it, ends as soon as it can; an
    interrupt outranks a handover. Safe in a signal handler."""
    if mode not in _CODES:
        raise ValueError(f"a shutdown is {HANDOVER} or {INTERRUPT}, not {mode!r}")
    _shared[0] = max(_shared[0], _CODES[mode])


def requested() -> str | None:
    """`handover`, `interrupt`, or None to go on."""
    return next((mode for mode, code in _CODES.items() if code == _shared[0]), None)


def withdraw() -> None:
    """Go on after all."""
    _shared[0] = 0
