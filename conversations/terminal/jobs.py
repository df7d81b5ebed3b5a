"""What a terminal knows about jobs, of its conversation and of others: enough to say which one `/approve` means."""

from .frames import ChatError, Data, Frame

WAITING = "awaiting_approval"
RUNNING = frozenset({"queued", "planning", "approved", "applying", "canceling", "indeterminate", "reconciling"})
BAD_ENDS = frozenset({"failed", "partially_applied", "denied", "rejected", "expired", "superseded", "canceled"})


class JobBoard:
    def __init__(self) -> None:
        self._jobs: dict[str, Data] = {}
        self._elsewhere: dict[str, Data] = {}

    def take(self, frame: Frame) -> None:
        """Remember the newest version of each job."""
        job_id = str(frame.data.get("job_id"))
        if frame.is_job and frame.data.get("version", 0) >= self._jobs.get(job_id, {}).get("version", 0):
            self._jobs.pop(job_id, None)
            self._jobs[job_id] = frame.data

    def take_elsewhere(self, jobs: list[Data]) -> list[Data]:
        """Remember what waits in other conversations, in place of what was known; those jobs."""
        self._elsewhere = {str(each["job_id"]): each for each in jobs if str(each["job_id"]) not in self._jobs}
        return list(self._elsewhere.values())

    def is_elsewhere(self, job: Data) -> bool:
        return str(job.get("job_id")) in self._elsewhere

    def all(self) -> list[Data]:
        """The jobs of this conversation. The one that changed last is last."""
        return list(self._jobs.values())

    def running(self) -> list[Data]:
        return [job for job in self._jobs.values() if job.get("state") in RUNNING]

    def find(self, prefix: str, *, states: frozenset[str], doing: str) -> Data:
        """The job in one of `states` whose id begins with `prefix`, or the only one. Raises ChatError otherwise."""
        # Those of other conversations must be named.
        known: list[Data] = [*self.all(), *(self._elsewhere.values() if prefix else ())]
        found = [job for job in known if job["state"] in states and str(job["job_id"]).startswith(prefix)]
        if len(found) == 1:
            return found[0]
        if not found:
            raise ChatError(
                f"There is no job here to {doing}. /jobs lists this conversation's, /approvals what waits elsewhere."
            )
        ids = ", ".join(str(job["job_id"])[:8] for job in found)
        raise ChatError(f"Which one? Write /{doing} and the beginning of its number: {ids}")
