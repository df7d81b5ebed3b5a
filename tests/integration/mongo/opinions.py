"""A small trained bot with a language model, and a person who talks to it."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

from chatbot_project.accounts.models import User
from chatbot_project.mongo.connections import collection
from conversations import services, turns
from conversations.stream import frames_after
from nlu import language_models, storage
from nlu.active import active_models
from nlu.llm.config import Mode
from nlu.model import Model
from nlu.training import train
from nlu.types import EntityDefinition, IntentDefinition, Person, TrainingData
from nlu.versions import version_store
from tests.integration.mongo.orchestrating import person, seed
from tests.servers.language_model import LanguageModel, number_of, says

NEW, DELETE = "blueprint.object-storage.apply", "blueprint.object-storage.destroy"
DATA = TrainingData(
    intents=(
        IntentDefinition(
            NEW,
            (
                *(
                    "create a bucket",
                    "new bucket {name}",
                    "i need a {environment} bucket",
                    "make a bucket called {name}",
                ),
                *("somewhere to keep files", "a place for our backups", "bucket {name} in {environment}"),
            ),
            ("name", "environment"),
        ),
        IntentDefinition(
            DELETE,
            ("delete the bucket", "delete {name}", "remove my bucket", "destroy the bucket {name}", "get rid of it"),
            ("name", "environment"),
        ),
        IntentDefinition(
            "base.stacks",
            ("what do i have", "show my stacks", "list everything of mine", "my buckets", "all my things"),
        ),
        IntentDefinition("base.approve", ("approve it", "approve", "go ahead", "apply the plan", "ship it now")),
    ),
    entities=(
        EntityDefinition("name", "name"),
        EntityDefinition("environment", "list", {"staging": ("stage",), "production": ("prod",)}),
    ),
    out_of_scope=("order me a pizza", "what is the weather", "tell me a joke", "sing a song", "good grief"),
)
KEY = "sk-never-shown"
UNSURE = "put somewhere for staging files, acme-raw"
_models: list[Model] = []


def teach() -> None:
    """A small catalogue, and a small trained bot for it."""
    seed()
    # So few phrases make no good threshold: this one lies between the requests in so many words and the others.
    _models[:] = _models or [replace(train(DATA), threshold=0.83)]
    storage.bot_ensure("default")
    by = Person(None, "test")
    version_store(bot="default", model=_models[0], data=DATA, titles={}, activate=True, by=by)
    active_models.forget()


class Chat:
    def __init__(self, user: User | None = None) -> None:
        self.user: User = user or person("demo", "requester")
        self.id = services.conversation_create(user=self.user).id

    def write(self, text: str) -> str:
        """Store a message and process it as far as the web process does; the key of its turn."""
        accepted = services.message_accept(conversation_id=self.id, user=self.user, client_id=str(uuid4()), text=text)
        turns.turn_process(accepted.turn_id or "")
        return accepted.turn_id or ""

    def bot(self) -> list[dict[str, Any]]:
        return [each.data for each in frames_after(self.id, 0) if each.data.get("author") == "bot"]


def set_up(model: LanguageModel, mode: Mode = Mode.SECOND_OPINION, **more: Any) -> None:
    document = {
        "mode": mode.value,
        "base_url": model.base_url,
        "model": "small",
        "key_name": "LLM_API_KEY_TEST",
        "timeout_seconds": 5.0,
        "requests_per_day": 100,
        "tokens_per_day": 1_000_000,
        **more,
    }
    collection(language_models.LANGUAGE_MODELS).replace_one({"_id": "default"}, document, upsert=True)


def new_bucket(body: Any) -> str:
    """A helpful model's answer."""
    return says(number_of(body, "blueprint: object storage: apply"), (number_of(body, "name:"), "acme-raw"))
