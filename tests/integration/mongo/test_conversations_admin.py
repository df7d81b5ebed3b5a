"""The admin shows conversations and changes none."""

from typing import Any
from uuid import uuid4

import pytest
from django.contrib.admin.utils import quote
from django.test import Client
from pymongo.database import Database

from chatbot_project.accounts.models import User
from conversations import services
from tests.integration.mongo.clients import page_client

MODELS = ["conversation", "frame", "turn", "receipt"]


@pytest.fixture
def client(mongo_db: Database[dict[str, Any]]) -> Client:
    root = User.objects.create_superuser("root")
    conversation = services.conversation_create(user=root)
    services.message_accept(conversation_id=conversation.id, user=root, client_id=str(uuid4()), text="hello there")
    return page_client(root)


@pytest.mark.parametrize("model", MODELS)
def test_it_is_listed_and_read_but_not_changed(client: Client, mongo_db: Database[dict[str, Any]], model: str) -> None:
    found = mongo_db[f"conversations_{model}"].find_one()
    assert found is not None
    base = f"/admin/conversations/{model}/"
    page = f"{base}{quote(found['_id'])}/change/"
    assert client.get(base).status_code == 200
    assert client.get(page).status_code == 200
    assert client.post(page, {"title": "changed"}).status_code == 403
    assert client.get(f"{base}add/").status_code == 403
    assert client.post(f"{base}{quote(found['_id'])}/delete/", {"post": "yes"}).status_code == 403
    assert mongo_db[f"conversations_{model}"].find_one() == found


def test_a_conversation_is_found(client: Client) -> None:
    assert b"hello there" in client.get("/admin/conversations/conversation/?q=hello").content


def test_a_conversation_is_read_as_people_wrote_it(client: Client, mongo_db: Database[dict[str, Any]]) -> None:
    found = mongo_db["conversations_conversation"].find_one()
    assert found is not None
    page = client.get(f"/admin/conversations/conversation/{found['_id']}/change/").content.decode()
    assert "<h2>What was said</h2>" in page
    assert "<p>hello there</p>" in page[page.index("What was said") :]
