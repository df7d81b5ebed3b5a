"""Python processes that begin in an instant: one that has imported the libraries makes each of them by forking.

Most of the suite's time went into starting Python again and importing Django, Celery and boto3, two seconds for every
process of the project and everybody who was killed. What is forked here has opened nothing yet: it goes on as the
interpreter itself would with the same arguments.
"""

import contextlib
import gc
import importlib
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from tests.servers.processes import PROJECT, die_with_parent, start, stop

# What nearly every process of the project imports, and what needs no settings for it.
_LIBRARIES = (
    *("asyncio", "multiprocessing.util", "email.mime.text", "http.client", "xml.etree.ElementTree"),
    *("django.core.management", "django.db.models", "django.forms", "django.http", "django.template.loader"),
    *("django.core.serializers", "django.test.signals", "django.urls", "django.views.generic"),
    *(
        "bson",
        "pymongo",
        "pymongo.asynchronous.mongo_client",
        "redis.asyncio",
        "channels.layers",
        "channels_redis.pubsub",
    ),
    *("celery", "celery.bin.celery", "celery.bin.worker", "celery.apps.worker", "celery.concurrency.prefork"),
    *("celery.worker.consumer", "kombu.transport.SQS", "kombu.transport.redis", "kombu.asynchronous.http", "pycurl"),
    *("boto3", "s3transfer.manager", "botocore.client", "botocore.signers", "botocore.httpsession"),
    *("numpy", "onnxruntime", "tokenizers", "scipy.sparse"),
    *("httpx", "uvicorn.main", "jsonschema", "yaml", "hcl2", "jmespath", "structlog"),
)
_MESSAGE_BYTES = 1 << 17
_PAUSE_SECONDS = 0.01


class Forked:
    """A process that was forked elsewhere, with what tests use of `subprocess.Popen`."""

    stdin = stdout = None

    def __init__(self, forks: "Forks", pid: int, args: Sequence[str]) -> None:
        self._forks, self.pid, self.args = forks, pid, list(args)
        self.returncode: int | None = None

    def poll(self) -> int | None:
        if self.returncode is None:
            self.returncode = self._forks.code(self.pid)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, or minus the number of the signal that ended it. Raises `subprocess.TimeoutExpired`."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if deadline is not None and time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(self.args, timeout or 0)
            time.sleep(_PAUSE_SECONDS)
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)


class Forks:
    """Outside: makes processes that die with it. With `project`, it has also set up the project in its environment."""

    def __init__(self, *, log: Path, env: Mapping[str, str] | None = None, project: bool = False) -> None:
        self.env = None if env is None else dict(env)
        self._ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._one_at_a_time = threading.Lock()
        command = [sys.executable, "-m", "tests.servers.forks", *(["project"] if project else [])]
        with theirs:
            self._process = start(command, log=log, env=env, cwd=PROJECT, stdin=theirs.fileno())

    def popen(
        self,
        command: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        cwd: Path | str | None = None,
        stdin: int | IO[Any] = subprocess.DEVNULL,
        output: IO[bytes],
        errors: IO[bytes] | None = None,
    ) -> Forked:
        """`command` (see `forkable`) in a session of its own; without `env` in the environment of this one."""
        request = {
            "command": list(command),
            "env": None if env is None else dict(env),
            "cwd": str(cwd) if cwd else os.getcwd(),  # noqa: PTH109 (as subprocess does)
        }
        with Path(os.devnull).open("rb") as nothing:
            given = nothing if stdin == subprocess.DEVNULL else stdin
            read = given if isinstance(given, int) else given.fileno()
            return Forked(self, self._asked(request, read, output.fileno(), (errors or output).fileno()), command)

    def code(self, pid: int) -> int | None:
        """The exit code of a process that was made here; None while it runs."""
        found = self._asked({"ended": pid})
        return None if found < -_SIGNALS else found

    def close(self) -> None:
        self._ours.close()
        stop(self._process)

    def _asked(self, request: dict[str, Any], *descriptors: int) -> int:
        with self._one_at_a_time:
            socket.send_fds(self._ours, [json.dumps(request).encode()], list(descriptors))
            answer = self._ours.recv(_MESSAGE_BYTES)
        assert answer, f"the forking process ended with {self._process.wait()}; see its log"
        return int(answer)


_SIGNALS = 1_000
_RUNS = -_SIGNALS - 1
_shared: list[Forks] = []


