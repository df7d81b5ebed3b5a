"""One phase's workspace: the run directory made ready, and Terraform run in it."""

import fcntl
import os
import re
import shutil
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from orchestrator.executors.base import Context, Detached, ExecutorError, LogLine, Stopped
from orchestrator.executors.credentials.registry import require_fitting
from orchestrator.executors.masking import Secrets

from . import arguments, process
from .binary import binary_find
from .diagnostics import plain_error
from .environment import child_environment, forget_identity, write_identity
from .handles import Handle
from .marks import marks
from .mirror import cli_configuration, mirror_find, providers
from .output import Report, Translator
from .providerlock import can_be_light, light
from .root import full_address, import_blocks, module_of, root_configuration
from .rundir import RunDir, write_json, write_private

# An access key's secret has 40 characters; the short ones of emulators are ordinary words.
_SHORTEST_CREDENTIAL = 16
_SECRET_NAME = re.compile("SECRET|TOKEN|PASSWORD|CERTIFICATE|CREDENTIALS")
_PATH_NAMES = ("_PATH", "GOOGLE_APPLICATION_CREDENTIALS")
_PLUGIN_CACHE = "plugin-cache"
_KILLED = "Something on the worker's machine ended Terraform (signal {}) while it only looked. It may be tried again."


@dataclass(frozen=True)
class Tools:
    """Settings: which program, and where providers come from. Empty: found out."""

    binary: str = ""
    mirror: str = ""

    @classmethod
    def from_environment(cls) -> "Tools":
        return cls(os.environ.get("TERRAFORM_BINARY", ""), os.environ.get("TERRAFORM_PROVIDER_MIRROR", ""))


