"""Dead letters as the web process sees them: in the admin and in its health."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client
from pymongo.database import Database

from chatbot_project.accounts.models import User
from orchestrator import dead_letter_mirror as mirror
from orchestrator import dead_letters
from orchestrator.dead_letter_mirror import Letter
from orchestrator.dead_letters import LetterWish
from orchestrator.types import Actor
from tests.integration.mongo.clients import page_client

PAGE = "/admin/orchestrator/deadletter/"
BEGINNING = "0f1e2d3c-0000-4000-8000-00000000000"
SOMEBODY = Actor("1", "somebody")


def letter(number: int, **changes: Any) -> Letter:
    made: dict[str, Any] = {
        "id": f"{BEGINNING}{number}",
        "queue": "background",
        "task": "tests.fail",
        "reason": "The task tests.fail was begun again and again.",
        "body": "{}",
        "body_bytes": 2,
        "receives": 10,
        "sent_at": datetime.now(UTC),
    }
    return Letter(**{**made, **changes})


@pytest.fixture
def ids(mongo_db: Database[Any]) -> list[str]:
    made = [letter(number) for number in range(3)]
    for each in made:
        mirror.letter_seen(each, datetime.now(UTC))
    return [each.id for each in made]


def signed_in(**fields: Any) -> Client:
    user = User.objects.create_user("ops", password="a long enough password", is_staff=True, **fields)
    return page_client(user)


def decide(client: Client, action: str, ids: list[str], **more: str) -> str:
    answer = client.post(PAGE, {"action": action, "_selected_action": ids, **more}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("action", ["redrive", "drop"])
def test_an_administrator_decides_after_being_asked(ids: list[str], action: str) -> None:
    client = signed_in(is_superuser=True)

    asked = decide(client, action, ids[:2])
    assert "Are you sure?" in asked
    assert ids[0] in asked
    assert not dead_letters.wishes_wait()

    said = decide(client, action, ids[:2], confirmed="yes")

    assert "It was decided about 2 dead letters" in said
    rows = {row["_id"]: row for row in dead_letters.letters_load(ids)}
    assert [rows[each]["wish"] for each in ids] == [action, action, ""]
    assert rows[ids[0]]["wished_by"]["name"] == "ops"
    assert LogEntry.objects.filter(object_id=ids[0]).count() == 1
    page = client.get(f"{PAGE}{ids[0]}/change/").content.decode()
    assert f"asked to {action} ops" in page


def test_what_does_not_wait_is_not_decided_about(ids: list[str]) -> None:
    client = signed_in(is_superuser=True)
    wish = _wished(ids[0])
    assert mirror.wish_begin(wish)
    mirror.wish_done(wish)

    assert "None of the chosen messages waits" in decide(client, "redrive", [ids[0]])
    assert dead_letters.letters_load([ids[0]])[0]["state"] == "dropped"


def test_who_may_only_look_decides_nothing(ids: list[str]) -> None:
    client = signed_in()
    user = User.objects.get(username="ops")
    user.user_permissions.add(Permission.objects.get(codename="view_deadletter"))

    assert b"tests.fail" in client.get(PAGE).content
    decide(client, "drop", ids, confirmed="yes")
    assert not dead_letters.wishes_wait()

    user.user_permissions.add(Permission.objects.get(codename="change_deadletter"))
    decide(client, "drop", ids, confirmed="yes")
    assert dead_letters.wishes_wait()


def test_a_later_decision_counts_until_one_is_being_carried_out(ids: list[str]) -> None:
    first = _wished(ids[0])
    dead_letters.wish_store([ids[0]], LetterWish.REDRIVE, SOMEBODY)
    assert not mirror.wish_begin(first)
    second = mirror.letter_seen(letter(0), datetime.now(UTC))
    assert second is not None
    assert mirror.wish_begin(second)
    assert dead_letters.wish_store([ids[0]], LetterWish.DROP, SOMEBODY) == 0


def test_a_letter_taken_out_after_somebody_saw_it_does_not_come_back(ids: list[str]) -> None:
    looked_at = datetime.now(UTC) - timedelta(seconds=1)
    wish = _wished(ids[0])
    mirror.wish_begin(wish)
    mirror.wish_done(wish)

    assert mirror.letter_seen(letter(0), looked_at) is None
    assert dead_letters.letters_load([ids[0]])[0]["state"] == "dropped"


def test_health_shows_the_depth_and_since_when_it_is_not_known(mongo_db: Database[Any]) -> None:
    client = Client()
    assert client.get("/readyz").json()["dead_letters"] == {}

    mirror.depth_store("background", 2)
    mirror.problem_store("infrastructure", "AccessDenied")
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["dead_letters"] == {"background": 2, "infrastructure": "not known: AccessDenied"}
    metrics = client.get("/metrics").content.decode()
    assert 'infrachat_dead_letters{queue="background"} 2\n' in metrics
    assert 'infrachat_dead_letters{queue="infrastructure"}' not in metrics

    old = datetime.now(UTC) - timedelta(hours=1)
    dead_letters.queues().update_one({"_id": "background"}, {"$set": {"checked_at": old}})
    said = client.get("/readyz").json()["dead_letters"]["background"]
    assert said.startswith("2 at 20")
    assert said.endswith("not known since: no background worker looks")


def _wished(letter_id: str) -> mirror.Wish:
    dead_letters.wish_store([letter_id], LetterWish.DROP, SOMEBODY)
    number = int(letter_id[-1])
    wish = mirror.letter_seen(letter(number), datetime.now(UTC))
    assert wish is not None
    return wish
