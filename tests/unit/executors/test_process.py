"""The process module with small shell programs in Terraform's place."""

import os
import signal
import stat
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from orchestrator.executors.base import Detached, ExecutorError
from orchestrator.executors.terraform import process
from orchestrator.executors.terraform.follower import Follower
from orchestrator.executors.terraform.handles import Adopted
from orchestrator.executors.terraform.process import Control, Ended, Stop

LONG = 60.0


def run(
    directory: Path,
    script: str,
    *,
    on_line: Callable[[str], object] | None = None,
    should_stop: Callable[[], str | None] = lambda: None,
    limit: float = LONG,
    grace: float = LONG,
    on_process: Callable[[int, float], None] = lambda pid, started: None,
    detaches: bool = False,
    once: bool = False,
) -> Ended:
    return process.run(
        ["/bin/sh", "-c", script],
        directory=directory,
        environment={"PATH": os.environ["PATH"]},
        output=directory / "out.jsonl",
        control=Control(should_stop, time.monotonic() + limit, grace, on_process, detaches),
        once=once,
        on_line=on_line and (lambda line, end: on_line(line)),
    )


def test_lines_arrive_whole_and_in_order(tmp_path: Path) -> None:
    lines: list[str] = []

    ended = run(tmp_path, "printf 'a\\nb'; printf 'c\\n\\nlast'; echo wrong >&2; exit 3", on_line=lines.append)

    assert lines == ["a", "bc", "", "last"]
    assert ended == Ended(3)
    assert process.errors_of(tmp_path / "out.jsonl") == "wrong"
    assert stat.S_IMODE((tmp_path / "out.jsonl").stat().st_mode) == 0o600


def test_lines_arrive_while_it_runs(tmp_path: Path) -> None:
    def answer(line: str) -> None:
        (tmp_path / line).touch()

    ended = run(tmp_path, "echo ready; while [ ! -e ready ]; do sleep 0.01; done; echo done", on_line=answer)

    assert ended.returncode == 0
    assert (tmp_path / "done").exists()


def test_it_has_a_session_of_its_own_and_is_told_of_first(tmp_path: Path) -> None:
    told: list[tuple[int, float]] = []
    lines: list[str] = []

    run(
        tmp_path,
        "ps -o sid= -p $$ | tr -d ' '; echo $$",
        on_line=lambda line: lines.append(f"{line} {len(told)}"),
        on_process=lambda pid, started: told.append((pid, started)),
    )

    [(pid, started)] = told
    assert lines == [f"{pid} 1", f"{pid} 1"]
    assert abs(started - time.time()) < 600


@pytest.mark.parametrize("why", ["cancel", "handover"])
def test_an_interrupt_gives_time_to_save(tmp_path: Path, why: str) -> None:
    script = "trap 'echo saved; exit 1' INT; echo ready; while :; do sleep 0.01; done"
    lines: list[str] = []

    ended = run(tmp_path, script, on_line=lines.append, should_stop=lambda: why if "ready" in lines else None)

    assert ended == Ended(1, why, killed=False)
    assert lines == ["ready", "saved"]


def test_what_another_worker_does_anew_is_killed_and_saves_nothing(tmp_path: Path) -> None:
    script = "trap 'echo saved; exit 1' INT; echo ready; while :; do sleep 0.01; done"
    lines: list[str] = []

    ended = run(tmp_path, script, on_line=lines.append, should_stop=lambda: "lease_lost" if lines else None)

    assert (ended.stopped, ended.killed) == ("lease_lost", True)
    assert lines == ["ready"]


def test_the_time_limit_interrupts(tmp_path: Path) -> None:
    ended = run(tmp_path, "trap 'exit 1' INT; while :; do sleep 0.01; done", limit=0.3)

    assert (ended.stopped, ended.died) == ("timeout", False)


def test_who_does_not_listen_is_killed_with_all_its_children(tmp_path: Path) -> None:
    lines: list[str] = []
    script = "trap '' INT; sleep 600 & echo $!; wait"

    ended = run(tmp_path, script, on_line=lines.append, grace=0.2, should_stop=lambda: "cancel" if lines else None)

    assert (ended.stopped, ended.killed, ended.died) == ("cancel", True, True)
    assert _gone(int(lines[0]))


def test_who_is_killed_by_others_leaves_no_children(tmp_path: Path) -> None:
    lines: list[str] = []

    ended = run(tmp_path, "sleep 600 & echo $!; kill -9 $$", on_line=lines.append)

    assert (ended.stopped, ended.killed, ended.died) == (None, False, True)
    assert _gone(int(lines[0]))


def test_what_finishes_by_itself_after_the_interrupt_was_not_killed(tmp_path: Path) -> None:
    lines: list[str] = []

    ended = run(
        tmp_path,
        "trap '' INT; echo ready; sleep 0.2; exit 0",
        on_line=lines.append,
        should_stop=lambda: "cancel" if lines else None,
    )

    assert ended == Ended(0, "cancel", killed=False)


def test_a_listener_that_fails_ends_the_process(tmp_path: Path) -> None:
    pids: list[int] = []

    def refuse(line: str) -> None:
        raise RuntimeError(line)

    with pytest.raises(RuntimeError, match="ready"):
        run(
            tmp_path,
            "trap 'exit 1' INT; echo ready; while :; do sleep 0.01; done",
            on_line=refuse,
            on_process=lambda pid, started: pids.append(pid),
        )
    assert _gone(pids[0])


