"""A second web process of the same stack, which a test may kill."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

from tests.servers.processes import PROJECT, listens, running


@contextlib.contextmanager
def web_beside(stack: Any, port: int, log: Path) -> Iterator[Any]:
    """A web process like the stack's own, on another port: the stack ends when one of its own is killed."""
    found = psutil.Process(stack.pid).children(recursive=True)
    processes = [each for each in found if each.status() != psutil.STATUS_ZOMBIE]
    own = next(each for each in processes if {"manage.py", "web"} <= set(each.cmdline()))
    command = [*own.cmdline()[:-1], str(port)]
    with running(command, log=log, env=own.environ(), cwd=PROJECT, healthy=lambda: listens(port)) as process:
        yield process
