"""Running rules in a process of their own, with limits: whatever a rule does, the worker goes on, the plan is denied.

The interpreter is a library of another language that nothing inside this process could stop. Its process has no
environment, so `opa.runtime` shows nothing; it may use so much processor time and memory and is ended after that.
"""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from .child import TOO_MUCH_MEMORY
from .ruleset import RuleSource
from .source import calls, line_of, mistakes
from .verdicts import BadAnswer, Verdict, errored, verdict_read

_PROGRAM = Path(__file__).with_name("child.py")
_POSITION = re.compile(r"\(error \d+:[^|\n]*\|(\d+)\|\d+")
_MESSAGE = re.compile(r"\(errormsg \d+:([^\n]*?)\)\s*(?:\n|$)")
_MOST_INPUT_BYTES = 64_000_000
# A busy machine gives a process less than the processor time it may use.
_WALL_FOR_CPU = 8


@dataclass(frozen=True)
class Limits:
    cpu_seconds: int = 5
    memory_mb: int = 1024


@dataclass(frozen=True)
class Answer:
    """What became of one rule: its verdict, or why it could not be run (`line` from 1, 0 when unknown)."""

    rule: str
    verdict: Verdict
    error: str = ""
    line: int = 0


def rules_judge(rules: Sequence[RuleSource], document: Mapping[str, Any], limits: Limits) -> Verdict:
    """What all rules together say about one input. Never raises on account of a rule: what fails denies."""
    verdict = Verdict()
    for each in rules_run(rules, document, limits):
        verdict += each.verdict
    return verdict


def rules_run(rules: Sequence[RuleSource], document: Mapping[str, Any], limits: Limits) -> Iterator[Answer]:
    """Each rule's answer, in order; one after another that ended the process was not run, and denies as well."""
    wrong = {each.name: found for each in rules if (found := next(mistakes(each.source), None))}
    runnable = [each for each in rules if each.name not in wrong]
    said, begun, why = _asked(runnable, document, limits) if runnable else ({}, "", "")
    for each in rules:
        if each.name in wrong:
            line, error = wrong[each.name]
            yield Answer(each.name, errored(each.name, _at_line(line, error)), error, line)
        elif each.name in said:
            yield _read(each, said[each.name])
        else:
            error = why if each.name == begun else _("Another rule ended the judging before it.")
            yield Answer(each.name, errored(each.name, error), error)


def _asked(
    rules: Sequence[RuleSource], document: Mapping[str, Any], limits: Limits
) -> tuple[dict[str, Mapping[str, Any]], str, str]:
    """What the process answered by rule, in which rule it ended early, and why."""
    question = {
        "rules": [{"name": each.name, "source": each.source} for each in rules],
        "calls": {each.name: calls(each.source) for each in rules},
        "input": document,
    }
    data = json.dumps(question).encode(errors="replace")
    if len(data) > _MOST_INPUT_BYTES:
        return {}, rules[0].name, _("The plan is too large to be judged.")
    output, code = _process(data, limits)
    said: dict[str, Mapping[str, Any]] = {}
    begun = ""
    for line in output.splitlines():
        with suppress(ValueError):  # the last line of a process that was killed may be half a one
            told = json.loads(line)
            begun = told.get("begin", begun)
            if "name" in told:
                said[told["name"]] = told
    return said, begun or rules[0].name, _ending(code, limits)


def _process(data: bytes, limits: Limits) -> tuple[str, int | None]:
    """What the process printed, and its exit code; None when it was ended for being late."""
    where = Path(str(find_spec("regopy").origin)).parents[1]  # type: ignore[union-attr]
    command = [sys.executable, "-I", "-S", "-B", str(_PROGRAM), str(where)]
    command += [str(limits.cpu_seconds), str(limits.memory_mb)]
    with subprocess.Popen(  # noqa: S603 (our own program and numbers)
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
        cwd="/",
        start_new_session=True,
    ) as process:
        try:
            output = process.communicate(data, timeout=limits.cpu_seconds * _WALL_FOR_CPU)[0]
            code: int | None = process.returncode
        except subprocess.TimeoutExpired:
            _end(process)
            output, code = process.communicate()[0], None
        except BaseException:
            _end(process)
            raise
    return output.decode(errors="replace"), code


def _end(process: "subprocess.Popen[bytes]") -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _ending(code: int | None, limits: Limits) -> str:
    if code in (None, -signal.SIGKILL, -signal.SIGXCPU):
        return _("It was not done after %(seconds)s seconds and was ended.") % {"seconds": limits.cpu_seconds}
    if code == TOO_MUCH_MEMORY:
        return _("It wanted more than %(number)s MB of memory and was ended.") % {"number": limits.memory_mb}
    return _("It brought the interpreter down.")


def _read(rule: RuleSource, told: Mapping[str, Any]) -> Answer:
    if "error" in told:
        error, line = _plain(rule, str(told["error"]))
        return Answer(rule.name, errored(rule.name, _at_line(line, error)), error, line)
    try:
        return Answer(rule.name, verdict_read(rule.name, told["result"]))
    except BadAnswer as error:
        return Answer(rule.name, errored(rule.name, str(error)), str(error))


def _plain(rule: RuleSource, said: str) -> tuple[str, int]:
    """An error of the interpreter as a sentence, and its line."""
    kind, _colon, detail = said.partition(": ")
    if kind == "NameError":
        at = rule.source.find(f"{detail}(")
        return _("There is no function %(name)s.") % {"name": detail}, line_of(
            rule.source, len(rule.source[: max(at, 0)].encode())
        )
    position, message = _POSITION.search(said), _MESSAGE.search(said)
    line = line_of(rule.source, int(position[1])) if position else 0
    if message:
        return message[1].strip().rstrip(".") + ".", line
    if "<error>" in said:
        return _("A built-in function or a rule with two values failed while it was run."), line
    return detail.strip()[:300] or _("It cannot be read."), line


def _at_line(line: int, error: str) -> str:
    return _("line %(line)s: %(error)s") % {"line": line, "error": error} if line else error
