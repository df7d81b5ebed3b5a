"""Wait until what a process needs is there, then become that process: `gate.py tcp:6379 file:/x -- command …`.

Run by path with Python's standard library alone, so that ten of them cost next to nothing.
"""

import ctypes
import os
import signal
import socket
import sys
import time
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path

_PAUSE_SECONDS = 0.03
_PR_SET_PDEATHSIG = 1


def tcp(address: str) -> bool:
    """Whether somebody listens on `port` or `host:port`."""
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host or "127.0.0.1", int(port)), 1.0).close()
    except OSError:
        return False
    return True


def http(url: str) -> bool:
    """Whether `url` answers below 400."""
    try:
        with urllib.request.urlopen(url, timeout=2.0):  # noqa: S310 (an address of our own)
            return True
    except (OSError, ValueError):
        return False


def file(path: str) -> bool:
    return Path(path).exists()


CONDITIONS: dict[str, Callable[[str], bool]] = {"tcp": tcp, "http": http, "file": file}


def is_met(condition: str) -> bool:
    """Whether `kind:argument` is true now; see CONDITIONS."""
    kind, _, argument = condition.partition(":")
    return CONDITIONS[kind](argument)


def wait_for(conditions: Sequence[str], *, seconds: float = 600.0) -> None:
    """Return when all are met. Raises TimeoutError naming the one that is not."""
    deadline = time.monotonic() + seconds
    for condition in conditions:
        while not is_met(condition):
            if time.monotonic() > deadline:
                raise TimeoutError(f"waited {seconds:g} seconds in vain for {condition}")
            time.sleep(_PAUSE_SECONDS)


def end_with_parent(signal_number: int = signal.SIGTERM) -> None:
    """Have the kernel end this process when its parent is gone (Linux; elsewhere nothing happens)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal_number)


def main(arguments: Sequence[str]) -> None:
    at = list(arguments).index("--")
    end_with_parent()
    try:
        wait_for(arguments[:at])
    except TimeoutError as error:
        sys.exit(str(error))
    command = list(arguments[at + 1 :])
    os.execvp(command[0], command)  # noqa: S606 (no shell is meant)


if __name__ == "__main__":
    main(sys.argv[1:])
