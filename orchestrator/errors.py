"""Every way the orchestrator says no. `code` is stable; `retryable` says whether the same call may succeed later."""

from typing import Any

from .sentences import joined
from .translated import for_reader


class OrchestratorError(Exception):
    code = "orchestrator_error"
    status = 500
    retryable = False

    def __init__(self, detail: str, *, field: str | None = None) -> None:
        # In the language of whoever is told; stored in another sentence it is what it is made of.
        self.detail = for_reader(detail)
        super().__init__(self.detail)
        self.field = field


class NotFound(OrchestratorError):
    code, status = "not_found", 404


class NotAllowed(OrchestratorError):
    code, status = "not_allowed", 403


class InvalidValue(OrchestratorError):
    """A parameter that cannot be right; `field` names it, `detail` says what would be."""

    code, status = "invalid_value", 422


class InvalidValues(InvalidValue):
    """Several parameters at once; `errors` is {field: sentence}."""

    code = "invalid_values"

    def __init__(self, errors: dict[str, str]) -> None:
        field, detail = next(iter(errors.items()))
        super().__init__(detail if len(errors) == 1 else joined(errors.values()), field=field)
        self.errors = {name: for_reader(sentence) for name, sentence in errors.items()}


class WrongState(OrchestratorError):
    """The job is not where the request assumes it to be."""

    code, status = "wrong_state", 409


class CancelAsked(WrongState):
    """Somebody asked to cancel the job before it could go on; `wish` is what they asked (actor, reason)."""

    def __init__(self, wish: dict[str, Any]) -> None:
        super().__init__("This job was asked to stop.")
        self.wish = wish


class TooMany(OrchestratorError):
    """`retry_after` is in seconds."""

    code, status, retryable = "too_many", 429, True

    def __init__(self, detail: str, *, retry_after: int) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class Conflict(OrchestratorError):
    """Somebody else was first; reading again and repeating is safe."""

    code, status, retryable = "conflict", 409, True


class PlanMismatch(OrchestratorError):
    """The hash is not the one of the plan that would be applied."""

    code, status = "plan_mismatch", 409


class LeaseLost(OrchestratorError):
    """Another worker holds the job now; this one must stop writing at once."""

    code, status = "lease_lost", 409


class QueueUnavailable(OrchestratorError):
    code, status, retryable = "queue_unavailable", 503, True
