"""The machines that starts run on: which one this is, which ones live, which ones an operator has given up.

What was started on a machine can be followed and ended only there (docs/decisions/0013-another-machines-process.md).
"""

from datetime import datetime

from django.conf import settings

from chatbot_project.mongo.connections import collection

from .documents import Document, starts

# Workers say every five seconds that they live.
ALIVE_SECONDS = 30.0


def this_host() -> str:
    """The name by which starts and processes know this machine."""
    return str(settings.WORKER_HOST)


def host_alive(host: str) -> bool:
    """Whether an infrastructure worker of this machine was heard of lately, on the server's clock."""
    return collection("orchestrator_process").find_one({"host": host, **_heard_of_lately()}, {"_id": 1}) is not None


def worker_alive() -> bool:
    """Whether any infrastructure worker was heard of lately, on the server's clock."""
    return collection("orchestrator_process").find_one(_heard_of_lately(), {"_id": 1}) is not None


def host_seen_at(host: str) -> datetime | None:
    """When an infrastructure worker of this machine was last heard of; None after a day, or after a good-bye."""
    worker = {"host": host, "role": settings.QUEUE_INFRASTRUCTURE}
    found = collection("orchestrator_process").find_one(worker, {"seen_at": 1}, sort=[("seen_at", -1)])
    return found["seen_at"] if found else None


def hosts_known() -> list[str]:
    """Machines that something was started on, or that were heard of."""
    names = {*starts().distinct("host"), *collection("orchestrator_process").distinct("host")}
    return sorted(name for name in names if name)


def host_given_up(host: str, started_at: datetime) -> bool:
    """Whether an operator has said that nothing started there at that time runs any more."""
    found = collection("orchestrator_host").find_one({"_id": host})
    return found is not None and found["lost_at"] >= started_at


def host_note_lost(host: str, at: datetime, by: str) -> None:
    """An operator says that the machine is gone for good, with all that ran there until then."""
    lost = {"lost_at": at, "lost_by": by}
    collection("orchestrator_host").update_one({"_id": host}, {"$set": lost}, upsert=True)


def _heard_of_lately() -> Document:
    recently = {"$subtract": ["$$NOW", round(ALIVE_SECONDS * 1000)]}
    return {"role": settings.QUEUE_INFRASTRUCTURE, "$expr": {"$gt": ["$seen_at", recently]}}