class Workspace:
    """Everything one phase of one job needs to run Terraform, in the job's run directory or another one below it."""

    def __init__(self, context: Context, tools: Tools, phase: str, directory: Path | None = None) -> None:
        self.context = context
        self.phase = phase
        self.run = RunDir(directory or context.run_dir)
        self.binary = binary_find(tools.binary)
        self.mirror = mirror_find(tools.mirror)
        self.secrets = _secrets(context)
        self.control = process.Control(
            context.should_stop,
            time.monotonic() + context.timeout_seconds,
            context.stop_grace_seconds,
            context.on_process,
        )
        self._logs: list[Path] = []

    def say(self, text: str) -> None:
        self.context.emit(LogLine("phase", text))

    def prepare(self) -> None:
        """Make the run directory anew: module, root, values, stored provider lock."""
        module = module_of(self.context)
        self.run.make()
        self._source = self.run.unpack(module.archive)
        require_fitting(self.context.cloud, module.name, self.context.environment, self.run.mentions)
        self.write_root()
        write_json(self.run.variables, dict(self.context.values))
        if asked := self.context.imports:
            write_json(self.run.imports, import_blocks({full_address(each): asked[each] for each in asked}))
        self.write_cli_configuration()
        if module.lock:
            write_private(self.run.lock, module.lock)

    def write_root(self, sensitive_outputs: Iterable[str] = ()) -> None:
        root = root_configuration(
            self.context,
            source=self._source,
            mentions=self.run.mentions,
            sensitive_outputs=sensitive_outputs,
        )
        write_json(self.run.root, root)

    def write_cli_configuration(self) -> None:
        write_private(self.run.cli_configuration, cli_configuration(self.mirror, self._plugin_cache))

    def init(self) -> None:
        """Raises ExecutorError or Stopped."""
        self.say("Preparing Terraform")
        lock, mirrored = self.run.lock, providers(self.mirror) if self.mirror else ()
        if not lock.exists():
            return self._init(locked=False)
        if can_be_light(lock.read_text(encoding="utf-8"), mirrored):
            with light(lock) as outcome:
                self._init(locked=False)
            if not outcome.differs:
                return None
        return self._init(locked=True)

    def _init(self, *, locked: bool) -> None:
        with self._cache_to_itself():
            ended, report = self.command("init", arguments.init(self.binary, locked=locked))
        if ended.returncode != 0:
            raise self.failed(ended, report, "init")

    def working_reuse(self, other: RunDir) -> bool:
        """Take over what `init` made in another directory for the same module and providers; whether that was there."""
        if not other.working.is_dir() or not _same(other.root, self.run.root) or not _same(other.lock, self.run.lock):
            return False
        shutil.copytree(other.working, self.run.working, symlinks=True)
        return True

    def command(self, name: str, command: Sequence[str], *, lasting: bool = False) -> tuple[process.Ended, Report]:
        """Run a command that speaks JSON lines; what it says goes to the job's log.

        One that is `lasting` goes on when this worker has to let go of it (Detached), is started once in the life of
        its output file, and its lines carry their places there.
        """
        translator = self._translator(0 if lasting else None)
        return self.start(name, command, translator.line, lasting=lasting), translator.report

    def start(
        self, name: str, command: Sequence[str], on_line: process.OnLine | None = None, *, lasting: bool = False
    ) -> process.Ended:
        """Run a command. Raises Stopped instead of starting what would be stopped at once."""
        if (why := self.control.why_stop()) is not None:
            raise Stopped(why)
        output = self.log(name)
        self._logs.append(output)
        write_identity(self.run, self.context.cloud, self.context.store)
        with self._identity_forgotten():
            return process.run(
                command,
                directory=self.run.path,
                environment=self._environment(name),
                output=output,
                control=replace(self.control, detaches=lasting),
                on_line=on_line,
                once=lasting,
                name=name,
            )

    def follow(self, handle: Handle, name: str, *, after: int) -> tuple[process.Stop, Report]:
        """Follow a lasting command that a former holder started; lines up to `after` are in the job's log already."""
        output, translator = self.log(name), self._translator(after)
        self._logs.append(output)
        with self._identity_forgotten():
            control = replace(self.control, detaches=True)
            return process.follow(handle, output, control, translator.line, name=name), translator.report

    def log(self, name: str) -> Path:
        return self.run.log(f"{self.phase}-{name}", self.context.start)

    def failed(self, ended: process.Ended, report: Report, name: str) -> ExecutorError | Stopped:
        """What to raise for a command that changes nothing and did not succeed."""
        if ended.stopped:
            return Stopped(ended.stopped)
        if ended.died:
            return ExecutorError("terraform_killed", _KILLED.format(-ended.returncode), retryable=True)
        plain = plain_error(report.errors, list(report.other), process.errors_of(self.log(name)))
        return ExecutorError(plain.code, self.secrets.scrub(plain.detail), retryable=plain.retryable)

    def raw_log(self) -> bytes:
        """Everything the phase's processes wrote so far; holds secrets."""
        return b"".join(path.read_bytes() for path in self._logs if path.exists())

    def _translator(self, after: int | None) -> Translator:
        # An apply repeats the plan that everybody has read.
        return Translator(self.context.emit, self.secrets, tell_plan=self.phase == "plan", after=after)

    def _environment(self, name: str) -> dict[str, str]:
        context = self.context
        found_by = marks(context.job_id, context.start, f"{self.phase}-{name}")
        return child_environment(self.run, context.cloud, context.store, marks=found_by)

    @contextmanager
    def _identity_forgotten(self) -> Iterator[None]:
        """Afterwards, unless the process goes on: it may not have read it yet."""
        try:
            yield
        except Detached:
            raise
        except BaseException:
            forget_identity(self.run)
            raise
        forget_identity(self.run)

    @property
    def _plugin_cache(self) -> Path:
        return self.context.run_dir.parent / _PLUGIN_CACHE

    @contextmanager
    def _cache_to_itself(self) -> Iterator[None]:
        """Terraform's plugin cache is not safe for two inits at once; a mirror needs no cache."""
        if self.mirror is not None:
            yield
            return
        self._plugin_cache.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self._plugin_cache / ".lock").open("w") as lock:
            while not _locked(lock.fileno()):
                if (why := self.control.why_stop()) is not None:
                    raise Stopped(why)
                time.sleep(0.1)
            yield


@contextmanager
def disk_in_words() -> Iterator[None]:
    """A disk that is full or forbidden is a sentence, while nothing has been started yet."""
    try:
        yield
    except OSError as error:
        detail = f"The worker's run directory cannot be used: {error.strerror or error}."
        raise ExecutorError("run_dir_unusable", detail, retryable=True) from error


def _same(one: Path, other: Path) -> bool:
    return one.exists() == other.exists() and (not one.exists() or one.read_bytes() == other.read_bytes())


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _secrets(context: Context) -> Secrets:
    sensitive = set(context.module.sensitive_variables) if context.module else set()
    variables = Secrets(value for name, value in context.values.items() if name in sensitive)
    every = {**context.store.secrets, **context.cloud.secrets}.items()
    credentials = [value for name, value in every if _SECRET_NAME.search(name) and not name.endswith(_PATH_NAMES)]
    return variables.more([*credentials, *context.cloud.masked], shortest=_SHORTEST_CREDENTIAL)
