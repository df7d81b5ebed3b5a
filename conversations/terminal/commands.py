"""The slash commands of the terminal client. Everything else a person writes is a message."""

import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

from .client import ChatClient
from .frames import ChatError
from .jobs import RUNNING, WAITING, JobBoard
from .render import IS_SECRET, STATES, Renderer

HELP = """/approve [job] [yes]   approve the plan that waits (high risk needs the word yes)
/reject [reason]       reject it; one of /approvals by its number: /reject 1a2b3c4d [reason]
/cancel [reason]       cancel the running or waiting job
/why                   why the last proposal was made: your words, the values, the lines of the plan
/correct name=value …  what you meant instead (environment=production, name=acme); plans it anew
/plan [job]            show the plan that waits
/jobs                  jobs of this conversation
/approvals             plans that wait in other conversations
/secret name [job]     show a secret output of what a job made; it is recorded that you did
/set name=value …      answer the questions of the last form
/quit                  leave; the conversation stays and can be resumed
Words do as well: approve, reject, cancel, what is running?"""

_NUMBER = re.compile(r"[0-9a-f]{8}[0-9a-f-]*")

Command = Callable[["Commands", str], Awaitable[None]]


class Quit(Exception):
    """The person wants to leave."""


class Commands:
    """Carries out one line that begins with a slash."""

    def __init__(self, chat: ChatClient, jobs: JobBoard, renderer: Renderer) -> None:
        self.chat, self.jobs, self.renderer = chat, jobs, renderer
        self.form: dict[str, Any] | None = None

    async def run(self, line: str) -> None:
        """Raises ChatError with a sentence when it cannot be done, Quit on /quit."""
        name, _, rest = line[1:].partition(" ")
        command = COMMANDS.get(name)
        if command is None:
            raise ChatError(f"There is no command /{name}. Use one of: {', '.join(f'/{each}' for each in COMMANDS)}.")
        await command(self, rest.strip())

    async def approve(self, rest: str) -> None:
        words = rest.split()
        sure = bool(words) and words[-1].lower() == "yes"
        prefix = words[0] if words and words[0].lower() != "yes" else ""
        job = self.jobs.find(prefix, states=frozenset({WAITING}), doing="approve")
        elsewhere = self.jobs.is_elsewhere(job)
        # One's own request of that risk is not one's own to approve, which the server says at once.
        if elsewhere and job.get("risk") in {"high", "critical"} and not sure:
            self.renderer.plan(job)
            raise ChatError(f"This is {job['risk']} risk. Write /approve {_number(job)} yes to go on.")
        await self.chat.approve(job["job_id"], job["plan"]["plan_hash"])
        if elsewhere:
            self.renderer.note(f"You approved {job['title']}.")
            self.renderer.tell_all(str(job["job_id"]))
            await self.chat.follow(job["job_id"])

    async def reject(self, rest: str) -> None:
        first, _, others = rest.partition(" ")
        named = bool(_NUMBER.fullmatch(first))
        job = self.jobs.find(first if named else "", states=frozenset({WAITING}), doing="reject")
        await self.chat.reject(job["job_id"], others.strip() if named else rest)
        if self.jobs.is_elsewhere(job):
            self.renderer.note(f"You rejected {job['title']}.")

    async def cancel(self, rest: str) -> None:
        job = self.jobs.find("", states=RUNNING | {WAITING}, doing="cancel")
        await self.chat.cancel(job["job_id"], rest)

    async def why(self, rest: str) -> None:
        await self.chat.send_message(f"why {rest}?" if rest else "why?")

    async def correct(self, rest: str) -> None:
        """Of the job that waits or runs, or else of the last one."""
        first, _, others = rest.partition(" ")
        named = bool(_NUMBER.fullmatch(first))
        values = {name: None if value == "" else value for name, value in _pairs(others if named else rest, "correct")}
        mine = [job for job in self.jobs.all() if str(job["job_id"]).startswith(first if named else "")]
        open_ones = [job for job in mine if job["state"] in RUNNING | {WAITING}]
        if len(open_ones) > 1 or not mine:
            # Raises with the numbers to choose from, or that there is none.
            self.jobs.find(first if named else "", states=RUNNING | {WAITING}, doing="correct")
        await self.chat.correct(str((open_ones or mine)[-1]["job_id"]), values)

    async def plan(self, rest: str) -> None:
        self.renderer.plan(self.jobs.find(rest, states=frozenset({WAITING}), doing="plan"))

    async def approvals(self, rest: str) -> None:
        waiting = self.jobs.take_elsewhere(await self.chat.jobs_waiting())
        for job in waiting:
            self.renderer.note(f"{_number(job)}  {job['title']} · asked by {job['requester']['name']}")
        hint = "/plan and a number shows one, /approve or /reject and a number decides it."
        self.renderer.note(hint if waiting else "No plan waits in another conversation.")

    async def list_jobs(self, rest: str) -> None:
        for job in self.jobs.all():
            words = STATES.get(job["state"], (job["state"], ""))[0]
            self.renderer.note(f"{_number(job)}  {job['title']} · {words}")
        if not self.jobs.all():
            self.renderer.note("No jobs in this conversation.")

    async def secret(self, rest: str) -> None:
        name, _, number = rest.partition(" ")
        made = [job for job in self.jobs.all() if str(job["job_id"]).startswith(number.strip())]
        having = [job for job in made if job.get("stack") and (job.get("outputs") or {}).get(name) == IS_SECRET]
        if not having:
            raise ChatError("No job of this conversation made such a secret. Right would be /secret and its name.")
        value = await self.chat.secret(str(having[-1]["stack"]["id"]), name)
        self.renderer.secret(name, value)

    async def set(self, rest: str) -> None:
        if self.form is None:
            raise ChatError("No form is open. Write what you need in your own words.")
        pairs = _pairs(rest, "set")
        types = {field["name"]: str(field.get("type", "string")) for field in self.form.get("fields", [])}
        values = {name: _typed(value, types.get(name, "string")) for name, value in pairs}
        await self.chat.submit_form(str(self.form["form_id"]), values)

    async def help(self, rest: str) -> None:
        self.renderer.note(HELP)

    async def quit(self, rest: str) -> None:
        raise Quit


COMMANDS: dict[str, Command] = {
    "approve": Commands.approve,
    "reject": Commands.reject,
    "cancel": Commands.cancel,
    "why": Commands.why,
    "correct": Commands.correct,
    "plan": Commands.plan,
    "jobs": Commands.list_jobs,
    "approvals": Commands.approvals,
    "secret": Commands.secret,
    "set": Commands.set,
    "help": Commands.help,
    "quit": Commands.quit,
}


def _pairs(text: str, command: str) -> list[tuple[str, str]]:
    """`name=value` as written, several with spaces between them. Raises ChatError."""
    pairs = [pair.partition("=") for pair in text.split()]
    if not pairs or not all(name and equals for name, equals, _ in pairs):
        raise ChatError(f"Right would be /{command} name=value, several with spaces between them.")
    return [(name, value) for name, _, value in pairs]


def _number(job: dict[str, Any]) -> str:
    """As much of a job's id as a person has to write."""
    return str(job["job_id"])[:8]


def _typed(value: str, kind: str) -> Any:
    """Booleans, numbers, lists and maps are written as in JSON; what is not stays text for the server to judge."""
    if kind == "string":
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value.split(",") if kind.startswith(("list", "set")) else value
