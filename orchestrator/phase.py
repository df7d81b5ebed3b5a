"""One phase of one job in this worker's hands: its lease, its log, its moves."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from types import TracebackType
from typing import Any

from django.conf import settings
from pymongo.errors import PyMongoError

from chatbot_project.mongo.transactions import Transaction, run_transaction

from . import leases
from .contexts import context_make
from .documents import Document, actor_view, job_load
from .errors import Conflict, LeaseLost, OrchestratorError
from .executors.base import Context, LogLine
from .heartbeat import HANDOVER, LEASE_LOST, SHUTDOWN, TIMEOUT, CancelWish, Heartbeat
from .joblog import JobLog
from .leases import Lease
from .logbuffer import LogBuffer
from .sentences import joined, stated
from .starts import StartNotes
from .states import TRANSITIONS, WORKING, JobState
from .transitions import note, transition
from .types import Actor, JobView

logger = logging.getLogger(__name__)

_PAUSE_SECONDS = 0.5


class Phase:
    """A context manager around planning, applying, and taking an apply over.

    `stopping` is what becomes of the job at once when it is to stop, as soon as that move is possible, or None when it
    stays where it is until the executor has ended.
    """

    def __init__(
        self, job: Document, lease: Lease, actor: Actor, *, timeout_seconds: float, stopping: JobState | None = None
    ) -> None:
        self._job_id = str(job["_id"])
        self._actor = actor
        self._stopping = stopping
        self._timeout_seconds = timeout_seconds
        self._moving = threading.Lock()
        self.state, self.version = JobState(job["state"]), int(job["version"])
        # By an earlier start of the same job, as far as it was found out.
        self.changed_before = bool((job["found"] or {}).get("changed"))
        self._notes = StartNotes(lambda: self.lease, self._lose)
        self._heartbeat = Heartbeat(
            lease,
            {self.state} | WORKING,
            interval_seconds=settings.ORCHESTRATOR["HEARTBEAT_SECONDS"],
            timeout_seconds=timeout_seconds,
            on_stop=self._stop,
            on_beat=self._notes.repeat,
        )
        self._log: LogBuffer | None = None

    def __enter__(self) -> "Phase":
        self._log = LogBuffer(JobLog.open(self.lease), self._lose)
        self._heartbeat.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._heartbeat.stop()
        if self._log is not None:
            self._log.close(1.0)
        if not self.lost:
            self._release()

    @property
    def lease(self) -> Lease:
        return self._heartbeat.lease

    @property
    def lost(self) -> bool:
        return self.why_stop() == LEASE_LOST

    @property
    def cancel_wish(self) -> CancelWish | None:
        return self._heartbeat.wish

    def why_stop(self) -> str | None:
        return self._heartbeat.why_stop()

    def emit(self, line: LogLine) -> None:
        if self._log is not None:
            self._log.emit(line)

    def say(self, text: str) -> None:
        """A line of our own in the job's log."""
        self.emit(LogLine(kind="phase", text=text))

    def limit(self, seconds: float) -> None:
        """What begins now has so much time."""
        self._timeout_seconds = seconds
        self._heartbeat.limit(seconds)

    def context(self, *, start: int, policy_version: str) -> Context:
        """For an executor that only looks: whatever it runs is broken off when this worker ends. Raises
        ExecutorError."""
        return self._context(start, policy_version, should_stop=self._why_break_off)

    def context_following(self, *, start: int, policy_version: str, begun: bool = False) -> Context:
        """For an executor that starts the apply, or follows one that has `begun`: its process outlives this worker,
        and is recorded with the start. Raises ExecutorError."""
        return self._context(
            start,
            policy_version,
            should_stop=self.why_stop,
            emit=lambda line: self.emit(line if line.offset is None else replace(line, start=start)),
            on_process=partial(self._notes.process, start),
            on_lock=partial(self._notes.lock, start),
            begun=begun,
        )

    def context_settling(self, *, start: int, policy_version: str) -> Context:
        """For an executor that finds out what a start did: a wish to cancel does not keep it from that. Raises
        ExecutorError."""
        return self._context(start, policy_version, should_stop=partial(self._why_break_off, False), begun=True)

    def _context(
        self,
        start: int,
        policy_version: str,
        *,
        should_stop: Callable[[], str | None],
        emit: Callable[[LogLine], None] | None = None,
        on_process: Callable[[int, float], None] = lambda pid, started: None,
        on_lock: Callable[[str], None] = lambda lock_id: None,
        begun: bool = False,
    ) -> Context:
        job = job_load(self._job_id)
        if job is None:
            raise LeaseLost("The job is not there any more.")
        return context_make(
            job,
            start=start,
            policy_version=policy_version,
            timeout_seconds=self._timeout_seconds,
            fence=self.lease.fence,
            emit=emit or (lambda line: self.emit(replace(line, offset=None))),
            should_stop=should_stop,
            on_process=on_process,
            on_lock=on_lock,
            begun=begun,
        )

    def _why_break_off(self, heed_cancel: bool = True) -> str | None:
        """There is nothing that could be handed over."""
        why = self._heartbeat.why_stop(heed_cancel=heed_cancel)
        return SHUTDOWN if why == HANDOVER else why

    def taken_over(self, reason: str) -> None:
        """Record that another worker goes on with the job. Raises LeaseLost, Conflict."""
        with self._moving:
            wanted = {"_id": self._job_id, "state": self.state.value, "version": self.version}
            noted = run_transaction(lambda tx: note(tx, wanted, self._actor, reason, self.lease))
            self.version = int(noted["version"])

    def hand_over(self) -> None:
        """Let go of the job so that the next worker takes it at once."""
        if self._log is not None:
            self._log.close(self.lease.seconds)
        self._heartbeat.stop()  # it would take the lease back
        try:
            leases.hand_over(self.lease)
        except PyMongoError as error:
            logger.warning("a job could not be handed over, its lease will run out: %s", str(error)[:200])

    def move(
        self,
        to_state: JobState,
        reason: str,
        *,
        actor: Actor | None = None,
        changes: Mapping[str, Any] | None = None,
        quiet: bool = False,
        also: Callable[[Transaction], None] = lambda tx: None,
    ) -> JobView:
        """Move the job on; waits for MongoDB as long as the lease may still be ours. All log lines come before the
        last move. `also` writes in the same transaction.

        Raises LeaseLost, and what `transition` raises.
        """
        if to_state not in WORKING:
            self._prepare_to_leave()
        with self._moving:
            return self._patiently(
                lambda: self._transition(to_state, reason, actor or self._actor, changes, quiet=quiet, also=also)
            )

    def cancel(self, reason: str, *, changes: Mapping[str, Any] | None = None) -> JobView:
        """End as canceled, by way of the state that shows it is stopping, which the heartbeat may have entered."""
        self._prepare_to_leave()
        with self._moving:
            stopping = self._stopping
            if stopping is not None and self._can_become(stopping):
                self._patiently(lambda: self._transition(stopping, stated("stopping"), self._actor, None))
            return self._patiently(lambda: self._transition(JobState.CANCELED, reason, self._actor, changes))

    def _prepare_to_leave(self) -> None:
        if self._log is not None:
            self._log.close(self.lease.seconds)
        self._heartbeat.leave()

    def _patiently(self, attempt: Callable[[], JobView]) -> JobView:
        taken_back = False
        while True:
            try:
                return attempt()
            except LeaseLost:
                # It may have run out a moment ago because MongoDB was away, and still be nobody else's.
                if taken_back or not self._heartbeat.hold():
                    raise
                taken_back = True
            except PyMongoError as error:
                logger.warning("a job's move waits for MongoDB: %s", str(error)[:200])
                if self.lost:
                    raise LeaseLost("The lease ran out while MongoDB was away.") from error
                time.sleep(_PAUSE_SECONDS)

    def _transition(
        self,
        to_state: JobState,
        reason: str,
        actor: Actor,
        changes: Mapping[str, Any] | None,
        *,
        quiet: bool = False,
        also: Callable[[Transaction], None] = lambda tx: None,
    ) -> JobView:
        def body(tx: Transaction) -> JobView:
            also(tx)
            return transition(
                job_id=self._job_id,
                from_state=self.state,
                to_state=to_state,
                version=self.version,
                actor=actor,
                reason=reason,
                changes=changes,
                lease=self.lease,
                quiet=quiet,
                tx=tx,
            )

        try:
            view = run_transaction(body)
        except (Conflict, LeaseLost):
            found = self._already(to_state)
            if found is None:
                raise
            view = found
        self.state, self.version = view.state, view.version
        return view

    def _already(self, to_state: JobState) -> JobView | None:
        """The job, if an earlier attempt of this very move was stored and only its answer was lost."""
        from .selectors import job_get

        view = job_get(self._job_id)
        return view if (view.state, view.version) == (to_state, self.version + 1) else None

    def _stop(self, why: str, wish: CancelWish | None) -> bool:
        """On the heartbeat's thread: show that it is stopping. Whether that is done."""
        if self._stopping is None or self.state is self._stopping:
            return True
        if not self._can_become(self._stopping):
            return False
        actor = actor_view(wish["actor"]) if wish else self._actor
        late = stated("it took longer than %(seconds)s s", seconds=f"{self._timeout_seconds:g}")
        reason = late if why == TIMEOUT else _said(actor, wish)
        with self._moving:
            if self.state is self._stopping:
                return True
            try:
                self._transition(self._stopping, reason, actor, None)
            except OrchestratorError as error:
                # The phase has just ended by itself: its own move came first.
                logger.info("stopping came too late: %s", error, extra={"job_id": self._job_id})
        return True

    def _lose(self) -> None:
        self._heartbeat.lose()

    def _can_become(self, state: JobState) -> bool:
        return state in TRANSITIONS.get(self.state, ())

    def _release(self) -> None:
        try:
            leases.release(self.lease)
        except PyMongoError as error:
            logger.warning("a lease could not be released and will run out: %s", str(error)[:200])


def _said(actor: Actor, wish: CancelWish | None) -> str:
    reason = (wish or {}).get("reason") or ""
    asked = stated("cancellation asked for by %(name)s", name=actor.name)
    return joined((asked, reason), ": ") if reason else asked
