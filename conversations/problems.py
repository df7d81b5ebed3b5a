"""Any error as an RFC 9457 problem: the data of an `error` frame and the body of a REST answer.

An application error is anything with `status`, `code`, `detail` and `field`. MongoDB being away is 503 with a sentence;
everything else is 500, logged with a reference that the sentence repeats.
"""

import logging
from typing import Any
from uuid import uuid4

from pymongo.errors import ConnectionFailure, ExecutionTimeout, PyMongoError, WaitQueueTimeoutError

from .errors import DatabaseAway

logger = logging.getLogger(__name__)

_AWAY = (ConnectionFailure, ExecutionTimeout, WaitQueueTimeoutError)
_LABELS = ("TransientTransactionError", "UnknownTransactionCommitResult", "RetryableWriteError")


def describe(error: BaseException, *, client_id: str | None = None) -> dict[str, Any]:
    """The problem's members; unexpected errors are logged here."""
    if is_database_away(error):
        error = DatabaseAway()
    if not is_application_error(error):
        return _unexpected(error, client_id)
    problem = problem_data(
        status=getattr(error, "status", 500),
        code=getattr(error, "code", "error"),
        title=getattr(error, "title", ""),
        detail=getattr(error, "detail", str(error)),
        field=getattr(error, "field", None),
        client_id=client_id,
    )
    several = getattr(error, "errors", None)
    return {**problem, "errors": several} if several else problem


def problem_data(
    *,
    status: int,
    code: str,
    detail: str,
    title: str = "",
    field: str | None = None,
    client_id: str | None = None,
) -> dict[str, Any]:
    """RFC 9457 members plus `code` (stable) and `field`; `client_id` where one was given."""
    problem: dict[str, Any] = {
        "type": f"urn:infrachat:problem:{code}",
        "title": title or code.replace("_", " ").capitalize(),
        "status": status,
        "detail": detail,
        "code": code,
        "field": field,
    }
    return problem if client_id is None else {**problem, "client_id": client_id}


def is_application_error(error: BaseException) -> bool:
    return all(hasattr(error, name) for name in ("status", "code", "detail", "field"))


def is_database_away(error: BaseException | None) -> bool:
    """Whether MongoDB could not be reached (Django wraps the driver's error as the cause of its own)."""
    while error is not None:
        if isinstance(error, _AWAY):
            return True
        if isinstance(error, PyMongoError) and any(error.has_error_label(label) for label in _LABELS):
            return True
        error = error.__cause__
    return False


def _unexpected(error: BaseException, client_id: str | None) -> dict[str, Any]:
    reference = uuid4().hex[:12]
    logger.error("unexpected error %s", reference, exc_info=error)
    detail = f"Something went wrong on our side. It was logged under the reference {reference}."
    return problem_data(status=500, code="internal_error", title="Internal error", detail=detail, client_id=client_id)
