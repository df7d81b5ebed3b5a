"""What others ask of language understanding: understand a message, train a bot, activate a version."""

from collections.abc import Callable, Mapping
from datetime import datetime

from chatbot_project.mongo.transactions import run_transaction

from . import activations, catalogue, proving, storage, versions
from .active import active_models
from .encoding import current_encoder
from .model import data_digest
from .models import Bot, new_id
from .runs.execution import run_execute as training_execute
from .runs.requests import training_cancel, training_request
from .runs.store import run_get as training_run
from .types import NluModelView, Person, TrainingData, Understanding

__all__ = [
    "bot_changed",
    "model_activate",
    "model_roll_back",
    "train",
    "trained_on",
    "training_cancel",
    "training_execute",
    "training_request",
    "training_run",
    "understand",
    "version_get",
]

DEFAULT_BOT = "default"
SYSTEM = Person(None, "system")


def understand(text: str, *, bot: str = DEFAULT_BOT, now: datetime | None = None) -> Understanding:
    """What a message means to a bot, by its active model. Any thread; two milliseconds.

    `now` is when it was written, in the time zone of who wrote it: without, this moment in UTC.

    Raises NoModel (retryable) when the bot has no active model.
    """
    return active_models.pipeline(bot).understand(text, now)


def train(
    *,
    bot: str = DEFAULT_BOT,
    data: TrainingData,
    activate: bool = True,
    progress: Callable[[str, float], None] | None = None,
    titles: Mapping[str, str] | None = None,
    by: Person = SYSTEM,
) -> NluModelView:
    """Train a bot on `data` and what its admins added, store the version, and activate it if asked.

    `progress` is called with a sentence and the share done. `titles` are {intent: what it does, for people}. Needs
    scikit-learn: for the background worker and commands. Raises TrainingError naming the phrase that is wrong;
    nothing is stored then.
    """
    model_id = versions.version_make(
        bot=bot, data=data, titles=titles or {}, activate=activate, by=by, progress=progress
    )
    return storage.model_view(model_id)


def bot_changed(*, bot: str) -> None:
    """What belongs to a bot was changed: nobody goes on with what was cached of it. Joins the ORM's transaction."""
    Bot.objects.filter(name=bot).update(revision=new_id())


def model_activate(*, model_id: str, by: Person = SYSTEM) -> NluModelView:
    """Let a version answer for its bot from now on: every process follows within two seconds.

    Its artefact is read, checked and tried first. Raises ModelNotFound, ArtefactDamaged, EncoderMissing; nothing
    changes then.
    """
    proving.prove(storage.model_load(model_id))
    run_transaction(lambda tx: activations.activate(tx, model_id, by))
    return storage.model_view(model_id)


def model_roll_back(*, bot: str = DEFAULT_BOT, by: Person, from_model_id: str | None = None) -> NluModelView:
    """Let the version answer again that did before the active one. With `from_model_id` only while that is active.

    Raises ModelNotFound (there is none before), VersionChanged, ArtefactDamaged, EncoderMissing.
    """
    return storage.model_view(activations.roll_back(bot=bot, by=by, from_model_id=from_model_id))


def trained_on(*, bot: str = DEFAULT_BOT, data: TrainingData) -> bool:
    """Whether the active model was trained on exactly this data (and what admins added) by this engine."""
    model_id = storage.active_model_id(bot)
    if model_id is None:
        return False
    encoder = current_encoder()
    expected = data_digest(catalogue.with_own_rows(bot, data), encoder.id if encoder else None)
    return storage.model_view(model_id).data_digest == expected


def version_get(*, model_id: str) -> NluModelView:
    """Raises ModelNotFound."""
    return storage.model_view(model_id)
