"""`manage.py train_nlu` on the stored catalogue, and the first message it makes understandable."""

from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from pytest_django.fixtures import Settings

from conversations import services, turns
from conversations.stream import frames_after
from nlu import storage
from nlu.active import active_models
from nlu.model import Model
from nlu.types import Person
from nlu.versions import version_store
from orchestrator import selectors
from orchestrator.catalog.sync import catalog_sync
from orchestrator.services import environments_seed
from tests.integration.mongo.orchestrating import person

pytestmark = pytest.mark.usefixtures("mongo_db", "redis_url")


@pytest.fixture(autouse=True)
def no_model_in_memory() -> None:
    active_models.forget()


@pytest.fixture(autouse=True)
def trained_once(settings: Settings) -> None:
    """Whoever comes first in this checkout trains, here or in a stack; the others take that."""
    settings.NLU = {**settings.NLU, "TRAINED_DIR": settings.NLU["ENCODER_DIR"].parent / "trained"}


def test_an_empty_catalogue_is_refused_with_advice():
    with pytest.raises(CommandError, match="is empty"):
        call_command("train_nlu", stdout=StringIO())


def test_without_a_model_the_bot_says_so():
    user = person("demo", "requester")
    chat = services.conversation_create(user=user)
    for text in ("create a bucket", "help"):
        accepted = services.message_accept(conversation_id=chat.id, user=user, client_id=str(uuid4()), text=text)
        assert turns.turn_process(accepted.turn_id or "")
    said = [each.data["text"] for each in frames_after(chat.id, 0) if each.data["author"] == "bot"]
    assert "not trained yet" in said[0]
    assert "I plan and change infrastructure" in said[1]


_trained: list[Model] = []


def teach() -> None:
    """Train on the real catalogue; the second time what the first brought is stored again."""
    environments_seed()
    catalog_sync()
    if _trained:
        storage.bot_ensure("default")
        model, by = _trained[0], Person(None, "test")
        version_store(bot="default", model=model, data=model.data, titles={}, activate=True, by=by)
        return
    call_command("train_nlu", stdout=StringIO())
    _trained.append(storage.model_load(storage.active_model_id("default") or ""))


def say(*texts: str) -> tuple[str, list[str]]:
    """Train on the real catalogue and say it all in a new conversation: what the bot said, what it asked for."""
    teach()
    user = person("demo", "requester")
    chat = services.conversation_create(user=user)
    for text in texts:
        accepted = services.message_accept(conversation_id=chat.id, user=user, client_id=str(uuid4()), text=text)
        assert turns.turn_process(accepted.turn_id or "")
    frames = frames_after(chat.id, 0)
    said = "\n".join(each.data["text"] for each in frames if each.data.get("author") == "bot")
    asked = [field["name"] for each in frames if each.type == "form.requested" for field in each.data["fields"]]
    return said, asked


@pytest.mark.parametrize(
    "text", ["create two buckets", "i want three buckets in production", "make me a couple of networks"]
)
def test_several_at_once_start_nothing_before_it_was_said_that_one_request_makes_one(text: str):
    said, asked = say(text)
    assert selectors.jobs_list(viewer=None) == []
    assert "One request makes one" in said
    assert asked[0] == "name"


def test_an_unknown_environment_is_named_and_none_is_preselected():
    said, _asked = say("create a bucket called BAD NAME in narnia", "good-name", "yes")
    assert "There is no environment called `narnia`. There are: `sandbox`, `staging` and `production`." in said
    assert selectors.jobs_list(viewer=None) == []


def test_another_request_is_not_taken_as_the_name():
    said, asked = say("create a staging bucket", "is there a limit on that?", "what is running")
    assert "did not understand" in said
    assert "Nothing is running" in said
    assert said.count("Say “cancel” to stop.") == len(asked) == 3


def test_training_makes_requests_understandable():
    environments_seed()
    catalog_sync()
    output = StringIO()
    call_command("train_nlu", stdout=output)
    assert "intents" in output.getvalue()
    call_command("train_nlu", "--if-changed", stdout=output)
    assert "knows all this already" in output.getvalue()
    user = person("demo", "requester")
    chat = services.conversation_create(user=user)
    for text in ("create a staging bucket with versioning", "acme-reports"):
        accepted = services.message_accept(conversation_id=chat.id, user=user, client_id=str(uuid4()), text=text)
        assert turns.turn_process(accepted.turn_id or "")
    (job,) = selectors.jobs_list(viewer=user)
    assert (job.environment, job.values["name"], job.values["versioning"]) == ("staging", "acme-reports", True)
