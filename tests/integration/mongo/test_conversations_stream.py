"""Numbers without a gap under many writers, requests stored once, and who may do what."""

import threading
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from pymongo.database import Database

from chatbot_project.accounts.models import User
from chatbot_project.mongo.transactions import Transaction, run_transaction
from conversations import push, selectors, services, stream
from conversations.errors import InvalidFrame, KeyReused, NotAllowed, NotFound

Mongo = Database[dict[str, Any]]


@pytest.fixture
def ann(mongo_db: Mongo) -> User:
    return User.objects.create_user("ann")


@pytest.fixture
def bob(mongo_db: Mongo) -> User:
    return User.objects.create_user("bob")


def say(user: User, conversation_id: str, text: str = "hello", client_id: str | None = None) -> services.Accepted:
    return services.message_accept(
        conversation_id=conversation_id, user=user, client_id=client_id or str(uuid4()), text=text
    )


def append(conversation_id: str, dedupe_key: str | None = None, data: dict[str, Any] | None = None) -> int | None:
    def body(tx: Transaction) -> int | None:
        frame = stream.frame_append(
            tx=tx, conversation_id=conversation_id, type="message.created", data=data or {}, dedupe_key=dedupe_key
        )
        return None if frame is None else frame.seq

    return run_transaction(body)


def at_once(call: Callable[[], object], writers: int = 8) -> None:
    failures: list[Exception] = []
    barrier = threading.Barrier(writers)

    def run() -> None:
        barrier.wait()
        try:
            call()
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_eight_writers_leave_no_gap(ann: User) -> None:
    conversation = services.conversation_create(user=ann)

    def write() -> None:
        for _ in range(25):
            append(conversation.id)

    seen: list[int] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set() or len(seen) < 200:
            seen.extend(frame.seq or 0 for frame in stream.frames_after(conversation.id, seen[-1] if seen else 0, 7))

    reader = threading.Thread(target=read)
    reader.start()
    at_once(write)
    done.set()
    reader.join(30)
    assert seen == list(range(1, 201))
    assert stream.last_seq(conversation.id) == 200


def test_a_failed_transaction_takes_no_number(ann: User) -> None:
    conversation = services.conversation_create(user=ann)

    def body(tx: Transaction) -> None:
        stream.frame_append(tx=tx, conversation_id=conversation.id, type="message.created", data={})
        raise LookupError

    with pytest.raises(LookupError):
        run_transaction(body)
    assert append(conversation.id) == 1


def test_a_dedupe_key_is_written_once_by_however_many(ann: User) -> None:
    conversation = services.conversation_create(user=ann)
    other = services.conversation_create(user=ann)
    at_once(lambda: append(conversation.id, "job:1"))
    assert append(conversation.id, "job:1") is None
    assert append(conversation.id, "job:2") == 2
    assert append(other.id, "job:1") == 1


def test_followers_are_told_after_the_commit(ann: User, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, int]] = []
    conversation = services.conversation_create(user=ann)

    def hear(conversation_id: str, seq: int) -> None:
        assert stream.last_seq(conversation_id) >= seq
        told.append((conversation_id, seq))

    monkeypatch.setattr(push, "conversation_changed", hear)
    say(ann, conversation.id)
    assert told == [(conversation.id, 1)]


def test_a_message_leaves_frame_turn_and_receipt(ann: User, mongo_db: Mongo) -> None:
    conversation = services.conversation_create(user=ann)
    accepted = say(ann, conversation.id, "create a bucket")
    assert accepted == services.Accepted(seq=1, repeated=False, turn_id=f"{conversation.id}:1")
    turn = selectors.turn_get(accepted.turn_id or "")
    assert (turn.state, turn.kind, turn.text, turn.user_id) == ("pending", "message", "create a bucket", str(ann.id))
    assert [frame.data["text"] for frame in stream.frames_after(conversation.id, 0)] == ["create a bucket"]
    assert selectors.conversation_get(conversation.id).title == "create a bucket"
    assert mongo_db["conversations_receipt"].count_documents({}) == 1


def test_the_same_request_at_once_is_stored_once(ann: User, mongo_db: Mongo) -> None:
    conversation, client_id = services.conversation_create(user=ann), str(uuid4())
    results: list[services.Accepted] = []
    at_once(lambda: results.append(say(ann, conversation.id, client_id=client_id)))
    assert {result.seq for result in results} == {1}
    assert sorted(result.repeated for result in results) == [False] + [True] * 7
    assert mongo_db["conversations_frame"].count_documents({}) == 1
    assert mongo_db["conversations_turn"].count_documents({}) == 1


