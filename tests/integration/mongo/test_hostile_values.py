"""Strings that would be code somewhere else reach the variables file byte for byte, by REST, by a form and in a chat's
block; what cannot be a value is refused, and nothing of it is stored."""

import contextlib
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from chatbot_project.accounts.models import User
from chatbot_project.mongo.connections import collection
from conversations import services, turns
from conversations.errors import InvalidFrame
from nlu.types import Understanding
from orchestrator.catalog.loader import blueprint_compose
from orchestrator.catalog.sync import blueprint_store
from orchestrator.documents import jobs, unmasked_values
from orchestrator.executors.terraform.rundir import write_json
from tests.hostile_values import as_block, hostile_values, illegal_values

from .chatting import Chat
from .orchestrating import person, seed

pytestmark = pytest.mark.usefixtures("mongo_db", "redis_url")

MODULE = b"""
variable "name" {
  type = string
}
variable "text" {
  type    = string
  default = ""
}
variable "texts" {
  type    = list(string)
  default = []
}
variable "tags" {
  type    = map(string)
  default = {}
}
"""
MANIFEST = """\
name: parcel
title: Parcel
kind: terraform
noun: parcel
risk: {apply: low, destroy: high}
phrases: [create a parcel]
ask: [name, text, texts]
"""
_SAMPLE = 100
_ALL = 2_000


@pytest.fixture
def demo(monkeypatch: pytest.MonkeyPatch) -> User:
    seed()
    blueprint_store(blueprint_compose(MANIFEST, {"main.tf": MODULE}, name="parcel"))

    def understand(text: str, *, bot: str = "default", now: datetime | None = None) -> Understanding:
        # All that may ever be understood are the words around the values.
        assert text in ("create a parcel", "create a parcel:")
        return Understanding(text, "blueprint.parcel.apply", 0.9, 0.5, (), (), ())

    monkeypatch.setattr("nlu.services.understand", understand)
    return person("demo", "requester")


Send = Callable[[dict[str, Any]], None]


def by_rest(user: User) -> Send:
    client = APIClient()
    client.force_authenticate(user)

    def send(values: dict[str, Any]) -> None:
        body = {"kind": "apply", "subject": "parcel", "environment": "staging", "values": values}
        client.post("/api/v1/jobs/", json.dumps(body), content_type="application/json")

    return send


def by_file(user: User) -> Send:
    client = APIClient()
    client.force_authenticate(user)

    def send(values: dict[str, Any]) -> None:
        file = SimpleUploadedFile("values.json", json.dumps({**values, "name": "other"}).encode())
        beside = {"kind": "apply", "subject": "parcel", "environment": "staging"}
        name = json.dumps({"name": values["name"]})
        client.post("/api/v1/jobs/", {**beside, "values": name, "values_file": file}, format="multipart")

    return send


def by_form(user: User) -> Send:
    def send(values: dict[str, Any]) -> None:
        chat = Chat(user)
        chat.say("create a parcel")
        (form,) = chat.frames("form.requested")
        asked = {"form_id": form["form_id"], "values": {"environment": "staging", **values}}
        accepted = services.form_accept(conversation_id=chat.id, user=user, client_id=str(uuid4()), **asked)
        assert turns.turn_process(accepted.turn_id or "")

    return send


def by_chat(user: User) -> Send:
    def send(values: dict[str, Any]) -> None:
        Chat(user).say(f"create a parcel:\n{as_block(environment='staging', **values)}")

    return send


WAYS = (by_rest, by_file, by_form, by_chat)


def arrived(name: str, directory: Path) -> Any:
    """What the variables file of the job of this name says; None where no job was made."""
    job = jobs().find_one({"values.name": name})
    if job is None:
        return None
    path = directory / f"{name}.tfvars.json"
    write_json(path, dict(unmasked_values(job)))
    return json.loads(path.read_bytes())


def batches(values: list[str], size: int) -> list[list[str]]:
    return [values[at : at + size] for at in range(0, len(values), size)]


def try_all(values: list[str], way: Callable[[User], Send], user: User, directory: Path) -> None:
    """Many in one list, and the first of them as a text, as a map's value and as its name."""
    send = way(user)
    # A message of the chat ends at 4,000 characters.
    for number, texts in enumerate(batches(values, 16 if way is by_chat else 100)):
        name = f"{way.__name__}-{number}".replace("_", "-")
        plain = {"text": texts[0], "texts": texts}
        tags = {texts[0].replace("$", "S"): texts[0]}
        send({"name": name, **plain, **({} if way is by_form else {"tags": tags})})
        found = arrived(name, directory)
        assert found is not None, (way.__name__, texts)
        assert {key: found[key] for key in plain} == plain, way.__name__
        assert found.get("tags", tags) == tags
    assert not Path("/tmp/hostile").exists()


@pytest.mark.parametrize("way", WAYS)
def test_a_sample_arrives_byte_for_byte(way: Callable[[User], Send], demo: User, tmp_path: Path) -> None:
    try_all(hostile_values(_ALL)[:_SAMPLE], way, demo, tmp_path)


@pytest.mark.full
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("way", WAYS)
def test_two_thousand_arrive_byte_for_byte(way: Callable[[User], Send], demo: User, tmp_path: Path) -> None:
    try_all(hostile_values(_ALL), way, demo, tmp_path)


@pytest.mark.parametrize("way", WAYS)
def test_what_cannot_be_a_value_is_refused(way: Callable[[User], Send], demo: User, tmp_path: Path) -> None:
    send = way(demo)
    for number, text in enumerate(illegal_values()):
        name = f"{way.__name__}-bad-{number}".replace("_", "-")
        with contextlib.suppress(InvalidFrame, UnicodeEncodeError):
            send({"name": name, "text": text})
        assert arrived(name, tmp_path) is None, text[:20]
    assert collection("orchestrator_job").count_documents({}) == 0