def begin(
    command: Sequence[str], *, log: Path, env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> "subprocess.Popen[bytes] | Forked":
    """As `processes.start`, in an instant where `command` is Python."""
    if not forkable(command):
        return start(command, log=log, env=env, cwd=cwd)
    with log.open("ab") as output:
        return _forks().popen(command, env=os.environ if env is None else env, cwd=cwd, output=output)


def run(
    command: Sequence[str],
    *,
    env: Mapping[str, str],
    cwd: Path | None = None,
    stdin: int = subprocess.DEVNULL,
    timeout: float = 100,
) -> "subprocess.CompletedProcess[str]":
    """As `subprocess.run` with captured output, in an instant where `command` is Python."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        forked = _forks().popen(command, env=env, cwd=cwd, stdin=stdin, output=output, errors=errors)
        try:
            code = forked.wait(timeout)
        except subprocess.TimeoutExpired:
            forked.kill()
            raise
        said = [file.seek(0) or file.read().decode(errors="replace") for file in (output, errors)]
        return subprocess.CompletedProcess(list(command), code, *said)


def _forks() -> Forks:
    """This test process's own; begun by its main thread, because it dies with the thread that began it."""
    if not _shared:
        assert threading.current_thread() is threading.main_thread()
        _shared.append(Forks(log=Path(tempfile.gettempdir()) / "forks.log"))
    return _shared[0]


def forkable(command: Sequence[str]) -> bool:
    """Whether this is Python as we run it, with a module, a program text or a file and without options of its own."""
    return len(command) > 1 and command[0] == sys.executable and (command[1] in {"-m", "-c"} or command[1][0] != "-")


def _serve(asking: socket.socket) -> None:
    """Inside: one request at a time, answered by a pid or an exit code, until nobody can ask any more."""
    codes: dict[int, int] = {}
    while True:
        text, descriptors, _, _ = socket.recv_fds(asking, _MESSAGE_BYTES, 3)
        if not text:
            return
        request = json.loads(text)
        if "ended" in request:
            answer = _code(codes, request["ended"])
        else:
            answer = os.fork()
            if not answer:
                asking.close()
                _become(request, descriptors)
            codes.pop(answer, None)  # of somebody who had the same number before
        for descriptor in descriptors:
            os.close(descriptor)
        asking.send(str(answer).encode())


def _code(codes: dict[int, int], pid: int) -> int:
    with contextlib.suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            codes[ended[0]] = os.waitstatus_to_exitcode(ended[1])
    return codes.get(pid, _RUNS)


def _become(request: dict[str, Any], descriptors: Sequence[int]) -> None:
    """The child; never returns."""
    code = 1
    try:
        os.setsid()
        die_with_parent()
        for target, descriptor in enumerate(descriptors):
            os.dup2(descriptor, target)
        os.closerange(3, max(descriptors) + 1)
        if request["env"] is not None:
            os.environ.clear()
            os.environ.update(request["env"])
        os.chdir(request["cwd"])
        _run(request["command"][1:])
        code = 0
    except SystemExit as end:
        code = _exit_code(end)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        _end(code)


def _run(arguments: list[str]) -> None:
    """What the interpreter does with these arguments."""
    how, *rest = arguments
    sys.argv = ["-c", *rest[1:]] if how == "-c" else rest if how == "-m" else arguments
    if how == "-m":
        sys.path[0] = str(Path.cwd())
        runpy.run_module(rest[0], run_name="__main__", alter_sys=True)
    elif how == "-c":
        sys.path[0] = ""
        exec(compile(rest[0], "<string>", "exec"), {"__name__": "__main__", "__builtins__": __builtins__})
    else:
        sys.path[0] = str(Path(how).resolve().parent)
        runpy.run_path(how, run_name="__main__")


def _exit_code(end: SystemExit) -> int:
    if isinstance(end.code, int) or end.code is None:
        return end.code or 0
    print(end.code, file=sys.stderr)
    return 1


def _end(code: int) -> None:
    """As the interpreter ends: what was asked for at exit, then what is still to be written."""
    import atexit

    try:
        for thread in threading.enumerate():
            if thread is not threading.current_thread() and not thread.daemon:
                thread.join()
        atexit._run_exitfuncs()
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):
                stream.flush()
        os._exit(code)


def _prepare(*, project: bool) -> None:
    """Import everything; whoever is forked need not look for garbage among it."""
    gc.disable()
    _import(project=project)
    gc.freeze()
    gc.enable()


def _import(*, project: bool) -> None:
    for name in _LIBRARIES:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    if not project:
        return
    import django

    from chatbot_project.checks import USER_FACING

    django.setup()
    if os.environ["INFRACHAT_PROCESS"] not in USER_FACING:  # those have no queue
        importlib.import_module("chatbot_project.celery")


if __name__ == "__main__":
    with socket.socket(fileno=os.dup(0)) as asked:
        # Whatever reads its input from now on finds nothing there.
        with Path(os.devnull).open("rb") as nothing_to_read:
            os.dup2(nothing_to_read.fileno(), 0)
        _prepare(project="project" in sys.argv[1:])
        _serve(asked)
