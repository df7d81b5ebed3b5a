"""Showing a stack's secret output: who may, what is recorded, and that its value is nowhere but in the state."""

import json
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import boto3
import pytest
from bson import json_util
from django.test import Client
from pymongo.database import Database

from chatbot_project.accounts.models import RoleBinding, User
from chatbot_project.mongo.connections import collection
from orchestrator import outbox, queue, services
from orchestrator.documents import stacks, utc_now
from orchestrator.errors import InvalidValue, NotAllowed, NotFound, TooMany, WrongState
from orchestrator.life.overview import stack_story
from orchestrator.processes import Presence
from orchestrator.revealing.answering import reveal_answer
from orchestrator.revealing.requests import reveals
from orchestrator.states import JobState
from orchestrator.tasks import reveal_output_task
from orchestrator.types import StackView
from tests.opening import Opener

from .orchestrating import actor, applying, approve, move, person, planned, seed, submit

SECRET = "correct-horse-battery"
DATABASE = Database[dict[str, Any]]
OUTPUTS = {"arn": "arn:shop", "password": {"sensitive": True}, "removed": {"sensitive": True}}


@pytest.fixture(autouse=True)
def store(mongo_db: DATABASE, cloud_endpoint: str, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The bucket of states, as an infrastructure worker has it."""
    settings.STATE_BUCKET, settings.STORE_ENDPOINT_URL = f"state-{uuid4().hex[:8]}", cloud_endpoint
    keys = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
    for name, value in keys.items():
        monkeypatch.setenv(name, value)
    bucket = boto3.resource("s3", endpoint_url=cloud_endpoint, region_name="us-east-1").Bucket(settings.STATE_BUCKET)
    bucket.create()
    seed()
    return bucket


@pytest.fixture
def demo(store: Any) -> User:
    return person("demo", "requester")


@pytest.fixture
def stack(demo: User, store: Any) -> StackView:
    """A live one, with its state."""
    job, lease = applying(approve(planned(submit(demo, "shop")), demo))
    found = move(job, JobState.SUCCEEDED, lease, changes={"outputs": OUTPUTS, "resource_count": 1}).stack
    assert found is not None
    output = {"value": SECRET, "type": "string", "sensitive": True}
    state = {"version": 4, "serial": 1, "lineage": "one", "resources": [], "outputs": {"password": output}}
    store.put_object(Key=f"stacks/{found.id}/terraform.tfstate", Body=json.dumps(state).encode())
    return found


def asked(user: User, stack: StackView, opener: Opener | None = None, **more: Any) -> services.Reveal:
    request = {"reveal_id": str(uuid4()), "output": "password", "via": "web", **more}
    key = (opener or Opener()).public_key
    return services.output_reveal(stack_id=stack.id, actor=actor(user), **{"public_key": key, **request})


def taken(user: User, reveal: services.Reveal) -> services.Reveal:
    return services.output_take(reveal_id=reveal.id, actor=actor(user))


def events(stack: StackView) -> list[str]:
    found = collection("orchestrator_stackevent").find({"stack_id": stack.id, "kind": "output_shown"})
    return [each["text"] for each in found]


def test_the_value_reaches_the_one_who_asked_and_nothing_else(
    demo: User, stack: StackView, mongo_db: DATABASE, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    sent: list[Any] = []
    monkeypatch.setattr(queue, "_send", lambda *message: sent.append(message))
    caplog.set_level(logging.DEBUG)
    client, opener = Client(), Opener()
    client.force_login(demo)
    body = {"output": "password", "public_key": opener.public_key}
    answer = client.post(f"/api/v1/stacks/{stack.id}/secret-outputs/", body, content_type="application/json")
    assert (answer.status_code, answer.json()["state"], answer.json()["box"]) == (202, "waiting", None)
    take = f"/api/v1/secret-outputs/{answer.json()['id']}/take/"
    assert client.post(take).json()["state"] == "waiting"
    assert answer.json()["worker_away"] is True

    while outbox.relay_once():
        pass
    assert ("orchestrator.reveal_output", answer.json()["id"], "infrastructure") in sent
    assert reveal_output_task(answer.json()["id"]) == "sealed"
    # Delivered twice.
    assert reveal_output_task(answer.json()["id"]) == "nothing to do"
    everything = "".join(json_util.dumps(list(mongo_db[name].find())) for name in mongo_db.list_collection_names())
    found = client.post(take).json()
    assert opener.open(found["box"], found["id"], "password") == SECRET
    assert found["box"]["ciphertext"] in everything
    for place in (everything, repr(sent), caplog.text, json.dumps(found), answer.content.decode()):
        assert SECRET not in place

    # Fetched, it is gone; what was recorded stays.
    assert reveals().count_documents({}) == 0
    assert client.post(take).status_code == 404
    assert reveal_output_task(answer.json()["id"]) == "nothing to do"
    assert events(stack) == ["demo has the secret output password of shop shown, by web."]
    audited = client.get(f"/audit/?stack={stack.name}").content
    assert b"had a secret shown" in audited
    assert b"has the secret output password of shop shown" in audited


def test_its_owner_may_and_operators_and_nobody_else(demo: User, stack: StackView) -> None:
    assert asked(person("ops", "operator", environment="staging"), stack).state == "waiting"
    assert asked(demo, stack).state == "waiting"
    for stranger in (person("ann", "requester"), person("olga", "operator", environment="production")):
        with pytest.raises(NotFound):
            asked(stranger, stack)
    # They see the stack, and need no secret of it.
    with pytest.raises(NotAllowed, match="only they or an operator may see the secrets of it"):
        asked(person("boss", "approver"), stack)
    RoleBinding.objects.filter(user=demo).delete()
    with pytest.raises(NotAllowed, match="no longer have the requester role in staging"):
        asked(demo, stack)
    assert len(events(stack)) == 2
    assert Client().post(f"/api/v1/stacks/{stack.id}/secret-outputs/", {}).status_code == 401


def test_only_who_asked_can_fetch_it(demo: User, stack: StackView) -> None:
    reveal = asked(demo, stack)
    assert reveal_answer(reveal.id) == "sealed"
    with pytest.raises(NotFound, match="nothing to fetch"):
        taken(person("ops", "operator"), reveal)
    assert taken(demo, reveal).state == "sealed"


def _demoted(demo: User, stack: StackView) -> None:
    RoleBinding.objects.filter(user=demo).delete()


def _dismissed(demo: User, stack: StackView) -> None:
    User.objects.filter(id=demo.id).update(is_active=False)


def _destroyed(demo: User, stack: StackView) -> None:
    stacks().update_one({"_id": stack.id}, {"$set": {"status": "gone", "outputs": {}}})


@pytest.mark.parametrize(
    ("meanwhile", "sentence"),
    [(_demoted, "may not see"), (_dismissed, "may not see"), (_destroyed, "was deleted meanwhile")],
)
def test_the_worker_decides_once_more(
    demo: User, stack: StackView, meanwhile: Callable[[User, StackView], None], sentence: str
) -> None:
    reveal = asked(demo, stack)
    meanwhile(demo, stack)
    assert reveal_answer(reveal.id) == "refused"
    answer = taken(demo, reveal)
    assert (answer.state, answer.box) == ("refused", {})
    assert sentence in answer.problem


def test_who_may_not_any_more_is_not_handed_what_was_sealed(demo: User, stack: StackView) -> None:
    reveal = asked(demo, stack)
    assert reveal_answer(reveal.id) == "sealed"
    _demoted(demo, stack)
    answer = taken(demo, reveal)
    assert (answer.state, answer.box) == ("refused", {})
    assert "may not see" in answer.problem
    assert reveals().count_documents({}) == 0


def test_asking_again_with_the_same_id_hands_out_no_box(demo: User, stack: StackView) -> None:
    reveal = asked(demo, stack)
    assert reveal_answer(reveal.id) == "sealed"
    again = asked(demo, stack, reveal_id=reveal.id)
    assert (again.state, again.box) == ("waiting", {})
    assert taken(demo, reveal).box


def test_what_cannot_be_shown_is_said(demo: User, stack: StackView, store: Any, settings: Any) -> None:
    for more, error, sentence in (
        ({"output": "arn"}, InvalidValue, "arn is not secret"),
        ({"output": "nothing"}, NotFound, "shop has no output nothing"),
        ({"public_key": "hunter2"}, InvalidValue, "P-256"),
    ):
        with pytest.raises(error, match=sentence):
            asked(demo, stack, **more)
    assert events(stack) == []
    removed = asked(demo, stack, output="removed")
    assert reveal_answer(removed.id) == "refused"
    assert "no such output any more" in taken(demo, removed).problem
    unread = asked(demo, stack)
    settings.STATE_BUCKET = "nothing-of-the-kind"
    assert reveal_answer(unread.id) == "refused"
    assert "could not be read just now" in taken(demo, unread).problem
    _destroyed(demo, stack)
    with pytest.raises(WrongState, match="gone already"):
        asked(demo, stack)


def test_a_request_ends_and_nothing_is_sealed_for_it_any_more(demo: User, stack: StackView, mongo_db: DATABASE) -> None:
    waiting, sealed = asked(demo, stack), asked(demo, stack)
    assert reveal_answer(sealed.id) == "sealed"
    reveals().update_many({}, {"$set": {"expires_at": utc_now() - timedelta(seconds=1)}})
    assert reveal_answer(waiting.id) == ""
    with pytest.raises(WrongState, match="No worker answered in time"):
        taken(demo, waiting)
    with pytest.raises(NotFound, match="its time is over"):
        taken(demo, sealed)
    index = mongo_db["orchestrator_reveal"].index_information()["reveal_ttl"]
    assert (index["key"], index["expireAfterSeconds"]) == ([("expires_at", 1)], 0)


def test_whether_a_worker_is_there_is_told(demo: User, stack: StackView) -> None:
    assert asked(demo, stack).worker_away
    Presence("infrastructure").beat()
    assert not asked(demo, stack).worker_away


def test_so_many_a_minute(demo: User, stack: StackView, settings: Any) -> None:
    settings.ORCHESTRATOR = {**settings.ORCHESTRATOR, "REVEALS_PER_MINUTE": 2}
    again = str(uuid4())
    first = asked(demo, stack, reveal_id=again)
    # The same request twice is one.
    assert asked(demo, stack, reveal_id=again) == first
    asked(demo, stack)
    with pytest.raises(TooMany, match="as many as one may") as refused:
        asked(demo, stack)
    assert refused.value.retry_after == 60
    assert asked(person("ops", "operator"), stack).state == "waiting"
    assert len(events(stack)) == 3
    # On the page of the stack each person and output once, among what else happened to it.
    told = [each.text for each in stack_story(stack.id, viewer=demo)]
    assert told == [f"{name} has the secret output password of shop shown, by web." for name in ("ops", "demo")]
