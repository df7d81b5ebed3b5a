import socket
import subprocess
import sys
from pathlib import Path

import pytest

from chatbot_project.devstack import gate


def test_conditions(tmp_path: Path) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        assert not gate.is_met(f"tcp:{port}")
        listener.listen()
        assert gate.is_met(f"tcp:{port}")
        assert gate.is_met(f"tcp:127.0.0.1:{port}")
    assert not gate.is_met(f"http:http://127.0.0.1:{port}/")
    assert gate.is_met(f"file:{tmp_path}")


def test_waiting_in_vain_names_the_condition(tmp_path: Path) -> None:
    with pytest.raises(TimeoutError, match=r"file:.*/absent"):
        gate.wait_for([f"file:{tmp_path}/absent"], seconds=0.05)


def test_it_becomes_the_command_when_all_is_there(tmp_path: Path) -> None:
    (tmp_path / "there").touch()
    command = [sys.executable, "-I", "-S", gate.__file__, f"file:{tmp_path}/there", "--"]
    done = subprocess.run([*command, "sh", "-c", "echo became; exit 7"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (7, "became\n")
