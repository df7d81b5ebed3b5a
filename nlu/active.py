"""The active model of each bot in this process. A newly activated version is noticed within two seconds."""

import logging
import os
import threading
import time
from dataclasses import dataclass

from pymongo.errors import PyMongoError

from . import proving, storage
from .errors import ArtefactDamaged, EncoderMissing, ModelNotFound, NoModel
from .pipeline import Pipeline

logger = logging.getLogger(__name__)

CHECK_SECONDS = 0.5


@dataclass
class _Entry:
    model_id: str
    pipeline: Pipeline
    checked_at: float
    trouble: str = ""
    """Why it goes on although another version was activated; said once."""


class ActiveModels:
    """Thread-safe. Whoever comes first after CHECK_SECONDS looks and loads; the others go on with what there is."""

    def __init__(self) -> None:
        self._entries: dict[str, _Entry] = {}
        self._lock = threading.Lock()

    def pipeline(self, bot: str) -> Pipeline:
        """Raises NoModel; with MongoDB away the model last seen goes on answering."""
        entry = self._entries.get(bot)
        fresh = entry is not None and time.monotonic() - entry.checked_at < CHECK_SECONDS
        if entry is not None and (fresh or not self._lock.acquire(blocking=False)):
            return entry.pipeline
        if entry is None:
            self._lock.acquire()
        try:
            return self._refreshed(bot, self._entries.get(bot))
        finally:
            self._lock.release()

    def forget(self) -> None:
        """Load anew on the next message."""
        self._entries.clear()

    def after_fork(self) -> None:
        """The parent's other threads, which may have held the lock, are not here to release it."""
        self._lock = threading.Lock()

    def _refreshed(self, bot: str, entry: _Entry | None) -> Pipeline:
        if entry is not None and time.monotonic() - entry.checked_at < CHECK_SECONDS:
            return entry.pipeline  # somebody else loaded it while this thread waited
        try:
            model_id = storage.active_model_id(bot)
            if model_id is None:
                raise NoModel(f"The bot {bot} has no trained model yet: run `python manage.py train_nlu`.", field="bot")
            if entry is None or entry.model_id != model_id:
                entry = _Entry(model_id, proving.prove(storage.model_load(model_id)), 0.0)
                logger.info("bot %s understands with model %s", bot, model_id)
        except (PyMongoError, ArtefactDamaged, EncoderMissing, ModelNotFound) as error:
            if entry is None:
                raise _none_to_go_on_with(bot, error) from error
            if entry.trouble != str(error):
                logger.warning("bot %s goes on with model %s: %s", bot, entry.model_id, error)
            entry.trouble = str(error)
        entry.checked_at = time.monotonic()
        self._entries[bot] = entry
        return entry.pipeline


def _none_to_go_on_with(bot: str, error: Exception) -> Exception:
    """A bot whose version cannot be read is like one without: the words that need none are still understood."""
    if isinstance(error, ArtefactDamaged | ModelNotFound):
        return NoModel(f"The version of the bot {bot} cannot be used: {error}", field="bot")
    return error


active_models = ActiveModels()
os.register_at_fork(after_in_child=active_models.after_fork)
