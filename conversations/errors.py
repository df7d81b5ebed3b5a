"""Every way a conversation says no. `code` is stable; `retryable` says whether the same call may succeed later."""


class ConversationError(Exception):
    code = "conversation_error"
    title = "The conversation could not go on"
    status = 500
    retryable = False

    def __init__(self, detail: str, *, field: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.field = field


class InvalidFrame(ConversationError):
    """What came in cannot be right; `field` names the part of it, `detail` says what would be."""

    code, title, status = "invalid_frame", "The message is not valid", 422


class NotFound(ConversationError):
    code, title, status = "not_found", "Not found", 404


class NotAllowed(ConversationError):
    code, title, status = "not_allowed", "Not allowed", 403


class WrongMoment(ConversationError):
    """The thing is not where the request assumes it to be; `detail` says where it is."""

    code, title, status = "wrong_state", "Not possible now", 409


class NotSignedIn(ConversationError):
    code, title, status = "not_signed_in", "Not signed in", 401


class KeyReused(ConversationError):
    """The same client id (or Idempotency-Key) came with a different request."""

    code, title, status = "key_reused", "The key was used before for another request", 422


class TooMany(ConversationError):
    """A limit on speed or number; `retry_after` is in seconds."""

    code, title, status, retryable = "too_many", "Too many requests", 429, True

    def __init__(self, detail: str, *, field: str | None = None, retry_after: int = 1) -> None:
        super().__init__(detail, field=field)
        self.retry_after = retry_after


class InvalidRequest(ConversationError):
    """A part of a REST request other than its message; `field` names it."""

    code, title, status = "invalid_request", "The request is not valid", 400


class WrongPassword(ConversationError):
    code, title, status = "wrong_password", "The user name or the password is wrong", 401


class DatabaseAway(ConversationError):
    code, title, status, retryable = "database_away", "The database cannot be reached", 503, True

    def __init__(self) -> None:
        super().__init__(
            "The database cannot be reached right now. Try again in a moment; with the same client_id (or "
            "Idempotency-Key) a request is stored once, however often it is sent."
        )


class Overtaken(Exception):
    """The dialogue went on while a turn was thought about: read again."""
