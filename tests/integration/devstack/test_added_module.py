"""Somebody's module, unmodified, on the whole stack: added by the command, learned by the bot, asked for in the chat,
planned, approved, applied, and deleted again; by what the documentation says and nothing else."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import httpx
import pytest

from tests.servers.processes import wait_until
from tests.servers.stack import PROJECT, RunningStack, stack_environment, stack_running

pytestmark = [pytest.mark.full, pytest.mark.terraform, pytest.mark.timeout(900)]

MODULE = """
variable "name" {
  type        = string
  description = "Name of the alarm topic."
  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,80}$", var.name))
    error_message = "Use letters, digits, dashes and underscores."
  }
}

variable "display_name" {
  type    = string
  default = null
}

resource "aws_sns_topic" "this" {
  name         = var.name
  display_name = var.display_name
}

output "topic_arn" {
  value = aws_sns_topic.this.arn
}
"""
STEP_SECONDS = 240.0
ENDED = {"succeeded", "failed", "denied", "partially_applied", "indeterminate", "canceled", "no_changes", "superseded"}


@pytest.fixture
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """A stack of its own: what the bot learns here is not what other tests ask it."""
    with stack_running(tmp_path_factory.mktemp("added")) as running_one:
        yield running_one


class Person:
    """Somebody in a conversation, over REST."""

    def __init__(self, stack: RunningStack, name: str) -> None:
        self.http = stack.http(name)
        self.conversation = self.post("conversations/", {})["id"]

    def get(self, path: str) -> Any:
        return self._answer(self.http.get(f"/api/v1/{path}"))

    def post(self, path: str, body: dict[str, Any]) -> Any:
        return self._answer(self.http.post(f"/api/v1/{path}", json=body))

    def say(self, text: str) -> None:
        self.post(f"conversations/{self.conversation}/messages/", {"client_id": str(uuid4()), "text": text})

    def jobs(self) -> list[Any]:
        found: list[Any] = self.get(f"jobs/?conversation={self.conversation}")["results"]
        return found

    def answers(self) -> str:
        frames = self.get(f"conversations/{self.conversation}/messages/")["results"]
        return "\n".join(str(each["data"].get("text", "")) for each in frames)

    def _answer(self, answer: httpx.Response) -> Any:
        assert answer.is_success, f"{answer.request.url}: {answer.status_code} {answer.text[:500]}"
        return answer.json()


def until(condition: Callable[[], Any], what: str) -> Any:
    found: list[Any] = []

    def asked() -> bool:
        found[:] = [condition()]
        return bool(found[0])

    wait_until(asked, seconds=STEP_SECONDS, what=what)
    return found[0]


def test_a_module_becomes_a_word_of_the_chat(own: RunningStack, tmp_path: Path, terraform_binary: str) -> None:
    demo, approver, admin = (Person(own, name) for name in ("demo", "approver", "admin"))
    name = f"pages-{uuid4().hex[:8]}"
    trained = admin.get("models/?bot=default")["results"][0]["id"]

    said = added(own, tmp_path / "terraform-aws-alarm-topic")
    assert "alarm-topic is stored as version" in said
    until(lambda: learned(admin, trained), "the bot has learned the new words, as the scheduler had it do")

    demo.say(f"create an alarm topic called {name} in sandbox")
    job = until(lambda: planned(demo), f"a plan waits; the chat said {demo.answers()}")
    assert (job["subject"], job["environment"], job["plan"]["counts"]["create"]) == ("alarm-topic", "sandbox", 1)
    assert job["approval"]["rule"] == "other", "nobody has looked at the module's risk yet"
    approved(approver, job)
    done = until(lambda: ended(demo, job["job_id"]), "the topic is made")
    assert (done["state"], done["outputs"]["topic_arn"].rpartition(":")[2]) == ("succeeded", name), done
    assert name in topics(own)

    demo.say(f"delete the alarm topic {name}")
    job = until(lambda: planned(demo), "the deletion's plan waits")
    assert job["plan"]["counts"]["delete"] == 1
    approved(approver, job)
    assert until(lambda: ended(demo, job["job_id"]), "the topic is deleted")["state"] == "succeeded"
    assert name not in topics(own)


def added(own: RunningStack, module: Path) -> str:
    """What the command says, as an operator runs it beside the stack."""
    module.mkdir()
    (module / "main.tf").write_text(MODULE)
    env = stack_environment(MONGODB_URI=own.mongodb_uri, DJANGO_SETTINGS_MODULE="chatbot_project.settings.local")
    command = [sys.executable, "manage.py", "blueprint", "add", str(module)]
    done = subprocess.run(command, cwd=PROJECT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def learned(admin: Person, former: str) -> bool:
    runs = admin.get("training-runs/?bot=default")["results"]
    assert not [each for each in runs if each["state"] == "failed"], runs
    latest = admin.get("models/?bot=default")["results"][0]
    return latest["id"] != former and bool(latest["activated_at"])


def planned(person: Person) -> Any:
    waiting = [each for each in person.jobs() if each["state"] == "awaiting_approval"]
    assert not [each for each in person.jobs() if each["state"] in ("failed", "denied")], person.answers()
    return waiting[0] if waiting else None


def approved(approver: Person, job: dict[str, Any]) -> None:
    approver.post(f"jobs/{job['job_id']}/approve/", {"plan_hash": job["plan"]["plan_hash"], "reason": "fine"})


def ended(person: Person, job_id: str) -> Any:
    job = person.get(f"jobs/{job_id}/")
    return job if job["state"] in ENDED else None


def topics(own: RunningStack) -> set[str]:
    client = boto3.client(
        "sns",
        endpoint_url=own.cloud_endpoint,
        region_name="us-east-1",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )
    return {each["TopicArn"].rpartition(":")[2] for each in client.list_topics()["Topics"]}
