"""The states of a job and the moves between them: the one table that everything else obeys.

from               to
-----------------  ----------------------------------------------------------------------------------------------
queued             planning, canceled
planning           awaiting_approval, approved (none needed), no_changes, denied (policy), succeeded (drift report),
                   failed, queued (worker lost), canceled
awaiting_approval  approved, rejected, expired, superseded, canceled
approved           applying, superseded (plan no longer what was approved), expired, canceled
applying           succeeded, partially_applied, failed (nothing changed), canceling, indeterminate (worker lost)
canceling          canceled (nothing changed), partially_applied, succeeded, failed, indeterminate
indeterminate      reconciling
reconciling        succeeded, partially_applied, failed, applying (the proven remainder, start n+1),
                   awaiting_approval, indeterminate

Terminal: succeeded, no_changes, denied, rejected, expired, superseded, canceled, failed, partially_applied.
"""

from enum import StrEnum


class JobState(StrEnum):
    QUEUED = "queued"
    PLANNING = "planning"
    AWAITING_APPROVAL = "awaiting_approval"
    APPROVED = "approved"
    APPLYING = "applying"
    CANCELING = "canceling"
    INDETERMINATE = "indeterminate"
    RECONCILING = "reconciling"
    SUCCEEDED = "succeeded"
    NO_CHANGES = "no_changes"
    DENIED = "denied"
    REJECTED = "rejected"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    CANCELED = "canceled"
    FAILED = "failed"
    PARTIALLY_APPLIED = "partially_applied"


class JobKind(StrEnum):
    APPLY = "apply"
    DESTROY = "destroy"
    DRIFT = "drift"
    ACTION = "action"


class Risk(StrEnum):
    """What decides the approval: none, the requester's own, somebody else's, two others'."""

    READ = "read"
    LOW = "low"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        return list(Risk).index(self)


_S = JobState

TRANSITIONS: dict[JobState, frozenset[JobState]] = {
    _S.QUEUED: frozenset({_S.PLANNING, _S.CANCELED}),
    _S.PLANNING: frozenset(
        {
            _S.AWAITING_APPROVAL,
            _S.APPROVED,
            _S.NO_CHANGES,
            _S.DENIED,
            _S.SUCCEEDED,
            _S.FAILED,
            _S.QUEUED,
            _S.CANCELED,
        }
    ),
    _S.AWAITING_APPROVAL: frozenset({_S.APPROVED, _S.REJECTED, _S.EXPIRED, _S.SUPERSEDED, _S.CANCELED}),
    _S.APPROVED: frozenset({_S.APPLYING, _S.SUPERSEDED, _S.EXPIRED, _S.CANCELED}),
    _S.APPLYING: frozenset({_S.SUCCEEDED, _S.PARTIALLY_APPLIED, _S.FAILED, _S.CANCELING, _S.INDETERMINATE}),
    _S.CANCELING: frozenset({_S.CANCELED, _S.PARTIALLY_APPLIED, _S.SUCCEEDED, _S.FAILED, _S.INDETERMINATE}),
    _S.INDETERMINATE: frozenset({_S.RECONCILING}),
    _S.RECONCILING: frozenset(
        {_S.SUCCEEDED, _S.PARTIALLY_APPLIED, _S.FAILED, _S.APPLYING, _S.AWAITING_APPROVAL, _S.INDETERMINATE}
    ),
}

TERMINAL = frozenset(JobState) - frozenset(TRANSITIONS)

# A worker holds a lease in these.
WORKING = frozenset({_S.PLANNING, _S.APPLYING, _S.CANCELING, _S.RECONCILING})

# Something was started and may have changed the cloud.
STARTED = frozenset({_S.APPLYING, _S.CANCELING, _S.INDETERMINATE, _S.RECONCILING})

# A stack's one active job is in one of these.
ACTIVE = frozenset(TRANSITIONS) - {_S.QUEUED}
