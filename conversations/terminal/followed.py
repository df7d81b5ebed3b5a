"""Which jobs' logs a client follows, and the last line it has of each."""

import json
from uuid import uuid4

from .frames import Frame


class FollowedJobs:
    def __init__(self) -> None:
        self._last: dict[str, int] = {}

    def start(self, job_id: str, after: int | None) -> int:
        """Begin to follow; the number to ask from."""
        self._last[job_id] = self._last.get(job_id, 0) if after is None else after
        return self._last[job_id]

    def fresh(self, frame: Frame) -> Frame | None:
        """The frame with only those lines that were not seen before; None when there are none."""
        job_id = str(frame.data.get("job_id"))
        last = self._last.get(job_id, 0)
        events = [event for event in frame.data.get("events", []) if event.get("log_seq", 0) > last]
        if not events:
            return None
        self._last[job_id] = events[-1]["log_seq"]
        return Frame(type=frame.type, data={**frame.data, "events": events}, id=frame.id, ts=frame.ts)

    def requests(self) -> list[str]:
        """The frames that ask for the rest of every followed log, after a reconnect."""
        return [
            json.dumps(
                {"v": 1, "type": "job.follow", "data": {"client_id": str(uuid4()), "job_id": job_id, "after": after}}
            )
            for job_id, after in self._last.items()
        ]
