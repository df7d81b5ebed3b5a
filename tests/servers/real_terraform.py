"""The real Terraform, held at the same places as its stand-in (quick_terraform): by the cloud that it asks.

Between it and the emulated cloud is a proxy that knows the requests which a place is made of. What is held there waits,
dies or is refused as exactly as the stand-in: a bucket whose answer has not come is there, untold and unrecorded.
"""

import contextlib
import os
import re
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psutil

from .proxy import Answer, Proxy, Request

_COMMANDS = {"init", "plan", "show", "apply", "import"}
_PARTS = ("first", "second", "third")
_SIGNALS = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP}
_DENIED = Answer(
    403,
    {"Content-Type": "application/xml"},
    b'<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>not allowed</Message></Error>',
)


@dataclass(frozen=True)
class _Place:
    """Requests by which one sees that Terraform is there; `after`: once the cloud has done what they ask."""

    command: str
    fits: Callable[[Request], bool]
    after: bool = False


@dataclass
class _Held:
    pid: int
    directory: Path
    """Where it runs."""
    go: threading.Event = field(default_factory=threading.Event)


class RealTerraform(Proxy):
    """Points as the stand-in has them, for `three-buckets`: "wait", "kill", "stop" and "fail" at the places below."""

    def __init__(self, binary: str, cloud: str) -> None:
        super().__init__(cloud)
        self.binary = binary
        self._points: dict[str, str] = {}
        self._held: dict[str, _Held] = {}

    def set(self, **points: str) -> None:
        """`set(**{"made:2": "kill"})`."""
        assert points.keys() <= _PLACES.keys(), points
        self._let_go()
        self._held, self._points = {}, points

    def reached(self, point: str) -> int | None:
        """The pid of the Terraform that has come to `point`."""
        held = self._held.get(point)
        return held.pid if held else None

    def interrupted(self) -> bool:
        """Whether one that is held has got its interrupt."""
        return any(
            b"Interrupt received" in output.read_bytes()
            for held in self._held.values()
            for output in held.directory.glob("*.log.jsonl")
        )

    def go(self, point: str) -> None:
        self._held[point].go.set()

    def stop(self) -> None:
        self._let_go()
        super().stop()

    def respond(self, request: Request) -> Answer | None:
        for point, action in list(self._points.items()):
            place = _PLACES[point]
            if place.fits(request) and (terraform := self._asking(request, place.command)):
                return self._at(point, action, terraform, request)
        return self.forward(request)

    def _at(self, point: str, action: str, terraform: psutil.Process, request: Request) -> Answer | None:
        if action == "fail":
            return _DENIED
        held = _Held(terraform.pid, Path(terraform.cwd()))
        with self._lock:
            if self._held.setdefault(point, held) is not held:
                return self.forward(request)
        after = _PLACES[point].after
        answer = self.forward(request) if after else None
        if action in _SIGNALS:
            os.kill(terraform.pid, _SIGNALS[action])
        while not held.go.wait(0.05):
            if request.gone():
                return None
        return answer or self.forward(request)

    def _asking(self, request: Request, command: str) -> psutil.Process | None:
        """The Terraform whose request it is, or its provider's, if it carries out `command`."""
        with contextlib.suppress(OSError, psutil.Error):
            for each in psutil.net_connections("tcp"):
                if each.pid and each.laddr and each.raddr and each.laddr.port == request.client_port:
                    leader = psutil.Process(os.getpgid(each.pid))
                    words = [word for word in leader.cmdline() if word in _COMMANDS]
                    return leader if words[:1] == [command] else None
        return None

    def _let_go(self) -> None:
        for held in self._held.values():
            held.go.set()


@contextlib.contextmanager
def real_terraform(binary: str, cloud: str) -> Iterator[RealTerraform]:
    """One that is watched at `endpoint` while inside."""
    real = RealTerraform(binary, cloud)
    real.start()
    try:
        yield real
    finally:
        real.stop()


def _bucket(request: Request, part: str) -> bool:
    """Whether it is about one of the three buckets as a whole."""
    return re.fullmatch(rf"/[a-z0-9-]+-{part}-\d{{18}}[0-9a-f]{{8}}/?", urlsplit(request.path).path) is not None


def _made(request: Request) -> bool:
    return request.method == "PUT" and not _about(request)


def _finished(request: Request) -> bool:
    """A bucket's tags are the last that is set on it; a deleted one has none."""
    return (request.method == "PUT" and "tagging" in _about(request)) or _deleted(request)


def _deleted(request: Request) -> bool:
    return request.method == "DELETE" and not _about(request)


def _about(request: Request) -> set[str]:
    """Which part of a bucket a request is about; none: the bucket itself."""
    return set(parse_qs(urlsplit(request.path).query, keep_blank_values=True)) - {"x-id"}


def _identity(request: Request) -> bool:
    """The provider asks who it is, before it does anything else."""
    return request.method == "POST" and b"Action=GetUser" in request.body


def _saves(request: Request) -> bool:
    """The state as it is in the end: with the last output. On its way, Terraform saves every 20 s what it has."""
    return _is(request, "PUT", ".tfstate") and re.search(rb'"third":\s*\{', request.body) is not None


def _unlocks(request: Request) -> bool:
    return _is(request, "DELETE", ".tflock")


def _is(request: Request, method: str, ending: str) -> bool:
    return request.method == method and urlsplit(request.path).path.endswith(ending)


def _of(part: str, fits: Callable[[Request], bool]) -> Callable[[Request], bool]:
    return lambda request: _bucket(request, part) and fits(request)


def _places() -> Iterator[tuple[str, _Place]]:
    yield "init", _Place("init", lambda request: True)
    yield "planned", _Place("plan", _identity)
    yield "locked", _Place("apply", _identity)
    for number, part in enumerate(_PARTS, start=1):
        changes = _of(part, lambda request: _made(request) or _finished(request))
        yield f"before:{number}", _Place("apply", changes)
        yield f"bare:{number}", _Place("apply", _of(part, _made), after=True)
        yield f"made:{number}", _Place("apply", _of(part, _finished), after=True)
    # When it saves its state for the last time, the last bucket has been told.
    yield "done:3", _Place("apply", _saves)
    yield "saving", _Place("apply", _saves)
    yield "saved", _Place("apply", _saves, after=True)
    yield "unlocking", _Place("apply", _unlocks)


_PLACES = dict(_places())
