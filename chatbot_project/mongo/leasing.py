"""A lease on a document: the right of one process to work on it for a short time, on the server's clock.

The document has `lease_owner`, `lease_fence` (grows with every claim; a write that carries an older one is refused) and
`lease_expires_at`. What belongs to one collection alone (orchestrator.leases, nlu.runs) is built of these.
"""

from datetime import UTC, datetime
from typing import Any

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

CLEARED: dict[str, Any] = {"lease_owner": None, "lease_expires_at": EPOCH}
"""What a document is set to that nobody holds."""


def expired() -> dict[str, Any]:
    """Matches documents that nobody holds."""
    return {"$expr": {"$lte": ["$lease_expires_at", "$$NOW"]}}


def live() -> dict[str, Any]:
    """Matches documents that somebody holds."""
    return {"$expr": {"$gt": ["$lease_expires_at", "$$NOW"]}}


def held_by(owner: str, fence: int) -> dict[str, Any]:
    """Matches as long as this claim is good."""
    return {"lease_owner": owner, "lease_fence": fence, **live()}


def taken(owner: str, seconds: float) -> dict[str, Any]:
    """The `$set` of a pipeline update by which `owner` claims a document."""
    return {
        "lease_owner": {"$literal": owner},
        "lease_fence": {"$add": ["$lease_fence", 1]},
        "lease_expires_at": from_now(seconds),
    }


def from_now(seconds: float) -> dict[str, Any]:
    """A time so far ahead on the server's clock, for pipeline updates."""
    return {"$dateAdd": {"startDate": "$$NOW", "unit": "millisecond", "amount": round(seconds * 1000)}}
