"""The directory of all run directories, where another user of the machine was first."""

import os
from pathlib import Path

import pytest

from orchestrator.contexts import _make_private
from orchestrator.executors.base import ExecutorError


def test_it_is_made_private(tmp_path: Path) -> None:
    root = tmp_path / "deep" / "runs"
    _make_private(root)
    assert root.stat().st_mode & 0o777 == 0o700


def test_an_open_one_of_ours_is_closed(tmp_path: Path) -> None:
    root = tmp_path / "runs"
    root.mkdir()
    root.chmod(0o777)
    _make_private(root)
    assert root.stat().st_mode & 0o777 == 0o700


def test_a_link_to_somewhere_is_refused(tmp_path: Path) -> None:
    target, root = tmp_path / "target", tmp_path / "runs"
    target.mkdir()
    root.symlink_to(target)
    with pytest.raises(ExecutorError, match="somebody else"):
        _make_private(root)


def test_one_of_somebody_else_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stranger = os.getuid() + 1
    monkeypatch.setattr("os.getuid", lambda: stranger)
    with pytest.raises(ExecutorError, match="somebody else"):
        _make_private(tmp_path)
