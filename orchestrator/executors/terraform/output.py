"""Terraform's `-json` output as lines of the job's log, and as a report of what happened.

The messages are documented at https://developer.hashicorp.com/terraform/internals/machine-readable-ui.
"""

import json
import re
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from orchestrator.executors.base import LogLine
from orchestrator.executors.masking import Secrets

from .diagnostics import Diagnostic
from .root import shown_address

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_DOING = {"create": "creating", "update": "changing", "delete": "deleting", "read": "reading"}
_DONE = {"create": "created", "update": "changed", "delete": "deleted", "read": "read"}
_PLANNED = {
    "create": "will be created",
    "update": "will be changed",
    "delete": "will be deleted",
    "replace": "will be replaced",
    "read": "will be read",
    "remove": "will be forgotten",
    "move": "was moved",
    "import": "will be imported",
}
# What the log leaves out, because something else says it.
_SILENT = {"version", "init_output", "resource_drift", "refresh_complete", "provision_start", "provision_complete"}
_SILENT_TEXT = re.compile(r"- stack in |Successfully configured the backend|use this backend unless the backend")
# Advice for whoever maintains the module, and for lock files kept by hand.
_SILENT_WARNINGS = {
    "Incomplete lock file information for providers",
    "Argument is deprecated",
    "Argument deprecated",
    "Deprecated attribute",
    "Deprecated Resource",
}

Operation = tuple[str, str]
"""A resource's shown address and what is done to it."""


@dataclass
class Report:
    """What a Terraform process said it did."""

    planned: dict[str, str] = field(default_factory=dict)
    started: list[Operation] = field(default_factory=list)
    done: list[Operation] = field(default_factory=list)
    failed: list[Operation] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    outputs: dict[str, Any] = field(default_factory=dict)
    """As Terraform has them: {name: {"sensitive", "type", "value"}}."""
    summed_up: bool = False
    """An apply said what it did in all: it has succeeded, and its state is saved."""
    other: deque[str] = field(default_factory=lambda: deque(maxlen=30))
    """The last lines that were no JSON."""

    @property
    def errors(self) -> list[Diagnostic]:
        return [each for each in self.diagnostics if each.severity == "error"]


class Translator:
    """Takes lines of output, keeps the report, and emits what people should see, scrubbed of secrets.

    With `after`, what it emits carries its place in the output, and what ends up to there was emitted before.
    """

    def __init__(
        self, emit: Callable[[LogLine], None], secrets: Secrets, *, tell_plan: bool = True, after: int | None = None
    ) -> None:
        self.report = Report()
        self._tell_plan = tell_plan
        self._emit = emit
        self._secrets = secrets
        self._after = after
        self._end: int | None = None

    def line(self, line: str, end: int) -> None:
        """`end` is where the line ends in the output, in bytes."""
        self._end = None if self._after is None else end
        message = _message(line)
        if message is None:
            self._text(_ANSI.sub("", line).strip())
            return
        handle = getattr(self, f"_on_{message.get('type')}", None)
        if handle is not None:
            handle(message)
        elif message.get("type") not in _SILENT:
            self._text(str(message.get("@message", "")).strip(), known=True)

    def _text(self, text: str, *, known: bool = False) -> None:
        if text and not known:
            self.report.other.append(text)
        if text and not _SILENT_TEXT.match(text):
            self._say("line", text)

    def _say(self, kind: str, text: str, resource: str | None = None, **data: Any) -> None:
        if self._after is None or self._end is None or self._end > self._after:
            self._emit(LogLine(kind, self._secrets.scrub(text), resource, self._secrets.mask(data), self._end))

    def _on_planned_change(self, message: Mapping[str, Any]) -> None:
        change = message["change"]
        address, action = shown_address(change["resource"]["addr"]), str(change["action"])
        self.report.planned[address] = action
        if self._tell_plan:
            self._say("line", f"{address} {_PLANNED.get(action, action)}", address, action=action)

    def _on_change_summary(self, message: Mapping[str, Any]) -> None:
        changes = message.get("changes", {})
        self.report.summed_up = changes.get("operation") in {"apply", "destroy"}
        self._say("line", str(message.get("@message", "")), **changes)

    def _on_refresh_start(self, message: Mapping[str, Any]) -> None:
        address, _ = _operation(message)
        self._say("line", f"{address}: reading its present state", address)

    def _on_apply_start(self, message: Mapping[str, Any]) -> None:
        address, action = _operation(message)
        self.report.started.append((address, action))
        self._say("resource_start", f"{address}: {_DOING.get(action, action)}", address, action=action)

    def _on_apply_progress(self, message: Mapping[str, Any]) -> None:
        address, action = _operation(message)
        seconds = message["hook"].get("elapsed_seconds", 0)
        text = f"{address}: still {_DOING.get(action, action)} after {seconds:.0f} s"
        self._say("resource_progress", text, address, action=action, elapsed_seconds=seconds)

    def _on_apply_complete(self, message: Mapping[str, Any]) -> None:
        address, action = _operation(message)
        seconds = message["hook"].get("elapsed_seconds", 0)
        self.report.done.append((address, action))
        text = f"{address}: {_DONE.get(action, action)} in {seconds:.0f} s"
        self._say("resource_done", text, address, action=action, elapsed_seconds=seconds)

    def _on_apply_errored(self, message: Mapping[str, Any]) -> None:
        address, action = _operation(message)
        self.report.failed.append((address, action))
        self._say("resource_failed", f"{address}: {_DOING.get(action, action)} failed", address, action=action)

    def _on_diagnostic(self, message: Mapping[str, Any]) -> None:
        diagnostic = Diagnostic.read(message["diagnostic"])
        if diagnostic.severity == "warning" and diagnostic.summary in _SILENT_WARNINGS:
            return
        self.report.diagnostics.append(diagnostic)
        if diagnostic.about_sensitive_output:  # mended by declaring the output sensitive
            return
        address = shown_address(diagnostic.address) or None
        self._say("diagnostic", diagnostic.plain().detail, address, severity=diagnostic.severity)

    def _on_outputs(self, message: Mapping[str, Any]) -> None:
        # In a plan the same message tells only what would happen to them.
        self.report.outputs = {name: output for name, output in message.get("outputs", {}).items() if "type" in output}


def _message(line: str) -> Mapping[str, Any] | None:
    if not line.startswith("{"):
        return None
    try:
        message = json.loads(line)
    except ValueError:
        return None
    return message if isinstance(message, dict) and "@level" in message else None


def _operation(message: Mapping[str, Any]) -> Operation:
    hook = message["hook"]
    return shown_address(hook["resource"]["addr"]), str(hook.get("action", ""))
