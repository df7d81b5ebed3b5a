import os
import stat
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
