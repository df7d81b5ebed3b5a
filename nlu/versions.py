"""Making a version: what the bot learns is trained, proven and stored, and answers if that was asked for."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from django.conf import settings

from chatbot_project.mongo.transactions import Transaction, run_transaction

from . import activations, artefacts, catalogue, proving, storage
from .base_data import base_titles
from .encoding import current_encoder
from .model import Model
from .types import Person, TrainingData

_LEFT_OUT_TOLD = 20

Progress = Callable[[str, float], None]
Commit = Callable[[Transaction, str], None]


def version_make(
    *,
    bot: str,
    data: TrainingData,
    titles: Mapping[str, str],
    activate: bool,
    by: Person,
    progress: Progress | None = None,
    commit: Commit = lambda tx, model_id: None,
) -> str:
    """Train, store, mirror the data as rows, and activate if asked; the version's id.

    `commit(tx, model_id)` joins the transaction that makes the version known; what it raises undoes all of it.
    Raises TrainingError; nothing is stored then.
    """
    from . import fitting, kept  # scikit-learn must not come into processes that only understand

    wanted = storage.bot_ensure(bot)
    options = fitting.Options(rejection_rate=wanted.get("rejection_rate", fitting.DEFAULTS.rejection_rate))
    everything = catalogue.with_own_rows(bot, data)
    told = progress or (lambda sentence, share: None)
    model = kept.trained(
        everything, options=options, progress=told, encoder=current_encoder(), directory=settings.NLU["TRAINED_DIR"]
    )
    left_out = catalogue.left_out(bot, data)[:_LEFT_OUT_TOLD]
    model = replace(model, metrics={**model.metrics, "left_out": left_out})
    return version_store(bot=bot, model=model, data=data, titles=titles, activate=activate, by=by, commit=commit)


def version_store(
    *,
    bot: str,
    model: Model,
    data: TrainingData,
    titles: Mapping[str, str],
    activate: bool,
    by: Person,
    commit: Commit = lambda tx, model_id: None,
) -> str:
    """Store a model that was trained on `data` and on own rows, as `version_make` does; the version's id."""
    content = artefacts.dump(model)
    proving.prove(artefacts.load(content))
    stored = storage.artefact_upload(bot, content)
    known = {**base_titles(), **titles}

    def body(tx: Transaction) -> str:
        model_id = storage.model_insert(tx, bot, model, stored)
        commit(tx, model_id)
        catalogue.mirror(tx, bot, data, known)
        if activate:
            activations.activate(tx, model_id, by)
        return model_id

    return run_transaction(body)
