"""One training run, from its claim to what came of it. Any process may try; one at a time gets it."""

import logging
from collections.abc import Callable
from functools import partial

from django.utils.translation import gettext as _
from pymongo.errors import PyMongoError

from chatbot_project.mongo.connections import Document
from chatbot_project.mongo.transactions import Transaction

from .. import outside, versions
from ..errors import RunLost
from ..types import Person, TrainingError
from . import store
from .keeper import Keeper
from .states import RunState
from .store import RunLease

logger = logging.getLogger(__name__)

MOST_BEGINNINGS = 3
"""A run whose worker was lost so often is not begun again: it may well be what kills them."""


def run_execute(run_id: str, owner: str, *, told: Callable[[str, float], None] | None = None) -> RunState | None:
    """Train what the run asks for, unless it has ended or somebody is at it (None). `told` hears of its progress too.

    Raises PyMongoError while MongoDB is away; the run is then taken up again later.
    """
    lease = store.run_claim(run_id, owner)
    if lease is None:
        return None
    try:
        with Keeper(lease) as keeper:
            return _worked_off(store.run_get(run_id), lease, keeper, told or (lambda sentence, share: None))
    except RunLost:
        if store.run_is_canceled(run_id):
            logger.info("a training run was canceled", extra={"run_id": run_id})
            return RunState.CANCELED
        logger.warning("a training run was lost to another worker", extra={"run_id": run_id})
        return None
    except PyMongoError:
        # Where it was only this one call that failed, nobody has to wait until the lease runs out.
        store.run_release(lease)
        raise


def _worked_off(run: Document, lease: RunLease, keeper: Keeper, told: Callable[[str, float], None]) -> RunState:
    if lease.fence > MOST_BEGINNINGS:
        store.run_fail(lease, _("Its worker was lost %d times while it trained. Is there too little memory?") % 3)
        return RunState.FAILED

    def progress(sentence: str, share: float) -> None:
        keeper.check()
        store.run_progress(lease, sentence, share)
        told(sentence, share)

    try:
        _train(run, lease, progress)
    except TrainingError as error:
        store.run_refuse(lease, error.mistakes)
        return RunState.REFUSED
    except (RunLost, PyMongoError):
        raise
    except KeyboardInterrupt:
        # Whoever interrupts a command does not want a worker to go on with it.
        store.run_fail(lease, _("It was interrupted."))
        raise
    except Exception:
        logger.exception("a training run failed", extra={"run_id": lease.run_id})
        store.run_fail(lease, _("Something went wrong on our side. The worker's log says more; the bot is unchanged."))
        return RunState.FAILED
    return RunState.SUCCEEDED


def _train(run: Document, lease: RunLease, progress: versions.Progress) -> None:
    source = outside.training_source(run["bot_id"])
    versions.version_make(
        bot=run["bot_id"],
        data=source.data,
        titles=source.titles,
        activate=run["activate"],
        by=Person(**run["asked_by"]),
        progress=progress,
        commit=partial(_commit, lease),
    )


def _commit(lease: RunLease, tx: Transaction, model_id: str) -> None:
    store.run_succeed(tx, lease, model_id)
