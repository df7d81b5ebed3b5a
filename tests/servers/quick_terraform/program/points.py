"""Places in a run at which a test may have it wait, die or go slowly; all that touched the cloud, on record.

`points.json` in the directory: {"<point>": "kill" | "stop" | "fail" | "wait" | <seconds>}, read anew at every point.
Each happens once, whoever comes first: the file `reached-<point>` holds the pid. "fail" is an answer of the cloud that
says no, every time; "wait" ends when `go-<point>` exists. `interrupted` is there when an apply has got its interrupt.

Points, with <n> counting the operations of an apply from 1: init, planned, locked, before:<n>, bare:<n> (the bucket is
there, without tags), made:<n> (with tags; neither told nor recorded), done:<n> (told), saving, saved, unlocking.
"""

import json
import os
import signal
import time
from pathlib import Path


class Points:
    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def at(self, point: str) -> None:
        file = self._directory / "points.json"
        action = json.loads(file.read_text()).get(point) if file.exists() else None
        if action == "fail":
            raise OSError(f"AccessDenied: not allowed at {point}")
        if action is None or not self._first(point):
            return
        if action == "wait":
            while not (self._directory / f"go-{point}").exists():
                time.sleep(0.01)
        elif action in {"kill", "stop"}:
            os.kill(os.getpid(), signal.SIGKILL if action == "kill" else signal.SIGSTOP)
        else:
            time.sleep(float(action))

    def mark(self, name: str) -> None:
        (self._directory / name).touch()

    def record(self, action: str, address: str, identity: str) -> None:
        """One line for each call that changes the cloud, made before the call."""
        line = {"pid": os.getpid(), "action": action, "address": address, "id": identity}
        descriptor = os.open(self._directory / "changes.jsonl", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(descriptor, json.dumps(line).encode() + b"\n")
        os.close(descriptor)

    def _first(self, point: str) -> bool:
        draft = self._directory / f"draft-{os.getpid()}"
        draft.write_text(str(os.getpid()))
        try:
            os.link(draft, self._directory / f"reached-{point}")
        except FileExistsError:
            return False
        finally:
            draft.unlink()
        return True
