"""Frames as lines for a terminal. Text from the server is never read as markup of the terminal library."""

import json
import re
from dataclasses import replace
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.markdown import Markdown
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from .frames import Data, Frame
from .insight import insight_lines
from .told import Told

STATES = {
    "queued": ("waiting in line", "dim"),
    "planning": ("planning", "cyan"),
    "awaiting_approval": ("waiting for approval", "yellow"),
    "approved": ("approved", "cyan"),
    "applying": ("applying", "cyan"),
    "canceling": ("stopping", "yellow"),
    "indeterminate": ("finding out what happened", "red"),
    "reconciling": ("putting it right", "yellow"),
    "succeeded": ("done", "green"),
    "no_changes": ("nothing to change", "green"),
    "denied": ("denied by policy", "red"),
    "rejected": ("rejected", "red"),
    "expired": ("expired", "red"),
    "superseded": ("out of date", "red"),
    "canceled": ("canceled", "yellow"),
    "failed": ("failed", "red"),
    "partially_applied": ("partly applied", "red"),
}
SIGNS = {"create": ("+", "green"), "update": ("~", "yellow"), "delete": ("-", "red"), "replace": ("±", "red")}
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
LINE_STYLES = {"diagnostic": "red", "resource_failed": "red", "resource_done": "green", "phase": "cyan"}
# What the job itself tells at its end.
TOLD_BY_THE_JOB = frozenset({"result", "output"})
_INDENT = (0, 0, 0, 5)
IS_SECRET = {"sensitive": True}
"""What stands among outputs for one that is in Terraform's state alone."""


class Renderer:
    """Prints what a person should see of each frame; what job, log and bot all know is printed once, by the job."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._told = Told()
        self._without_card: set[str] = set()

    def tell_all(self, job_id: str) -> None:
        """Print all of this job's log: its card is in another conversation, and nothing else tells its result."""
        self._without_card.add(job_id)

    def frame(self, frame: Frame) -> None:
        frame = replace(frame, data=printable(frame.data))
        if frame.type == "message.created":
            self._message(frame.data)
        elif frame.type == "form.requested":
            self._form(frame.data)
        elif frame.is_job:
            self._job(frame.data)
        elif frame.type == "job.event":
            self._log(str(frame.data.get("job_id")), frame.data.get("events", []))
        elif frame.type == "error":
            self.error(str(frame.data.get("detail") or frame.data.get("title")))

    def note(self, text: str) -> None:
        self.console.print(Text(text, style="dim"))

    def secret(self, name: str, value: Any) -> None:
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        self.console.print(Text.assemble((f"{name}  ", "dim"), str(printable(text))))
        self.note("It stands in this window until you clear it.")

    def error(self, text: str) -> None:
        self.console.print(Text(text, style="red"))

    def plan(self, job: Data) -> None:
        """A job's plan: one sentence, and what happens to each resource."""
        job = printable(job)
        plan = job.get("plan") or {}
        lines: list[RenderableType] = [Text(str(plan.get("sentence") or job.get("summary") or ""))]
        lines += [_change(change) for change in plan.get("changes", [])]
        lines += insight_lines(plan)
        lines.append(Text(_approval(job), style="dim"))
        self.console.print(Panel(Group(*lines), title=Text(str(job.get("title"))), title_align="left"))

    def _message(self, data: Data) -> None:
        text = str(data.get("text", ""))
        if data.get("author") == "user":
            self.console.print(Text.assemble(("you  ", "bold cyan"), text))
            return
        if text := self._told.rest(text):
            grid = _two_columns()
            words = Markdown(text) if data.get("format") == "markdown" else Text(text)
            grid.add_row(Text("bot", style="bold green"), words)
            self.console.print(grid)
        if suggestions := data.get("suggestions"):
            self.note("     try: " + " · ".join(str(each) for each in suggestions))

    def _form(self, data: Data) -> None:
        grid = _two_columns()
        for field in data.get("fields", []):
            grid.add_row(Text(str(field.get("name")), style="bold"), Text(_field(field)))
        title = Text(str(data.get("title") or "Questions"))
        hint = Text("Answer in words, or with /set name=value …", style="dim")
        self.console.print(Panel(Group(grid, hint), title=title, title_align="left"))

    def _job(self, job: Data) -> None:
        words, style = STATES.get(str(job.get("state")), (str(job.get("state")), ""))
        self.console.print(Text.assemble(("job  ", "bold"), str(job.get("title")), " · ", (words, style)))
        if job.get("state") in {"awaiting_approval", "denied"} and job.get("plan"):
            self.plan(job)
        if error := job.get("error"):
            self._indented(str(error.get("detail")), "red")
        elif job.get("state") == "succeeded":
            self._outcome(job)
        self._told.job(job)

    def _outcome(self, job: Data) -> None:
        if text := job.get("result_text"):
            self._indented(str(text))
        # An action's outputs are the data of its text.
        if (outputs := job.get("outputs")) and job.get("kind") != "action":
            grid = _two_columns()
            for name, value in outputs.items():
                said = f"secret, shown by /secret {name}" if value == IS_SECRET else str(value)
                grid.add_row(Text(str(name), style="dim"), Text(said))
            self.console.print(Padding(grid, _INDENT))

    def _log(self, job_id: str, events: list[Data]) -> None:
        told = frozenset() if job_id in self._without_card else TOLD_BY_THE_JOB
        for event in events:
            if (text := event.get("text")) and event.get("kind") not in told:
                self._indented(str(text), LINE_STYLES.get(str(event.get("kind")), "dim"))

    def _indented(self, text: str, style: str = "") -> None:
        self.console.print(Padding(Text(text, style=style), _INDENT, expand=False))


