"""What others ask of language understanding: understand a message, train a bot, activate a version."""

from collections.abc import Callable, Mapping

from . import catalogue, storage
from .active import active_models
from .base_data import base_titles
from .encoding import current_encoder
from .model import data_digest
from .types import NluModelView, TrainingData, Understanding

__all__ = ["model_activate", "train", "trained_on", "understand"]

DEFAULT_BOT = "default"


def understand(text: str, *, bot: str = DEFAULT_BOT) -> Understanding:
    """What a message means to a bot, by its active model. Any thread; two milliseconds.

    Raises NoModel (retryable) when the bot has no active model.
    """
    return active_models.pipeline(bot).understand(text)


def train(
    *,
    bot: str = DEFAULT_BOT,
    data: TrainingData,
    activate: bool = True,
    progress: Callable[[str, float], None] | None = None,
    titles: Mapping[str, str] | None = None,
) -> NluModelView:
    """Train a bot on `data` and what its admins added, store the version, and activate it if asked.

    `progress` is called with a sentence and the share done. `titles` are {intent: what it does, for people}. Needs
    scikit-learn: for the background worker and commands. Raises TrainingError naming the phrase that is wrong;
    nothing is stored then.
    """
    from . import fitting, training  # scikit-learn must not come into processes that only understand

    settings = storage.bot_ensure(bot)
    options = fitting.Options(rejection_rate=settings.get("rejection_rate", fitting.DEFAULTS.rejection_rate))
    encoder = current_encoder()
    everything = catalogue.with_own_rows(bot, data)
    model = training.train(everything, options=options, progress=progress, encoder=encoder)
    model_id = storage.model_store(bot, model)
    catalogue.mirror(bot, data, {**base_titles(), **(titles or {})})
    return model_activate(model_id=model_id) if activate else storage.model_view(model_id)


def model_activate(*, model_id: str) -> NluModelView:
    """Let a version answer for its bot from now on: every process follows within two seconds.

    Its artefact is read and checked first. Raises ModelNotFound, ArtefactDamaged; nothing changes then.
    """
    storage.model_load(model_id)
    storage.model_activate(model_id)
    return storage.model_view(model_id)


def trained_on(*, bot: str = DEFAULT_BOT, data: TrainingData) -> bool:
    """Whether the active model was trained on exactly this data (and what admins added) by this engine."""
    model_id = storage.active_model_id(bot)
    if model_id is None:
        return False
    encoder = current_encoder()
    expected = data_digest(catalogue.with_own_rows(bot, data), encoder.id if encoder else None)
    return storage.model_view(model_id).data_digest == expected
