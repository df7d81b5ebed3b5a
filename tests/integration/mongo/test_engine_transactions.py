"""Transactions through the ORM and through PyMongo: all or nothing, also when a commit fails."""

from typing import Any

import pytest
from django.db import connection
from django.db.utils import DatabaseError
from pymongo.database import Database
from pymongo.errors import PyMongoError

from chatbot_project.accounts.models import User
from chatbot_project.mongo import orm_transactions
from chatbot_project.mongo.orm_transactions import run_atomic
from chatbot_project.mongo.transactions import Transaction, run_transaction
from tests.servers.failpoints import NETWORK, UNKNOWN_RESULT, failing


class Refusal(Exception):
    pass


def names() -> list[str]:
    return sorted(User.objects.values_list("username", flat=True))


def two(*, then: type[Exception] | None = None) -> None:
    User.objects.create(username="ada")
    User.objects.create(username="grace")
    if then:
        raise then


@pytest.mark.usefixtures("mongo_db")
class TestThroughTheOrm:
    def test_commits_both_or_none(self) -> None:
        with pytest.raises(Refusal):
            run_atomic(lambda: two(then=Refusal))
        assert names() == []
        run_atomic(two)
        assert names() == ["ada", "grace"]

    def test_nested_joins_the_outer_one(self) -> None:
        def outer() -> None:
            run_atomic(two)
            raise Refusal

        with pytest.raises(Refusal):
            run_atomic(outer)
        assert names() == []

    @pytest.mark.parametrize("how", [NETWORK, UNKNOWN_RESULT], ids=["network", "unknown result"])
    def test_a_commit_without_an_answer_is_repeated(self, how: dict[str, Any]) -> None:
        with failing("commitTransaction", how, times=2):
            run_atomic(two)
        assert names() == ["ada", "grace"]

    def test_after_a_failed_commit_the_next_one_is_a_transaction_again(self) -> None:
        with failing("commitTransaction", {"errorCode": 50}), pytest.raises((PyMongoError, DatabaseError)):
            run_atomic(two, deadline_seconds=0.0)
        User.objects.all().delete()

        def seen_from_outside() -> bool:
            User.objects.create(username="edith")
            session: Any = getattr(connection, "session", None)
            return session is not None and bool(session.in_transaction)

        assert run_atomic(seen_from_outside)
        with pytest.raises(Refusal):
            run_atomic(lambda: two(then=Refusal))
        assert names() == ["edith"]

    def test_on_commit_waits_for_the_commit_and_is_forgotten_on_rollback(self) -> None:
        from django_mongodb_backend.transaction import on_commit

        heard: list[str] = []

        def body(fail: bool) -> None:
            on_commit(lambda: heard.append("committed"))
            assert heard == []
            if fail:
                raise Refusal

        with pytest.raises(Refusal):
            run_atomic(lambda: body(True))
        assert heard == []
        run_atomic(lambda: body(False))
        assert heard == ["committed"]


class TestThroughPyMongo:
    def test_commits_both_or_none_and_calls_after(self, mongo_db: Database[dict[str, Any]]) -> None:
        heard: list[int] = []

        def body(tx: Transaction, fail: bool) -> str:
            mongo_db["thing"].insert_one({"_id": 1}, session=tx.session)
            mongo_db["thing"].insert_one({"_id": 2}, session=tx.session)
            tx.after_commit(lambda: heard.append(mongo_db["thing"].count_documents({})))
            if fail:
                raise Refusal
            return "done"

        with pytest.raises(Refusal):
            run_transaction(lambda tx: body(tx, True))
        assert mongo_db["thing"].count_documents({}) == 0
        assert heard == []
        assert run_transaction(lambda tx: body(tx, False)) == "done"
        assert heard == [2]

    def test_a_failing_call_after_commit_changes_nothing(self, mongo_db: Database[dict[str, Any]]) -> None:
        def explode() -> None:
            raise Refusal

        def body(tx: Transaction) -> None:
            mongo_db["thing"].insert_one({"_id": 1}, session=tx.session)
            tx.after_commit(explode)

        run_transaction(body)
        assert mongo_db["thing"].count_documents({}) == 1

    @pytest.mark.parametrize("command", ["insert", "commitTransaction"])
    def test_what_the_server_asks_to_repeat_is_repeated(self, mongo_db: Database[dict[str, Any]], command: str) -> None:
        attempts: list[int] = []

        def body(tx: Transaction) -> None:
            attempts.append(1)
            mongo_db["thing"].insert_one({"n": 1}, session=tx.session)

        transient = {"errorCode": 251, "errorLabels": ["TransientTransactionError"]}
        with failing(command, transient):
            run_transaction(body)
        assert len(attempts) == 2
        assert mongo_db["thing"].count_documents({}) == 1

    def test_joining_keeps_to_the_outer_transaction(self, mongo_db: Database[dict[str, Any]]) -> None:
        def inner(tx: Transaction) -> None:
            mongo_db["thing"].insert_one({"_id": 1}, session=tx.session)

        def outer(tx: Transaction) -> None:
            run_transaction(inner, tx=tx)
            raise Refusal

        with pytest.raises(Refusal):
            run_transaction(outer)
        assert mongo_db["thing"].count_documents({}) == 0


def test_orm_errors_are_traced_to_the_driver() -> None:
    cause = PyMongoError("driver")
    try:
        raise DatabaseError("wrapped") from cause
    except DatabaseError as error:
        assert orm_transactions._driver_error(error) is cause
    assert orm_transactions._driver_error(ValueError("other")) is None
