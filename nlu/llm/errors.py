"""Every way a language model does not answer. `code` is stable and goes to metrics; no detail holds what was sent."""


class LlmError(Exception):
    code = "llm_error"
    retryable = False

    def __init__(self, detail: str, *, retry_after: float | None = None) -> None:
        super().__init__(detail)
        self.detail, self.retry_after = detail, retry_after


class Unreachable(LlmError):
    """No connection, or one that broke."""

    code, retryable = "unreachable", True


class TooSlow(LlmError):
    """The deadline for everything together is over."""

    code = "too_slow"


class Overloaded(LlmError):
    """429 or 5xx; `retry_after` is what the endpoint asks for, in seconds."""

    code, retryable = "overloaded", True


class Refused(LlmError):
    """Another status: a wrong key, an unknown model, a redirect."""

    code = "refused"


class NotUnderstandable(LlmError):
    """An answer that is not what was asked for: no JSON, another shape, an intent that was not offered, too long."""

    code = "not_understandable"


class Resting(LlmError):
    """It failed too often just now, and is left alone for a while."""

    code = "resting"


class BudgetSpent(LlmError):
    """The bot has asked as much as it may today."""

    code = "budget_spent"


class NotSetUp(LlmError):
    """An address, a model or a key is missing or wrong."""

    code = "not_set_up"
