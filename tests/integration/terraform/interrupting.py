"""Applies that are killed in the middle, and what has to be true after they were reconciled."""

import os
import platform
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from orchestrator.executors.base import ApplyOutcome, Reconciled, Started
from orchestrator.executors.terraform.marks import all_end
from tests.integration.terraform.running import Job, Site

HERE = platform.node()


class Interrupted:
    """A job whose Terraform is killed with all its providers, and what its next holders do."""

    def __init__(self, site: Site, job: Job) -> None:
        self.site, self.job = site, job
        self.locks: list[str] = []
        # Half a dozen processes of the provider, each slow on a busy machine.
        job.changed(host=HERE, fence=2, on_lock=self.locks.append, timeout_seconds=600)
        self.plan = job.plan()
        self.start, self.plan_hash = 1, self.plan.plan_hash
        self.at = datetime.now(UTC)

    def kill_when(self, when: Callable[[], bool]) -> ApplyOutcome:
        """Apply, and kill Terraform as soon as `when`, which is asked all the time, says so. On a quick machine it may
        have ended by then: what follows is the same."""
        self.job.lines.clear()
        processes: list[int] = []

        def should_stop() -> None:
            if processes and when():
                with suppress(ProcessLookupError):
                    os.killpg(processes.pop(), signal.SIGKILL)

        def latest(pid: int, started: float) -> None:
            processes[:] = [pid]

        self.job.changed(should_stop=should_stop, on_process=latest)
        outcome: ApplyOutcome = self.job.apply(self.plan_hash)
        self.job.changed(should_stop=lambda: None, on_process=lambda pid, started: None)
        assert not processes or outcome.status == "succeeded", "Terraform ended by itself"
        return outcome

    def kill_after(self, count: int, kind: str = "resource_done") -> ApplyOutcome:
        return self.kill_when(lambda: sum(line.kind == kind for line in self.job.lines) >= count)

    def started(self, **changed: Any) -> Started:
        lock = self.locks[-1] if self.locks else None
        return replace(Started(self.start, self.at, HERE, "worker-1", 2, self.plan_hash, lock_id=lock), **changed)

    def reconcile(self, **changed: Any) -> Reconciled:
        """As the next holder."""
        self.job.changed(fence=self.job.context.fence + 1)
        found: Reconciled = self.job.reconcile(self.started(**changed), self.plan.plan_hash)
        return found

    def go_on(self, found: Reconciled) -> ApplyOutcome:
        """Apply the remainder as the next start."""
        assert found.remainder is not None
        assert found.may_continue
        self.start, self.plan_hash, self.at = self.start + 1, found.remainder.plan_hash, datetime.now(UTC)
        self.locks.clear()
        self.job.changed(start=self.start)
        outcome: ApplyOutcome = self.job.apply(self.plan_hash)
        return outcome

    def finish(self, found: Reconciled) -> None:
        """Everything is there at last, recorded, and as it was approved."""
        if found.status == "remainder":
            outcome = self.go_on(found)
            assert outcome.status == "succeeded", outcome.sentence
        else:
            assert found.status == "succeeded", found.sentence
        self.is_settled()

    def is_settled(self) -> None:
        """Another plan finds nothing to do, nothing runs, and no lock is left."""
        job = self.job
        again = self.site.job(job.context.module, dict(job.context.values), kind=job.context.kind, stack=job.stack)
        outcome = again.plan()
        assert not outcome.has_changes, outcome.sentence
        assert all_end(job.context.job_id) == 0
        assert [key for key in self.site.keys(self.site.store.state_bucket) if key.endswith(".tflock")] == []
