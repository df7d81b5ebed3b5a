"""Holding a job while it is worked on: renews the lease, reads the wish to cancel, keeps the time."""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from pymongo.errors import PyMongoError

from . import leases
from .documents import jobs
from .leases import Lease
from .states import JobState

logger = logging.getLogger(__name__)

CANCEL, TIMEOUT, LEASE_LOST = "cancel", "timeout", "lease_lost"

CancelWish = dict[str, Any]


class Heartbeat:
    """A thread per phase. `on_stop(why, wish)` is called on it once, and again at each beat until it returns True.

    A lost lease is final and outranks everything: from then on this worker writes nothing about the job. MongoDB not
    answering is no loss: every write is fenced there, and interrupting an apply would do harm for nothing.
    """

    def __init__(
        self,
        lease: Lease,
        states: Iterable[JobState],
        *,
        interval_seconds: float,
        timeout_seconds: float,
        on_stop: Callable[[str, CancelWish | None], bool],
    ) -> None:
        self._lease, self._states = lease, frozenset(states)
        self._interval = interval_seconds
        self._deadline = time.monotonic() + timeout_seconds
        self._on_stop = on_stop
        self._wish: CancelWish | None = None
        self._lost = threading.Event()
        self._holding = threading.Lock()
        self._told = False
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="job-heartbeat")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        self._thread.join(timeout=self._lease.seconds)

    def why_stop(self) -> str | None:
        """None to go on; costs nothing."""
        if self._lost.is_set():
            return LEASE_LOST
        if self._wish is not None:
            return CANCEL
        return TIMEOUT if time.monotonic() >= self._deadline else None

    def lose(self) -> None:
        """Somebody else found out that the lease is lost."""
        self._lost.set()

    def hold(self) -> bool:
        """Renew the lease, or take it back; False when it is lost. Raises PyMongoError."""
        with self._holding:
            if self._lost.is_set():
                return False
            if leases.renew(self._lease) or self._claim_again():
                return True
            logger.warning("the lease on a job was lost", extra={"job_id": self._lease.job_id})
            self._lost.set()
            return False

    @property
    def lease(self) -> Lease:
        """The lease as it is now: after a long outage it may be another one than at the beginning."""
        return self._lease

    @property
    def wish(self) -> CancelWish | None:
        """Who asked to cancel, and why."""
        return self._wish

    def _run(self) -> None:
        while not self._ended.wait(self._interval) and not self._lost.is_set():
            try:
                self._beat()
            except PyMongoError as error:
                logger.warning("a heartbeat did not reach MongoDB: %s", str(error)[:200])
            except Exception:
                logger.exception("a heartbeat failed")

    def _beat(self) -> None:
        if not self.hold():
            return
        if self._wish is None:
            job = jobs().find_one({"_id": self._lease.job_id}, {"cancel_requested": 1})
            self._wish = (job or {}).get("cancel_requested")
        why = self.why_stop()
        if why in {CANCEL, TIMEOUT} and not self._told:
            self._told = self._on_stop(str(why), self._wish)

    def _claim_again(self) -> bool:
        """Take the lease back that ran out while MongoDB was away, if nobody held the job in between.

        The fence says so: it grows by one with every claim.
        """
        lease = self._lease
        fresh = leases.claim(lease.job_id, lease.owner, self._states, lease.seconds)
        if fresh is None:
            return False
        if fresh.fence != lease.fence + 1:
            leases.release(fresh)
            return False
        logger.warning("the lease on a job ran out and was taken back", extra={"job_id": lease.job_id})
        self._lease = fresh
        return True