def printable(value: Any) -> Any:
    """The value without control characters: nothing that was received may move the cursor or rename the window."""
    if isinstance(value, str):
        return CONTROL.sub("", value)
    if isinstance(value, dict):
        return {name: printable(each) for name, each in value.items()}
    return [printable(each) for each in value] if isinstance(value, list) else value


def _change(change: Data) -> Text:
    sign, style = SIGNS.get(str(change.get("action")), ("·", "dim"))
    mark = ("  not asked for", "yellow") if change.get("cause") else ""
    return Text.assemble((f"{sign} ", style), str(change.get("address")), mark)


def _approval(job: Data) -> str:
    need = job.get("approval") or {}
    if need.get("rule") == "self":
        return "/approve or /reject (words do as well). Nothing happens until you approve."
    if need.get("rule") in {"other", "two"}:
        why = " ".join(str(each) for each in need.get("why") or ())
        return " ".join(
            part
            for part in (
                f"Needs {need.get('needed')} approval(s) by somebody else; {need.get('given')} given.",
                why,
                *(f"{_decider(each)} has approved it." for each in job.get("approvals") or () if _is_given(each)),
                "Who asked for it may withdraw it with /cancel.",
            )
            if part
        )
    return ""


def _is_given(approval: Data) -> bool:
    return approval.get("decision") == "approve" and approval.get("current") is not False


def _decider(approval: Data) -> str:
    name, away = (approval.get("user") or {}).get("name"), approval.get("on_behalf_of")
    return f"{name}, for {away.get('name')}," if away else str(name)


def _field(field: Data) -> str:
    parts: list[Any] = [field.get("label"), field.get("help")]
    if choices := field.get("choices"):
        parts.append("One of: " + ", ".join(str(each) for each in choices) + ".")
    if field.get("default") is not None:
        parts.append(f"Otherwise {field['default']}.")
    return " · ".join(str(part) for part in parts if part)


def _two_columns() -> Table:
    grid = Table.grid(padding=(0, 2), expand=True)
    grid.add_column(no_wrap=True)
    grid.add_column(ratio=1)
    return grid
