"""The admin's pages say what they administer."""

from typing import Any

import pytest
from django.test import Client
from pymongo.database import Database

from chatbot_project.accounts.models import User


@pytest.fixture
def index(mongo_db: Database[Any]) -> str:
    client = Client()
    client.force_login(User.objects.create_superuser("root", password="a long enough password"))
    return client.get("/admin/").content.decode()


def test_it_is_ours(index: str) -> None:
    assert "<title>Overview | Infrachat administration</title>" in index
    assert "Django administration" not in index
    assert "Infrachat administration" in Client().get("/admin/login/").content.decode()


def test_sections_are_named_for_people(index: str) -> None:
    assert "API tokens" in index
    assert "Knox" not in index
