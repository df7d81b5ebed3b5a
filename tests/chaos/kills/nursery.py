"""Processes of the project that begin in an instant: one that has imported everything makes each of them by forking.

Nearly all of the kill set's time went into starting Python again and importing Django and Celery, two seconds for
everybody who was killed. What is forked here has opened nothing yet: it goes on as what `manage.py` starts.
"""

import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil

from chatbot_project.checks import USER_FACING
from tests.servers.processes import PROJECT, die_with_parent, start, stop


class Nursery:
    """Outside: makes processes of one environment. They die with it."""

    def __init__(self, *, log: Path, env: Mapping[str, str]) -> None:
        self.env = dict(env)
        command = [sys.executable, "-m", "tests.chaos.kills.nursery"]
        self._process = start(command, log=log, env=env, cwd=PROJECT, pipes=True)

    def begin(self, program: str, arguments: Sequence[str], *, log: Path) -> psutil.Process:
        """A process that runs `program` (worker, scheduler), in a session of its own, its output added to `log`."""
        return psutil.Process(self._asked("begin", program, arguments, log))

    def run(self, program: str, *, log: Path) -> int:
        """Run Python source in a process of its own and wait for it; its exit code, or minus the signal's number."""
        return self._asked("run", "source", [program], log)

    def close(self) -> None:
        stop(self._process)

    def _asked(self, how: str, program: str, arguments: Sequence[str], log: Path) -> int:
        asking, answering = self._process.stdin, self._process.stdout
        assert asking is not None
        assert answering is not None
        request = {"how": how, "program": program, "arguments": list(arguments), "log": str(log)}
        asking.write(json.dumps(request).encode() + b"\n")
        asking.flush()
        answer = answering.readline()
        assert answer, f"the nursery ended with {self._process.wait()}; see its log"
        return int(answer)


def _worker(arguments: list[str]) -> None:
    from celery.__main__ import main

    sys.argv = ["celery", *arguments]
    main()


def _scheduler(arguments: list[str]) -> None:
    from django.core.management import execute_from_command_line

    execute_from_command_line(["manage.py", "scheduler", *arguments])


def _source(arguments: list[str]) -> None:
    exec(arguments[0], {"__name__": "__main__"})


_PROGRAMS: dict[str, Callable[[list[str]], None]] = {"worker": _worker, "scheduler": _scheduler, "source": _source}


def _serve() -> None:
    """Inside: one request a line, answered by a pid or an exit code."""
    # What anything imported prints goes to the log; the pipe is for answers alone.
    answers = os.dup(1)
    os.dup2(2, 1)
    import django

    django.setup()
    if os.environ["INFRACHAT_PROCESS"] not in USER_FACING:  # those have no queue
        import celery.bin.worker  # noqa: F401 (so that nobody who is forked must)

        import chatbot_project.celery  # noqa: F401
    for line in sys.stdin.buffer:
        request = json.loads(line)
        pid = os.fork()
        if not pid:
            os.close(answers)
            _become(request)
        answer = pid if request["how"] == "begin" else os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        os.write(answers, f"{answer}\n".encode())
        _reap()


def _become(request: dict[str, Any]) -> None:
    """The child; never returns."""
    code = 1
    try:
        os.setsid()
        die_with_parent()
        with Path(os.devnull).open("rb") as nothing, Path(request["log"]).open("ab") as log:
            for target, source in ((0, nothing), (1, log), (2, log)):
                os.dup2(source.fileno(), target)
        _PROGRAMS[request["program"]](request["arguments"])
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _reap() -> None:
    """Take leave of whoever has ended, so that no dead process stays in the table."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return


if __name__ == "__main__":
    _serve()
