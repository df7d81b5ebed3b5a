"""Transactions over the hot collections: all of a body's writes, or none; run again when the server asks for it."""

import logging
import random
import time
from collections.abc import Callable
from typing import TypeVar

from pymongo import WriteConcern
from pymongo.client_session import ClientSession
from pymongo.errors import PyMongoError
from pymongo.read_concern import ReadConcern

from .connections import client

logger = logging.getLogger(__name__)
Result = TypeVar("Result")

_DEADLINE_SECONDS = 10.0


class Transaction:
    """One attempt of a body. Pass `session=tx.session` to every read and write that belongs to it."""

    def __init__(self, session: ClientSession) -> None:
        self.session = session
        self._after_commit: list[Callable[[], None]] = []

    def after_commit(self, call: Callable[[], None]) -> None:
        """Run `call` once the transaction is durable. What must not be lost needs an outbox row as well."""
        self._after_commit.append(call)

    def _run_after_commit(self) -> None:
        for call in self._after_commit:
            try:
                call()
            except Exception:  # the transaction stands; whoever repeats outbox rows repeats this
                logger.exception("a call after commit failed")


def run_transaction(body: Callable[[Transaction], Result], *, tx: Transaction | None = None) -> Result:
    """Run `body` in a transaction (majority, journalled, snapshot reads) and return its result.

    `body` may run several times (write conflicts, failovers) and must keep its effects inside the transaction.
    With `tx` it joins that one. Raises whatever `body` raises, and PyMongoError when MongoDB stays away.
    """
    if tx is not None:
        return body(tx)
    deadline = time.monotonic() + _DEADLINE_SECONDS
    attempt = 0
    with client().start_session() as session:
        while True:
            try:
                transaction, result = _attempt(session, body, deadline)
            except PyMongoError as error:
                if not error.has_error_label("TransientTransactionError") or time.monotonic() > deadline:
                    raise
                attempt += 1
                # Full jitter: writers that collided must not collide again in step.
                time.sleep(random.random() * min(0.2, 0.002 * 2 ** min(attempt, 8)))  # noqa: S311 (jitter)
            else:
                break
    transaction._run_after_commit()
    return result


def _attempt(
    session: ClientSession, body: Callable[[Transaction], Result], deadline: float
) -> tuple[Transaction, Result]:
    transaction = Transaction(session)
    session.start_transaction(read_concern=ReadConcern("snapshot"), write_concern=WriteConcern("majority", j=True))
    try:
        result = body(transaction)
    except BaseException:
        if session.in_transaction:
            session.abort_transaction()
        raise
    _commit(session, deadline)
    return transaction, result


def _commit(session: ClientSession, deadline: float) -> None:
    while True:
        try:
            session.commit_transaction()
            return
        except PyMongoError as error:
            if not error.has_error_label("UnknownTransactionCommitResult") or time.monotonic() > deadline:
                raise
            time.sleep(0.05)
