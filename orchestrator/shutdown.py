"""Whether this process has been asked to end, and how what it is in the middle of should be left.

handover   an apply runs on by itself, and the next worker of this machine attaches to it
interrupt  Terraform is interrupted so that it saves its state, because nothing of this machine will be left

Planning is broken off in both. Whoever catches the signal calls `request`; a heartbeat reads `requested` at each turn.
"""

HANDOVER, INTERRUPT = "handover", "interrupt"

_modes: list[str] = []


def request(mode: str) -> None:
    """From now on every phase of this process ends as soon as it can; an interrupt outranks a handover. Safe in a
    signal handler."""
    if mode not in (HANDOVER, INTERRUPT):
        raise ValueError(f"a shutdown is {HANDOVER} or {INTERRUPT}, not {mode!r}")
    _modes.append(mode)


def requested() -> str | None:
    """`handover`, `interrupt`, or None to go on."""
    if not _modes:
        return None
    return INTERRUPT if INTERRUPT in _modes else HANDOVER


def withdraw() -> None:
    """Go on after all."""
    _modes.clear()
