"""Transactions for code that writes through Django's ORM.

Works around django-mongodb-backend 5.2.4: after a failed commit its wrapper keeps the dead session, and every later
`atomic()` on that thread silently runs without a transaction.
"""

import contextlib
import random
import time
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from pymongo.errors import InvalidOperation, PyMongoError

Result = TypeVar("Result")


def run_atomic(body: Callable[[], Result], *, using: str = DEFAULT_DB_ALIAS, deadline_seconds: float = 10.0) -> Result:
    """Run `body` in a transaction; repeat it on transient errors, repeat the commit when its result is unknown.

    Nested calls join the outer transaction. `body` may run several times.
    """
    connection: Any = connections[using]
    connection.ensure_connection()
    if connection.in_atomic_block_mongo:
        return body()
    deadline, attempt = time.monotonic() + deadline_seconds, 0
    while True:
        try:
            return _attempt(connection, body, deadline)
        except BaseException as error:
            _reset(connection)
            cause = _driver_error(error)
            retryable = cause is not None and cause.has_error_label("TransientTransactionError")
            if not retryable or time.monotonic() > deadline:
                raise
            attempt += 1
            time.sleep(random.random() * min(0.2, 0.002 * 2 ** min(attempt, 8)))  # noqa: S311 (jitter)


def _attempt(connection: Any, body: Callable[[], Result], deadline: float) -> Result:
    connection.start_transaction_mongo()
    connection.in_atomic_block_mongo = True
    result = body()
    connection.in_atomic_block_mongo = False
    while connection.session is not None:
        try:
            connection.session.commit_transaction()
            break
        except PyMongoError as error:
            if not error.has_error_label("UnknownTransactionCommitResult") or time.monotonic() > deadline:
                raise
    connection._end_session()
    connection.run_and_clear_commit_hooks()
    return result


def _reset(connection: Any) -> None:
    connection.run_on_commit = []
    connection.in_atomic_block_mongo, connection.nested_atomics = False, 0
    session, connection.session = connection.session, None
    if session is not None:
        with contextlib.suppress(PyMongoError, InvalidOperation):
            if session.in_transaction:
                session.abort_transaction()
        session.end_session()


def _driver_error(error: BaseException | None) -> PyMongoError | None:
    while error is not None:
        if isinstance(error, PyMongoError):
            return error
        error = error.__cause__
    return None
