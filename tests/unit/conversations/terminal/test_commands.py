"""Deciding on a terminal what waits in somebody else's conversation."""

import io
from typing import Any

import pytest
from rich.console import Console

from conversations.terminal.commands import Commands
from conversations.terminal.frames import ChatError, Frame
from conversations.terminal.jobs import JobBoard
from conversations.terminal.render import Renderer

OLD = "0b7e2c1e-0000-4000-8000-000000000002"
THEIRS = {
    "job_id": "7f534775-0000-4000-8000-000000000001",
    "state": "awaiting_approval",
    "version": 3,
    "title": "delete staging bucket acme",
    "risk": "high",
    "requester": {"id": "1", "name": "demo"},
    "plan": {"plan_hash": "hash-1", "sentence": "Deletes 6 resources.", "changes": []},
    "approval": {"rule": "other", "needed": 1, "given": 0},
}


class Chat:
    """Stands in for ChatClient: answers what waits, remembers what it was told."""

    def __init__(self) -> None:
        self.done: list[tuple[Any, ...]] = []

    async def jobs_waiting(self) -> list[dict[str, Any]]:
        return [THEIRS]

    async def approve(self, job_id: str, plan_hash: str) -> None:
        self.done.append(("approve", job_id, plan_hash))

    async def reject(self, job_id: str, reason: str) -> None:
        self.done.append(("reject", job_id, reason))

    async def correct(self, job_id: str, values: dict[str, Any]) -> None:
        self.done.append(("correct", job_id, values))

    async def send_message(self, text: str) -> None:
        self.done.append(("say", text))

    async def secret(self, stack_id: str, output: str) -> str:
        self.done.append(("secret", stack_id, output))
        return "hunter2\x1b[31m"

    async def follow(self, job_id: str) -> None:
        self.done.append(("follow", job_id))


class Terminal:
    def __init__(self) -> None:
        self.chat, self.jobs, self._out = Chat(), JobBoard(), io.StringIO()
        self.renderer = Renderer(Console(file=self._out, width=120, force_terminal=False))
        self.commands = Commands(self.chat, self.jobs, self.renderer)  # type: ignore[arg-type]

    async def run(self, line: str) -> str:
        await self.commands.run(line)
        return self._out.getvalue()


async def test_what_waits_elsewhere_is_listed_shown_and_approved_with_care() -> None:
    terminal = Terminal()
    assert "7f534775  delete staging bucket acme · asked by demo" in await terminal.run("/approvals")
    assert "Deletes 6 resources." in await terminal.run("/plan 7f53")
    with pytest.raises(ChatError, match=r"high risk. Write /approve 7f534775 yes"):
        await terminal.run("/approve 7f534775")
    assert terminal.chat.done == []
    assert "You approved delete staging bucket acme." in await terminal.run("/approve 7f534775 yes")
    assert terminal.chat.done == [("approve", THEIRS["job_id"], "hash-1"), ("follow", THEIRS["job_id"])]


async def test_its_end_is_told_by_its_log_for_it_has_no_card_here() -> None:
    terminal = Terminal()
    await terminal.run("/approvals")
    await terminal.run("/approve 7f534775 yes")
    line = {"log_seq": 1, "kind": "result", "text": "Done: 6 deleted."}
    terminal.renderer.frame(Frame("job.event", {"job_id": THEIRS["job_id"], "events": [line]}))
    assert "Done: 6 deleted." in await terminal.run("/jobs")


async def test_it_is_rejected_by_its_number_with_a_reason() -> None:
    terminal = Terminal()
    await terminal.run("/approvals")
    await terminal.run("/reject 7f534775 still in use")
    assert terminal.chat.done == [("reject", THEIRS["job_id"], "still in use")]


async def test_what_was_not_named_is_never_somebody_elses() -> None:
    terminal = Terminal()
    await terminal.run("/approvals")
    with pytest.raises(ChatError, match="no job here to approve"):
        await terminal.run("/approve yes")
    with pytest.raises(ChatError, match="no job here to reject"):
        await terminal.run("/reject it is wrong")


async def test_ones_own_high_risk_asks_for_no_yes_that_would_not_help() -> None:
    terminal = Terminal()
    terminal.jobs.take(Frame("job.updated", THEIRS, seq=1))
    await terminal.run("/approve")
    assert terminal.chat.done == [("approve", THEIRS["job_id"], "hash-1")]


async def test_what_was_meant_instead_is_sent_for_the_job_that_waits() -> None:
    terminal = Terminal()
    terminal.jobs.take(Frame("job.created", {**THEIRS, "job_id": OLD, "state": "succeeded"}, seq=1))
    terminal.jobs.take(Frame("job.created", THEIRS, seq=2))
    await terminal.run("/correct environment=production tags=")
    assert terminal.chat.done == [("correct", THEIRS["job_id"], {"environment": "production", "tags": None})]
    await terminal.run(f"/correct {OLD[:8]} name=acme-logs")
    assert terminal.chat.done[-1] == ("correct", OLD, {"name": "acme-logs"})
    with pytest.raises(ChatError, match="Right would be /correct name=value"):
        await terminal.run("/correct production")


async def test_nothing_to_correct_is_said() -> None:
    with pytest.raises(ChatError, match="no job here to correct"):
        await Terminal().run("/correct name=x")


async def test_why_is_asked_in_words() -> None:
    terminal = Terminal()
    await terminal.run("/why")
    await terminal.run("/why staging")
    assert terminal.chat.done == [("say", "why?"), ("say", "why staging?")]


async def test_a_secret_of_what_a_job_made_is_shown() -> None:
    terminal = Terminal()
    made = {"state": "succeeded", "title": "create vault", "stack": {"id": "s1"}, "version": 4}
    job = {**made, "job_id": OLD, "outputs": {"arn": "arn:vault", "password": {"sensitive": True}}}
    terminal.jobs.take(Frame("job.updated", job, seq=1))
    terminal.renderer.frame(Frame("job.updated", job, seq=1))
    for wrong in ("/secret", "/secret arn", "/secret password 99"):
        with pytest.raises(ChatError, match="Right would be /secret and its name"):
            await terminal.run(wrong)
    told = await terminal.run(f"/secret password {OLD[:8]}")
    assert terminal.chat.done == [("secret", "s1", "password")]
    assert "secret, shown by /secret password" in told
    assert "hunter2" in told
    assert "\x1b" not in told
