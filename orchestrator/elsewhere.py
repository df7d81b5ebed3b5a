"""Starts whose process is on another machine: left to a worker there, waited for, or given up by an operator."""

from datetime import timedelta

from .documents import Document, jobs, starts, utc_now
from .hosts import ALIVE_SECONDS, host_alive, host_given_up, host_note_lost, host_seen_at, this_host
from .sentences import joined, stated
from .starts import over_at, start_load
from .states import STARTED, JobState
from .types import JobError

WAITING = "waiting_for_host"


def left_to_its_machine(job: Document) -> bool:
    """Whether the process of an interrupted job is on another machine, and a worker lives there to go on with it."""
    row = start_load(job)
    host = row["host"]
    if host == this_host() or host_given_up(host, row["at"]):
        return False
    return host_alive(host) or _just_begun_or_let_go(job)


def waiting_error(job: Document) -> JobError:
    """What people are told while only another machine could say what became of the job."""
    row = start_load(job)
    host, seen = row["host"], host_seen_at(row["host"])
    heard = f"{seen:%Y-%m-%d %H:%M} UTC" if seen else ""
    values: dict[str, str] = {"host": host, "seen": heard, "until": f"{over_at(row):%Y-%m-%d %H:%M} UTC"}
    unheard = stated("It was carried out on the machine %(host)s, of which no worker has been heard.", host=host)
    if seen:
        unheard = stated(
            "It was carried out on the machine %(host)s, of which no worker has been heard since %(seen)s.", **values
        )
    return JobError(
        WAITING,
        joined(
            (
                unheard,
                stated(
                    "Whether it is still at work there cannot be told from here. It goes on when a worker of %(host)s "
                    "is back or the process there has let go of the state's lock, and at %(until)s at the latest. If "
                    "the machine is gone for good, an operator can say so: manage.py host_lost %(host)s",
                    **values,
                ),
            )
        ),
        retryable=True,
    )


def host_give_up(host: str, by: str) -> list[Document]:
    """The machine is gone for good, with all that was started there until now. The jobs that go on by that."""
    from .outbox import wake_again  # brings Celery

    now = utc_now()
    host_note_lost(host, now, by)
    freed = [job for job in jobs().find({"state": {"$in": [each.value for each in STARTED]}}) if _on(host, job)]
    for job in freed:
        jobs().update_one({"_id": job["_id"], "state": job["state"]}, {"$set": {"retry_at": None}})
        wake_again(job["_id"], job["version"], now, 1.0, mark=f"lost-{now:%s}")
    return freed


def _on(host: str, job: Document) -> bool:
    return starts().find_one({"_id": f"{job['_id']}:{job['start']}", "host": host}, {"_id": 1}) is not None


def _just_begun_or_let_go(job: Document) -> bool:
    """A worker that stops says good-bye: the next one of its machine gets the time to come up."""
    recently = utc_now() - timedelta(seconds=ALIVE_SECONDS)
    return job["state"] in (JobState.APPLYING, JobState.CANCELING) and job["updated_at"] > recently
