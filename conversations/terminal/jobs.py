"""What a terminal knows about the jobs of its conversation: enough to say which one `/approve` means."""

from .frames import ChatError, Data, Frame

WAITING = "awaiting_approval"
RUNNING = frozenset({"queued", "planning", "approved", "applying", "canceling", "indeterminate", "reconciling"})
BAD_ENDS = frozenset({"failed", "partially_applied", "denied", "rejected", "expired", "superseded", "canceled"})


class JobBoard:
    def __init__(self) -> None:
        self._jobs: dict[str, Data] = {}

    def take(self, frame: Frame) -> None:
        """Remember the newest version of each job."""
        job_id = str(frame.data.get("job_id"))
        if frame.is_job and frame.data.get("version", 0) >= self._jobs.get(job_id, {}).get("version", 0):
            self._jobs.pop(job_id, None)
            self._jobs[job_id] = frame.data

    def all(self) -> list[Data]:
        """The one that changed last is last."""
        return list(self._jobs.values())

    def running(self) -> list[Data]:
        return [job for job in self._jobs.values() if job.get("state") in RUNNING]

    def find(self, prefix: str, *, states: frozenset[str], doing: str) -> Data:
        """The job in one of `states` whose id begins with `prefix`, or the only one. Raises ChatError otherwise."""
        found = [job for job in self.all() if job["state"] in states and str(job["job_id"]).startswith(prefix)]
        if len(found) == 1:
            return found[0]
        if not found:
            raise ChatError(f"There is no job here to {doing}. /jobs lists them.")
        ids = ", ".join(str(job["job_id"])[:8] for job in found)
        raise ChatError(f"Which one? Write /{doing} and the beginning of its number: {ids}")
