"""What people find on their own page besides the time zone: look, language, API tokens and sessions."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from knox.models import AuthToken

from chatbot_project.accounts.models import TokenUse, User
from chatbot_project.accounts.tokens import token_issue, user_from_token
from tests.integration.mongo.clients import page_client

from .orchestrating import person

pytestmark = pytest.mark.usefixtures("mongo_db", "redis_url")


@pytest.fixture
def demo() -> User:
    return person("demo", "requester", environment="staging")


def signed_in(user: User, browser: str) -> Client:
    """With the form, as people do it."""
    client = Client(headers={"user-agent": browser})
    sent = {"username": user.username, "password": "a long enough password"}
    assert client.post("/login/", sent).status_code == 302
    return client


def page(client: Client, query: str = "") -> str:
    return str(client.get(f"/profile/{query}").content.decode())


def made(client: Client, **sent: Any) -> Any:
    usual = {"do": "token", "name": "nightly", "days": "7", "request_id": str(uuid4())}
    return client.post("/profile/", {**usual, **sent})


def test_look_and_language_are_one_s_own(demo: User) -> None:
    client = page_client(demo)
    assert client.post("/profile/", {"theme": "dark", "language": "de", "time_zone": "UTC"}).status_code == 302
    shown = page(client)
    assert 'data-theme="dark"' in shown
    assert '<html lang="de"' in shown
    # What a form does not have stays.
    client.post("/profile/", {"time_zone": "Asia/Tokyo"})
    demo.refresh_from_db()
    assert (demo.theme, demo.language, demo.time_zone) == ("dark", "de", "Asia/Tokyo")
    assert client.post("/profile/", {"theme": "pink"}).status_code == 422
    assert client.post("/profile/", {"language": "tlh"}).status_code == 422
    demo.refresh_from_db()
    assert (demo.theme, demo.language) == ("dark", "de")


def test_one_reads_what_one_may_do(demo: User) -> None:
    shown = page(page_client(demo))
    assert "Requester: may ask for changes" in shown
    assert "in staging" in shown
    assert "you need a role" in page(page_client(person("guest")))


def test_a_token_is_shown_once_and_opens_what_its_owner_may(demo: User) -> None:
    client, request_id = page_client(demo), str(uuid4())
    answer = made(client, request_id=request_id)
    (key,) = re.findall(r'<code id="key">(\w+)</code>', answer.content.decode())
    assert "no-store" in answer["Cache-Control"]
    assert AuthToken.objects.get(user=demo).expiry < timezone.now() + timedelta(days=7, minutes=1)
    assert "never" in page(client)
    assert Client().get("/api/v1/stacks/", headers={"authorization": f"Token {key}"}).status_code == 200
    used = TokenUse.objects.get(user=demo).used_at
    assert used is not None
    assert key not in page(client)
    assert "nightly" in page(client)
    # Sent again it makes no second one, and shows no key.
    again = made(client, request_id=request_id)
    assert again.status_code == 422
    assert b"It was made already" in again.content
    assert AuthToken.objects.filter(user=demo).count() == 1
    assert user_from_token(key) == demo
    assert TokenUse.objects.get(user=demo).used_at == used


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"name": " "}, "Give it a name"),
        ({"days": "10000"}, "Choose how long"),
        ({"days": ""}, "Choose how long"),
        ({"name": "x" * 101}, "100 characters"),
        ({"request_id": "x"}, "Load the page again"),
    ],
)
def test_what_is_no_token_is_refused(demo: User, sent: dict[str, str], said: str) -> None:
    answer = made(page_client(demo), **sent)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not AuthToken.objects.exists()


def test_a_revoked_token_opens_nothing_and_nobody_revokes_another_s(demo: User) -> None:
    ann = person("ann")
    hers, mine = token_issue(ann)[0], token_issue(demo, name="mine")[0]
    client = page_client(demo)
    assert "made by signing in from a program" in page(page_client(ann))
    stranger = AuthToken.objects.get(user=ann).digest[:16]
    client.post("/profile/", {"do": "revoke", "token": stranger})
    client.post("/profile/", {"do": "revoke", "token": ""})
    assert user_from_token(hers) == ann
    assert user_from_token(mine) == demo
    (token,) = re.findall(r'name="token" value="(\w+)"', page(client))
    assert "The token opens nothing any more." in page(client, "?done=revoked")
    client.post("/profile/", {"do": "revoke", "token": token})
    assert user_from_token(mine) is None
    assert not TokenUse.objects.filter(user=demo).exists()


def test_other_sessions_are_seen_and_ended(demo: User) -> None:
    here, there = signed_in(demo, "Here/1"), signed_in(demo, "There/2")
    hers = signed_in(person("ann"), "Elsewhere/3")
    shown = page(here)
    assert "There/2" in shown
    assert "Elsewhere/3" not in shown
    assert re.search(r'Here/1 <span class="chip">', shown)
    assert here.post("/profile/", {"do": "end-others"}).status_code == 302
    assert there.get("/profile/").status_code == 302
    assert "There/2" not in page(here)
    assert hers.get("/profile/").status_code == 200


def test_a_browser_is_named_in_two_words(demo: User) -> None:
    chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
    shown = page(signed_in(demo, chrome))
    assert ">Chrome on Linux <" in shown
    assert "<b>" not in page(signed_in(demo, "<b>bold"))


def test_signing_out_and_running_out_end_a_session(demo: User) -> None:
    here, there, gone = signed_in(demo, "Here/1"), signed_in(demo, "There/2"), signed_in(demo, "Gone/3")
    there.post("/logout/")
    Session.objects.filter(session_key=gone.cookies["sessionid"].value).update(expire_date=timezone.now())
    shown = page(here)
    assert "There/2" not in shown
    assert "Gone/3" not in shown
