"""The admin's pages say what they administer."""

from typing import Any

import pytest
from django.contrib.admin import site
from django.test import Client
from pymongo.database import Database

from chatbot_project.accounts.models import User
from chatbot_project.admin_site import TASKS
from tests.integration.mongo.clients import page_client


@pytest.fixture
def index(mongo_db: Database[Any]) -> str:
    client = page_client(User.objects.create_superuser("root", password="a long enough password"))
    return client.get("/admin/").content.decode()


def test_it_is_ours(index: str) -> None:
    assert "<title>Overview | Infrachat administration</title>" in index
    assert "Django administration" not in index
    assert "Infrachat administration" in Client().get("/admin/login/").content.decode()


def test_sections_are_named_for_people(index: str) -> None:
    assert "People and their rights" in index
    assert "Knox" not in index


def test_it_is_grouped_by_what_somebody_wants_to_do(index: str) -> None:
    titles = ["What people said", "What bots understand", "What can be asked for", "What happened", "Records of the"]
    assert [each for each in titles if each in index] == titles
    assert index.index("What people said") < index.index("Conversations") < index.index("What bots understand")
    assert 'href="/dashboard/"' in index


def test_every_model_stands_in_it_once(index: str) -> None:
    body = index[index.index('id="content-main"') :]
    for model in site._registry:
        assert f'href="/admin/{model._meta.app_label}/{model._meta.model_name}/"' in body, model
    assert body.count('<tr class="model-') == len(site._registry)


def test_every_model_that_has_a_task_is_registered() -> None:
    registered = {model._meta.label for model in site._registry}
    assert {label for _, _, labels in TASKS for label in labels} <= registered
