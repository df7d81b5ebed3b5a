"""Keeps a training run's lease while it is worked on."""

import logging
import threading
from types import TracebackType

from pymongo.errors import PyMongoError

from ..errors import RunLost
from . import store
from .store import RunLease

logger = logging.getLogger(__name__)

_BEAT_SECONDS = store.LEASE_SECONDS / 5


class Keeper:
    """A thread that renews the lease. MongoDB being away is no loss: every write is fenced there."""

    def __init__(self, lease: RunLease) -> None:
        self._lease = lease
        self._ended, self._lost = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="training-lease")

    def __enter__(self) -> "Keeper":
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._ended.set()
        self._thread.join(timeout=store.LEASE_SECONDS)

    def check(self) -> None:
        """Raises RunLost as soon as it is known that another worker has the run."""
        if self._lost.is_set():
            raise RunLost(self._lease.run_id)

    def _run(self) -> None:
        while not self._ended.wait(_BEAT_SECONDS):
            try:
                if not store.run_renew(self._lease):
                    self._lost.set()
                    return
            except PyMongoError as error:
                logger.warning("the lease on a training run was not renewed: %s", str(error)[:200])
