"""Failpoints in a process of their own, for most of them end it."""

import os
import signal
import subprocess
import sys
import timeit
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestrator import failpoints
from orchestrator.failpoints import FailpointError, failpoint, parse, used
from tests.servers.processes import PROJECT

AFTER = "transition.after:approved->applying"


@pytest.fixture
def marks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(failpoints.DIRECTORY, str(tmp_path))
    return tmp_path


def child(text: str, marks: Path, name: str = AFTER) -> "subprocess.Popen[bytes]":
    """A process that passes `name` and says so."""
    program = f"from orchestrator.failpoints import failpoint; failpoint({name!r}); print('passed', flush=True)"
    environment = {**os.environ, failpoints.VARIABLE: text, failpoints.DIRECTORY: str(marks)}
    return subprocess.Popen(
        [sys.executable, "-c", program], env=environment, cwd=PROJECT, stdout=subprocess.PIPE, start_new_session=True
    )


@pytest.fixture
def processes() -> Iterator[list["subprocess.Popen[bytes]"]]:
    started: list[subprocess.Popen[bytes]] = []
    yield started
    for each in started:
        if each.poll() is None:
            each.kill()
        each.communicate()


def test_without_the_variable_nothing_happens_and_it_costs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(failpoints.VARIABLE, raising=False)
    # A transition takes milliseconds; this may be a thousandth of it.
    assert min(timeit.repeat(lambda: failpoint(AFTER), number=1000, repeat=5)) < 0.02


@pytest.mark.parametrize("action", ["kill", "kill_group"])
def test_it_kills(action: str, marks: Path, processes: list["subprocess.Popen[bytes]"]) -> None:
    processes.append(child(f"{AFTER}={action}", marks))
    assert processes[0].wait(20) == -signal.SIGKILL
    assert processes[0].stdout is not None
    assert processes[0].stdout.read() == b""


def test_only_the_first_process_stops_and_goes_on_when_continued(
    marks: Path, processes: list["subprocess.Popen[bytes]"]
) -> None:
    text = f"transition.before:queued->planning=kill;{AFTER}=stop@1"
    first = child(text, marks)
    processes.append(first)
    _, status = os.waitpid(first.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status)
    assert used(AFTER, marks) == first.pid

    second = child(text, marks)
    processes.append(second)
    assert second.communicate(timeout=20)[0] == b"passed\n"

    os.kill(first.pid, signal.SIGCONT)
    assert first.communicate(timeout=20)[0] == b"passed\n"


def test_the_second_time_is_counted_across_processes(marks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(failpoints.VARIABLE, f"{AFTER}=raise@2")
    failpoint(AFTER)
    assert used(AFTER, marks, 2) is None
    with pytest.raises(FailpointError, match="applying"):
        failpoint(AFTER)
    failpoint(AFTER)
    assert (used(AFTER, marks, 1), used(AFTER, marks, 2)) == (os.getpid(), os.getpid())
    assert not list(marks.glob("*.draft"))


def test_a_file_may_say_it_anew(marks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = marks / "now"
    monkeypatch.setenv(failpoints.VARIABLE, f"@{file}")
    failpoint(AFTER)
    file.write_text(f"{AFTER}=raise")
    with pytest.raises(FailpointError):
        failpoint(AFTER)
    file.write_text("")
    failpoint(AFTER)


@pytest.mark.parametrize("text", ["kill", "=kill", f"{AFTER}=kil", f"{AFTER}=kill@0", f"{AFTER}=kill@x"])
def test_what_cannot_be_read_is_an_error_and_no_silence(text: str) -> None:
    with pytest.raises(ValueError, match="INFRACHAT_FAILPOINTS"):
        parse(text)
