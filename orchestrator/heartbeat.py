"""Holding a job while it is worked on: renews the lease, reads the wish to cancel, keeps the time."""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from pymongo.errors import PyMongoError

from . import leases, shutdown
from .documents import jobs
from .leases import Lease
from .states import JobState

logger = logging.getLogger(__name__)

CANCEL, TIMEOUT, LEASE_LOST = "cancel", "timeout", "lease_lost"
HANDOVER, SHUTDOWN = "handover", "shutdown"

_SHUTDOWNS = {shutdown.HANDOVER: HANDOVER, shutdown.INTERRUPT: SHUTDOWN}

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
        on_beat: Callable[[], None] = lambda: None,
    ) -> None:
        self._lease, self._states = lease, frozenset(states)
        self._interval = interval_seconds
        self._deadline = time.monotonic() + timeout_seconds
        self._on_stop, self._on_beat = on_stop, on_beat
        self._wish: CancelWish | None = None
        self._lost = threading.Event()
        self._holding = threading.Lock()
        self._told = self._leaving = False
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="job-heartbeat")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        self._thread.join(timeout=self._lease.seconds)

    def why_stop(self, *, heed_cancel: bool = True) -> str | None:
        """None to go on; costs nothing. What concerns this worker outranks what concerns the job: its next worker
        finds the wish and the time limit as they are."""
        if self._lost.is_set():
            return LEASE_LOST
        if (mode := shutdown.requested()) is not None:
            return _SHUTDOWNS[mode]
        return self._why_end(heed_cancel)

    def limit(self, seconds: float) -> None:
        """From now on there is so much time."""
        self._deadline = time.monotonic() + seconds

    def leave(self) -> None:
        """The job is about to be moved out of this worker's hands."""
        self._leaving = True

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
            # Our own last move ends the lease too, and a beat at that moment cannot tell.
            level = logging.DEBUG if self._leaving else logging.WARNING
            logger.log(level, "the lease on a job was lost", extra={"job_id": self._lease.job_id})
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
        self._on_beat()
        why = self._why_end()
        if why is not None and not self._told:
            self._told = self._on_stop(why, self._wish)

    def _why_end(self, heed_cancel: bool = True) -> str | None:
        """Why the job itself is to end, whatever becomes of this worker: a wish or the time."""
        if self._wish is not None and heed_cancel:
            return CANCEL
        return TIMEOUT if time.monotonic() >= self._deadline else None

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
