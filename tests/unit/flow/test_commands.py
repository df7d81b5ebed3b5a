"""The worker's command line, and what a message may be."""

from typing import Any

import pytest

from chatbot_project.management.commands.worker import celery_command
from orchestrator import queue, tasks
from orchestrator.errors import QueueUnavailable


def test_no_option_is_forgotten() -> None:
    command = celery_command("infrastructure", 3, "infrastructure@%h")
    for option in (
        "--queues=infrastructure",
        "--concurrency=3",
        "--pool=prefork",
        "-O",
        "fair",
        "--without-mingle",
        "--without-gossip",
    ):
        assert option in command


@pytest.mark.parametrize("message", ["", "not a uuid", None, 7, ["x"], {"job": 1}])
def test_a_message_that_names_no_job_fails_and_so_becomes_a_dead_letter(
    message: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "run_job", lambda *args, **kwargs: pytest.fail("it was run"))
    with pytest.raises(ValueError, match="does not name a job"):
        tasks.run_job_task(message)


def test_a_job_id_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []
    monkeypatch.setattr(tasks, "run_job", lambda job_id, **kwargs: ran.append(job_id) or "succeeded")
    assert tasks.run_job_task("0C7DB0E8-B1E7-4E2B-8C2B-5D8D5C1C0001") == "succeeded"
    assert ran == ["0c7db0e8-b1e7-4e2b-8c2b-5d8d5c1c0001"]


def test_whatever_the_queue_raises_is_one_error(monkeypatch: pytest.MonkeyPatch) -> None:
    class App:
        def send_task(self, *args: Any, **kwargs: Any) -> None:
            raise OSError("connection refused\nand more")

    monkeypatch.setattr(queue, "application", App)
    with pytest.raises(QueueUnavailable, match=r"cannot be reached \(connection refused\)"):
        queue.publish_job("x")