def test_a_program_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ExecutorError, match="cannot be started: No such file"):
        process.run(
            [str(tmp_path / "none")],
            directory=tmp_path,
            environment={},
            output=tmp_path / "out",
            control=Control(lambda: None, time.monotonic() + LONG, LONG),
        )


def test_a_follower_waits_for_the_end_of_a_line(tmp_path: Path) -> None:
    path = tmp_path / "log"
    with path.open("wb", buffering=0) as file:
        follower = Follower(path)
        file.write("grüße".encode()[:3])
        assert list(follower.lines()) == []
        file.write("grüße".encode()[3:] + b"\nrest")
        assert list(follower.lines()) == [("grüße", 8)]
        assert list(follower.last()) == [("rest", 12)]
        follower.close()


def test_a_process_is_named_by_pid_and_start() -> None:
    assert process.started_at(os.getpid()) == process.started_at(os.getpid())
    assert process.started_at(os.getpid()) <= time.time() + 1


def _gone(pid: int) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
    return False


def test_a_process_that_goes_on_is_let_go_and_followed_by_the_next(tmp_path: Path) -> None:
    pids: list[int] = []
    script = "echo one; while [ ! -e go ]; do sleep 0.01; done; echo two"
    with pytest.raises(Detached, match="handover"):
        run(
            tmp_path,
            script,
            should_stop=lambda: "handover",
            detaches=True,
            on_process=lambda pid, started: pids.append(pid),
        )
    lines: list[tuple[str, int]] = []

    def take(line: str, end: int) -> None:
        lines.append((line, end))
        (tmp_path / "go").touch()

    stop = process.follow(
        Adopted(psutil.Process(pids[0])),
        tmp_path / "out.jsonl",
        Control(lambda: None, time.monotonic() + LONG, LONG),
        take,
    )

    assert lines == [("one", 4), ("two", 8)]
    assert stop == Stop()


def test_a_wish_to_cancel_does_not_hinder_letting_go(tmp_path: Path) -> None:
    lines: list[str] = []
    script = "trap 'echo saving; sleep 600' INT; echo ready; while :; do sleep 0.01; done"
    pids: list[int] = []

    with pytest.raises(Detached):
        run(
            tmp_path,
            script,
            on_line=lines.append,
            should_stop=lambda: "lease_lost" if "saving" in lines else "cancel" if lines else None,
            detaches=True,
            on_process=lambda pid, started: pids.append(pid),
        )

    assert psutil.Process(pids[0]).is_running()
    os.killpg(pids[0], signal.SIGKILL)


def test_nobody_interrupts_twice(tmp_path: Path) -> None:
    """At the second interrupt Terraform would exit without saving its state."""
    pids: list[int] = []
    script = "trap 'echo interrupted' INT; echo ready; while [ ! -e go ]; do sleep 0.01; done; echo saved"
    lines: list[str] = []
    with pytest.raises(Detached):
        run(
            tmp_path,
            script,
            on_line=lines.append,
            should_stop=lambda: "handover" if "interrupted" in lines else "cancel" if lines else None,
            detaches=True,
            on_process=lambda pid, started: pids.append(pid),
        )
    lines.clear()

    def take(line: str, end: int) -> None:
        lines.append(line)
        if line == "interrupted":
            (tmp_path / "go").touch()

    control = Control(lambda: "cancel", time.monotonic() + LONG, LONG)
    stop = process.follow(Adopted(psutil.Process(pids[0])), tmp_path / "out.jsonl", control, take)

    assert lines == ["ready", "interrupted", "saved"]
    assert stop == Stop("cancel")


def test_an_adopted_process_is_interrupted_and_killed_as_a_child_is(tmp_path: Path) -> None:
    pids: list[int] = []
    with pytest.raises(Detached):
        run(
            tmp_path,
            "trap '' INT; echo ready; while :; do sleep 0.01; done",
            should_stop=lambda: "handover" if (tmp_path / "out.jsonl").stat().st_size else None,
            detaches=True,
            on_process=lambda pid, started: pids.append(pid),
        )

    control = Control(lambda: "timeout", time.monotonic() + LONG, 0.2)
    stop = process.follow(Adopted(psutil.Process(pids[0])), tmp_path / "out.jsonl", control, None)

    assert stop == Stop("timeout", killed=True)


def test_one_output_is_written_by_one_process(tmp_path: Path) -> None:
    run(tmp_path, "echo first", once=True)

    with pytest.raises(FileExistsError):
        run(tmp_path, "echo second", once=True)
    assert (tmp_path / "out.jsonl").read_text() == "first\n"


def test_the_beginning_of_a_long_complaint_is_kept(tmp_path: Path) -> None:
    run(tmp_path, "echo 'panic: oh' >&2; seq 1 9000 >&2")

    said = process.errors_of(tmp_path / "out.jsonl")

    assert said.startswith("panic: oh")
    assert said.endswith("9000")
    assert len(said) <= 4001


def test_what_cannot_be_recorded_goes_on(tmp_path: Path) -> None:
    def fail(pid: int, started: float) -> None:
        raise RuntimeError("MongoDB is away")

    assert run(tmp_path, "exit 0", on_process=fail) == Ended(0)
