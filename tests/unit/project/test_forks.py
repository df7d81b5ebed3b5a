"""What makes processes by forking tells each of them from those that had its number before."""

import json
import os
import socket
import threading

import pytest

from tests.servers import forks


def test_a_number_that_is_given_again_belongs_to_who_has_it_now(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = [(4242, 0)]

    def waitpid(pid: int, options: int) -> tuple[int, int]:
        return ended.pop() if ended else (0, 0)

    monkeypatch.setattr(os, "fork", lambda: 4242)
    monkeypatch.setattr(os, "waitpid", waitpid)
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    serving = threading.Thread(target=forks._serve, args=(theirs,))
    serving.start()

    def asked(**request: object) -> int:
        ours.send(json.dumps(request).encode())
        return int(ours.recv(100))

    with theirs:
        with ours:
            assert [asked(command=[]), asked(ended=4242)] == [4242, 0]
            assert [asked(command=[]), asked(ended=4242)] == [4242, forks._RUNS]
        serving.join(10)
    assert not serving.is_alive()
