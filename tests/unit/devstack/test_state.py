import os
import stat
import tempfile
from pathlib import Path

import pytest

from chatbot_project.devstack import state


def what(pid: int) -> state.Running:
    return state.Running(
        pid=pid,
        identity="one",
        web="http://127.0.0.1:8000",
        flower="http://127.0.0.1:5555",
        mongodb_uri="mongodb://127.0.0.1:27117/",
        redis_url="redis://127.0.0.1:6479/0",
        sqs_endpoint="http://127.0.0.1:9324",
        cloud_endpoint="http://127.0.0.1:9325",
        password="shown",
        users=("demo", "approver"),
    )


def test_a_running_stack_is_found_and_its_file_is_private(tmp_path: Path) -> None:
    state.make(tmp_path / "stack")
    state.announce(tmp_path / "stack", what(os.getpid()))
    assert state.running(tmp_path / "stack") == what(os.getpid())
    assert stat.S_IMODE((tmp_path / "stack" / "stack.json").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "stack").stat().st_mode) == 0o700


def test_what_a_dead_stack_left_is_not_believed(tmp_path: Path) -> None:
    state.announce(tmp_path, what(2**22 + 1))
    assert state.running(tmp_path) is None
    (tmp_path / "stack.json").write_text("{")
    assert state.running(tmp_path) is None


def test_one_stack_at_a_time(tmp_path: Path) -> None:
    with state.held(tmp_path):
        state.announce(tmp_path, what(os.getpid()))
        with (
            pytest.raises(state.AlreadyRunning, match=r"already running in .* at http://127.0.0.1:8000"),
            state.held(tmp_path),
        ):
            pass
    assert state.running(tmp_path) is None
    with state.held(tmp_path):
        pass


def test_what_killed_processes_left_is_removed_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state, "_LONGEST_TEMPORARY", 1000)
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    left = tmp_path / "tmp" / "pymp-left"
    left.mkdir(parents=True)
    state.use_temporary(tmp_path)
    assert not left.exists()
    assert tempfile.gettempdir() == str(tmp_path / "tmp")
    assert stat.S_IMODE((tmp_path / "tmp").stat().st_mode) == 0o700


def test_a_path_too_long_for_sockets_leaves_temporary_files_where_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    bystander = tmp_path / "somebody-elses"
    bystander.touch()
    deep = tmp_path / ("d" * 60)
    assert state.temporary(deep) == tmp_path
    state.use_temporary(deep)
    assert bystander.exists()


def test_a_stacks_identity_stays_and_is_its_own(tmp_path: Path) -> None:
    state.make(tmp_path / "one")
    state.make(tmp_path / "two")
    assert state.identity(tmp_path / "one") == state.identity(tmp_path / "one")
    assert state.identity(tmp_path / "one") != state.identity(tmp_path / "two")
