"""Whether Terraform takes a module as it is: `validate` in a private directory, with no identity and no state.

The module is called as a job would call it, and only its providers are started, to tell their schemas. Nothing is
planned, no data source is read, no provisioner runs.
"""

import json
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestrator.executors.base import ExecutorError
from orchestrator.executors.credentials.registry import demanded_providers
from orchestrator.executors.masking import Secrets

from . import arguments, process
from .binary import binary_find
from .diagnostics import Diagnostic, plain_error
from .environment import sandbox_environment
from .mirror import cli_configuration_for, mirror_find
from .output import Translator
from .root import CALL
from .rundir import RunDir, discard, write_json, write_private
from .workspace import Tools

_SHOWN = 5


@dataclass(frozen=True)
class Subject:
    """A module to be checked: `archive` is its tar.gz, `required` the variables without a default, `providers` the full
    sources of those it may start, `modules` the sources from elsewhere that it may fetch."""

    archive: bytes
    required: Sequence[str]
    providers: Collection[str]
    modules: Collection[str] = ()


def module_check(
    subject: Subject,
    directory: Path,
    tools: Tools,
    *,
    timeout_seconds: float,
    should_stop: Callable[[], str | None] = lambda: None,
) -> None:
    """Raises ExecutorError with the sentences for the module's author. The directory is made and removed."""
    run = RunDir(directory)
    control = process.Control(should_stop, time.monotonic() + timeout_seconds, grace_seconds=5.0)
    try:
        run.make()
        _write(run, subject, tools)
        binary = binary_find(tools.binary)
        _initialise(run, arguments.init_alone(binary), control)
        _require_own_modules(run, subject.modules)
        _validate(run, arguments.validate(binary), control)
    finally:
        discard(run.path)


def _write(run: RunDir, subject: Subject, tools: Tools) -> None:
    source = run.unpack(subject.archive)
    call: dict[str, Any] = {"source": f"./{source.as_posix()}"} | {
        each: f"${{var.{each}}}" for each in subject.required
    }
    root: dict[str, Any] = {"module": {CALL: call}}
    if demanded := demanded_providers(run.mentions):
        root["provider"] = demanded
    if subject.required:
        root["variable"] = {each: {} for each in subject.required}
    write_json(run.root, root)
    write_private(run.cli_configuration, cli_configuration_for(mirror_find(tools.mirror), subject.providers))


def _initialise(run: RunDir, command: Sequence[str], control: process.Control) -> None:
    translator = Translator(lambda line: None, Secrets(()), tell_plan=False)
    ended, output = _run(run, "init", command, control, translator.line)
    if ended.returncode != 0:
        said = translator.report
        plain = plain_error(said.errors, list(said.other), process.errors_of(output))
        raise ExecutorError(plain.code, plain.detail, retryable=plain.retryable)


def _validate(run: RunDir, command: Sequence[str], control: process.Control) -> None:
    """https://developer.hashicorp.com/terraform/cli/commands/validate#json-output-format"""
    _ended, output = _run(run, "validate", command, control, None)
    try:
        document = json.loads(output.read_bytes())
        found = [Diagnostic.read(each) for each in document.get("diagnostics") or ()]
        valid = document["valid"]
    except (ValueError, KeyError, AttributeError) as error:
        said = plain_error((), (), process.errors_of(output))
        raise ExecutorError(said.code, said.detail) from error
    errors = [each for each in found if each.severity == "error"]
    if errors or not valid:
        sentences = list(dict.fromkeys(each.plain().detail for each in errors)) or ["Terraform did not say why."]
        more = f" ({len(sentences) - _SHOWN} more.)" if len(sentences) > _SHOWN else ""
        raise ExecutorError("module_invalid", " ".join(sentences[:_SHOWN]) + more)


def _run(
    run: RunDir, name: str, command: Sequence[str], control: process.Control, on_line: process.OnLine | None
) -> tuple[process.Ended, Path]:
    output = run.log(name, 1)
    ended = process.run(
        command,
        directory=run.path,
        environment=sandbox_environment(run),
        output=output,
        control=control,
        on_line=on_line,
        name=name,
    )
    if ended.stopped:
        detail = "Terraform took too long to look at the module." if ended.stopped == "timeout" else "It was stopped."
        raise ExecutorError("check_stopped", detail, retryable=ended.stopped != "timeout")
    return ended, output


def _require_own_modules(run: RunDir, allowed: Collection[str]) -> None:
    """What Terraform itself says it loaded: nothing from elsewhere may have been read otherwise than we read it."""
    try:
        loaded = json.loads((run.working / "modules" / "modules.json").read_bytes())["Modules"]
    except (OSError, ValueError, KeyError):
        loaded = []
    for each in loaded:
        source = str(each.get("Source", "")).removeprefix("registry.terraform.io/")
        if source and not source.startswith(("./", "../")) and source not in allowed:
            raise ExecutorError("module_outside", f"It fetched a module from outside the archive: {source}.")