def test_a_client_id_belongs_to_one_request_and_one_conversation(ann: User) -> None:
    first, second = services.conversation_create(user=ann), services.conversation_create(user=ann)
    client_id = str(uuid4())
    say(ann, first.id, "one", client_id)
    with pytest.raises(KeyReused):
        say(ann, first.id, "two", client_id)
    assert say(ann, second.id, "two", client_id).repeated is False


def test_only_the_owner_writes_and_superusers_read(ann: User, bob: User) -> None:
    conversation = services.conversation_create(user=ann)
    root = User.objects.create_superuser("root")
    with pytest.raises(NotAllowed):
        say(bob, conversation.id)
    with pytest.raises(NotAllowed):
        say(root, conversation.id)
    with pytest.raises(NotAllowed):
        selectors.conversation_get(conversation.id, viewer=bob)
    with pytest.raises(NotFound):
        say(ann, str(uuid4()))
    assert selectors.conversation_get(conversation.id, viewer=root).owner_name == "ann"
    assert selectors.conversations_list(viewer=bob) == []


def test_a_conversation_is_made_once_per_id_and_never_taken_over(ann: User, bob: User) -> None:
    key = str(uuid4())
    at_once(lambda: services.conversation_create(user=ann, conversation_id=key, title="mine"))
    with pytest.raises(NotAllowed):
        services.conversation_create(user=bob, conversation_id=key)
    assert [each.title for each in selectors.conversations_list(viewer=ann)] == ["mine"]


def test_a_form_is_answered_with_its_own_fields(ann: User) -> None:
    conversation, form_id = services.conversation_create(user=ann), str(uuid4())
    fields = [{"name": "name", "label": "Bucket name"}, {"name": "password", "label": "Password", "sensitive": True}]

    def ask(tx: Transaction) -> None:
        data = {"form_id": form_id, "title": "A bucket", "fields": fields}
        stream.frame_append(tx=tx, conversation_id=conversation.id, type="form.requested", data=data)

    run_transaction(ask)
    values = {"name": "reports", "password": "secret"}
    request = {"conversation_id": conversation.id, "user": ann, "client_id": str(uuid4()), "form_id": form_id}
    accepted = services.form_accept(values=values, **request)
    turn = selectors.turn_get(accepted.turn_id or "")
    assert (turn.kind, turn.form_id, turn.values) == ("form", form_id, values)
    frame = stream.frames_after(conversation.id, 1)[0]
    assert frame.data["text"] == "Bucket name: reports\nPassword: •••"
    assert "secret" not in str(frame)
    with pytest.raises(InvalidFrame) as refused:
        services.form_accept(values={"size": 1}, **{**request, "client_id": str(uuid4())})
    assert refused.value.field == "values.size"
    with pytest.raises(NotFound) as unknown:
        services.form_accept(values={}, **{**request, "client_id": str(uuid4()), "form_id": str(uuid4())})
    assert unknown.value.field == "form_id"


def test_a_dialogue_is_saved_by_who_read_the_last_one(ann: User) -> None:
    conversation = services.conversation_create(user=ann)

    def save(version: int, name: str) -> bool:
        return run_transaction(
            lambda tx: services.dialogue_save(
                tx=tx, conversation_id=conversation.id, version=version, dialogue={"slot": name}
            )
        )

    assert save(0, "first") is True
    assert save(0, "late") is False
    assert selectors.conversation_get(conversation.id).dialogue == {"slot": "first"}


def test_streams_and_lists_are_served_by_indexes(ann: User, mongo_db: Mongo) -> None:
    conversation = services.conversation_create(user=ann)
    key = {"$gt": f"{conversation.id}:{0:010d}", "$lte": f"{conversation.id}:9999999999"}
    reads: list[Any] = [
        mongo_db["conversations_frame"].find({"_id": key}).sort("_id", 1),
        mongo_db["conversations_frame"].find({"conversation_id": conversation.id, "dedupe_key": "x"}),
        mongo_db["conversations_conversation"].find({"owner_id": str(ann.id)}).sort([("created_at", -1), ("_id", -1)]),
        mongo_db["conversations_turn"].find({"state": "pending"}).sort("created_at", 1),
    ]
    for read in reads:
        plan = str(read.explain()["queryPlanner"]["winningPlan"])
        assert "COLLSCAN" not in plan
        assert "'SORT'" not in plan
