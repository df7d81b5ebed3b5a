"""The S3 backend: the state object, and the lock object beside it."""

import getpass
import json
import os
import socket
import time
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import ui
from s3 import S3

State = dict[str, Any]


class Locked(Exception):
    """Somebody else has the lock."""


class Backend:
    def __init__(self, settings: dict[str, Any]) -> None:
        self._s3 = S3(settings["endpoints"]["s3"])
        self._path = f"/{settings['bucket']}/{settings['key']}"

    def read(self) -> State:
        """The state; serial 0 without a lineage where there is none."""
        content = self._s3.get(self._path)
        empty: State = {"version": 4, "terraform_version": ui.VERSION, "serial": 0, "lineage": ""}
        empty |= {"outputs": {}, "resources": [], "check_results": None}
        return json.loads(content) if content else empty

    def write(self, state: State) -> None:
        self._s3.put(self._path, json.dumps(state, indent=2).encode())


class Lock(AbstractContextManager["Lock"]):
    """Held while inside, unless `-lock=false`. Released by an error too, but by no kill."""

    def __init__(self, settings: dict[str, Any], operation: str, options: dict[str, str]) -> None:
        self._s3 = S3(settings["endpoints"]["s3"])
        self._path = f"/{settings['bucket']}/{settings['key']}.tflock"
        self._wanted = options.get("lock") != "false"
        self._seconds = float(options.get("lock-timeout", "0s").removesuffix("s"))
        self._info = {
            "ID": str(uuid4()),
            "Operation": operation,
            "Info": "",
            "Who": f"{getpass.getuser() if 'USER' in os.environ else 'root'}@{socket.gethostname()}",
            "Version": ui.VERSION,
            "Created": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "Path": f"{settings['bucket']}/{settings['key']}",
        }

    def __enter__(self) -> "Lock":
        deadline = time.monotonic() + self._seconds
        while self._wanted and not self._s3.put(self._path, json.dumps(self._info).encode(), only_new=True):
            if time.monotonic() >= deadline:
                raise Locked(_refusal(json.loads(self._s3.get(self._path) or b"{}")))
            time.sleep(0.05)
        return self

    def __exit__(self, *error: object) -> None:
        held = json.loads(self._s3.get(self._path) or b"{}") if self._wanted else {}
        if held.get("ID") == self._info["ID"]:
            self._s3.delete(self._path)


def _refusal(held: dict[str, str]) -> str:
    lines = "".join(f"  {name + ':':<10} {held.get(name, '')}\n" for name in ("ID", "Path", "Operation", "Who"))
    return (
        "Error message: operation error S3: PutObject, https response error StatusCode: 412, "
        f"api error PreconditionFailed\nLock Info:\n{lines}\n\nTerraform acquires a state lock to protect the state "
        "from being written\nby multiple users at the same time."
    )
