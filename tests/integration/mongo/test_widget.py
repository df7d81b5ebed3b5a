"""The chat on pages of other sites: who gets a token, where it is good, and what it is not good for."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from chatbot_project.accounts.models import Role, User
from chatbot_project.accounts.roles import has_role, user_ids_with_role
from chatbot_project.accounts.selectors import user_by_name
from chatbot_project.accounts.services import role_grant
from chatbot_project.accounts.tokens import token_issue, user_from_token
from conversations.client_frames import MessageSend
from conversations.errors import TooMany
from conversations.requests import store
from conversations.selectors import conversation_get
from conversations.services import Accepted
from conversations.widget.guests import Guest
from conversations.widget.models import EmbeddingSite
from tests.integration.mongo.clients import page_client
from tests.integration.mongo.embedding import ELSEWHERE, HERE, ask, asked_by_server, member, opened, site_make
from tests.integration.mongo.orchestrating import person

pytestmark = pytest.mark.usefixtures("mongo_db", "redis_url")


@pytest.fixture
def server() -> str:
    """The API token of the account of the site's server."""
    site = site_make(anonymous=False, backend=person("intranet-server"), groups=["staff"])
    assert site.backend is not None
    return token_issue(site.backend)[0]


def test_no_page_may_without_being_listed() -> None:
    site_make()
    site_make("off", enabled=False)
    for name, origin in [
        ("intranet", ELSEWHERE),
        ("intranet", None),
        ("intranet", "null"),
        ("intranet", HERE + ":8443"),
    ]:
        refused = ask(name, origin, begin="latest")
        assert refused.status_code == 403
        assert json.loads(refused.content)["field"] == "origin"
        assert "Access-Control-Allow-Origin" not in refused.headers
    for name in ("off", "nosuch"):
        assert ask(name).status_code == 403
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("origin", "allowed"), [(HERE, HERE), (ELSEWHERE, None), ("http://intranet.example.com", None)]
)
def test_a_browser_asks_first_and_learns_exactly_the_origin(origin: str, allowed: str | None) -> None:
    site_make()
    answer = Client().options(
        "/api/v1/widget/sites/intranet/session/",
        headers={"origin": origin, "access-control-request-method": "POST"},
    )
    assert answer.headers.get("Access-Control-Allow-Origin") == allowed
    assert "Origin" in answer.headers["Vary"]
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_no_other_address_answers_pages_of_other_sites() -> None:
    site_make()
    for address in (
        "/api/v1/conversations/",
        "/api/v1/auth/token/",
        "/api/v1/widget/sites/intranet/tokens/",
        "/",
        "/login/",
    ):
        answer = Client().options(address, headers={"origin": HERE})
        assert "Access-Control-Allow-Origin" not in answer.headers, address


def test_a_visitor_is_known_again_and_goes_on() -> None:
    site_make()
    first = opened(begin="latest")
    assert first["viewer"]["is_visitor"]
    assert first["bot"] == {"name": "default", "title": "Ops bot"}
    again = opened(visitor=first["visitor"])
    assert again["viewer"] == first["viewer"]
    assert again["conversation"]["id"] == first["conversation"]["id"]
    another = opened(visitor=first["visitor"], begin="new")
    assert another["conversation"]["id"] != first["conversation"]["id"]
    assert conversation_get(first["conversation"]["id"]).site == "intranet"
    assert not Client().cookies


def test_a_visitor_can_neither_sign_in_nor_hold_a_role() -> None:
    site_make()
    user = User.objects.get(id=opened()["viewer"]["id"])
    assert not user.has_usable_password()
    role_grant(user=user, role=Role.REQUESTER)
    role_grant(user=user, role=Role.APPROVER)
    assert not has_role(user, Role.REQUESTER, "staging")
    assert user.id not in user_ids_with_role(Role.APPROVER, "staging")
    assert user_from_token(token_issue(user)[0]) is None
    assert user_by_name(user.username) is None


def test_another_site_does_not_know_the_visitor() -> None:
    site_make()
    site_make("shop")
    first = opened(begin="latest")
    other = opened("shop", visitor=first["visitor"])
    assert other["viewer"]["id"] != first["viewer"]["id"]
    assert ask("shop", token=first["token"]).status_code == 403


def test_a_site_that_is_not_open_to_visitors_says_so_to_its_page() -> None:
    site_make(anonymous=False)
    refused = ask(begin="latest")
    assert refused.status_code == 403
    assert refused.headers["Access-Control-Allow-Origin"] == HERE
    assert "signed in there" in json.loads(refused.content)["detail"]


def test_the_site_s_server_names_its_people(server: str) -> None:
    ann = member(person("ann", "requester"), "staff")
    answer = asked_by_server(server, user="ann")
    assert answer.status_code == 201
    session = opened(token=json.loads(answer.content)["token"], begin="latest")
    assert session["viewer"] == {"id": str(ann.id), "name": "ann", "is_visitor": False}
    assert session["visitor"] is None
    assert opened(token=session["token"])["conversation"]["id"] == session["conversation"]["id"]


def test_a_server_s_own_name_for_somebody_lasts(server: str) -> None:
    tokens = [json.loads(asked_by_server(server, visitor=name).content)["token"] for name in ("c-1", "c-1", "c-2")]
    viewers = [opened(token=token)["viewer"] for token in tokens]
    assert viewers[0] == viewers[1] != viewers[2]
    assert all(each["is_visitor"] for each in viewers)


def test_whom_a_server_may_not_name(server: str) -> None:
    person("bob", "requester")
    member(User.objects.create_superuser("root", password="a long password"), "staff")
    clerk = member(person("clerk"), "staff")
    User.objects.filter(id=clerk.id).update(is_staff=True)
    gone = member(person("gone"), "staff")
    User.objects.filter(id=gone.id).update(is_active=False)
    for name in ("bob", "root", "clerk", "gone", "nobody", "intranet-server"):
        refused = asked_by_server(server, user=name)
        assert (refused.status_code, json.loads(refused.content)["field"]) == (404, "user"), name


def test_only_the_account_of_the_server_may(server: str) -> None:
    member(person("ann"), "staff")
    site_make("shop")
    root = User.objects.create_superuser("root", password="a long password")
    for key, site in [(token_issue(root)[0], "intranet"), (server, "shop"), (server, "nosuch")]:
        assert asked_by_server(key, site, user="ann").status_code == 403
    assert asked_by_server("wrong", user="ann").status_code == 401


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "user"),
        ({"user": "ann", "visitor": "c-1"}, "user"),
        ({"user": ""}, "user"),
        ({"user": 7}, "user"),
        ({"visitor": "x" * 151}, "visitor"),
        ({"user": "ann", "origin": ELSEWHERE}, "origin"),
        ({"user": "ann", "origin": f"{HERE}/"}, "origin"),
    ],
)
def test_what_a_server_says_wrong_is_named(server: str, body: dict[str, Any], field: str) -> None:
    member(person("ann"), "staff")
    answer = asked_by_server(server, **body)
    assert answer.status_code in (400, 422)
    assert json.loads(answer.content)["field"] == field


def person_token(server: str) -> str:
    member(person("ann", "requester"), "staff")
    token: str = json.loads(asked_by_server(server, user="ann").content)["token"]
    return token


def test_a_token_is_good_for_the_chat_alone(server: str) -> None:
    token = opened(token=person_token(server), begin="latest")["token"]
    for address in ("conversations/", "jobs/", "stacks/", "approvals/", "bots/", "environments/"):
        answer = Client().get(f"/api/v1/{address}", headers={"authorization": f"Token {token}", "origin": HERE})
        assert answer.status_code == 401, address
    assert asked_by_server(token, user="ann").status_code == 401
    assert Client().get("/", headers={"authorization": f"Token {token}"}).status_code == 302


def test_a_token_ends(server: str, settings: Any) -> None:
    token = person_token(server)
    settings.WIDGET = {**settings.WIDGET, "RENEWAL_SECONDS": -1}
    spent = ask(token=token)
    assert (spent.status_code, json.loads(spent.content)["code"]) == (401, "not_signed_in")
    settings.WIDGET = {**settings.WIDGET, "RENEWAL_SECONDS": 60, "TOKEN_SECONDS": -1}
    assert ask(token=token).status_code == 401


@pytest.mark.parametrize("change", ["enabled", "origins", "backend", "groups", "person"])
def test_what_was_allowed_ends_with_the_reason_for_it(server: str, change: str) -> None:
    token = person_token(server)
    sites = EmbeddingSite.objects.filter(name="intranet")
    if change == "person":
        User.objects.filter(username="ann").update(is_active=False)
    else:
        sites.update(
            **{"enabled": {"enabled": False}, "origins": {"origins": [ELSEWHERE]}, "backend": {"backend": None}}.get(
                change, {"groups": ["others"]}
            )
        )
    assert ask(token=token).status_code in (401, 403)


def test_what_is_not_ours_is_no_token(server: str) -> None:
    token = person_token(server)
    visitor_key = "w1." + token.removeprefix("w1.")[::-1]
    for wrong in (token[:-1], token + "x", visitor_key, "w1.", "w1..", "e30.e30.e30", "x" * 1999, token.upper()):
        assert ask(token=wrong).status_code == 401, wrong
    assert ask(token="x" * 2001).status_code == 422
    assert ask(token=["a"]).status_code == 422
    assert ask(begin="all").status_code == 400


def test_a_visitor_s_key_is_no_token_and_no_token_a_key() -> None:
    site_make()
    first = opened()
    assert ask(token=first["visitor"]).status_code == 401
    assert opened(visitor=first["token"])["viewer"]["id"] != first["viewer"]["id"]


def test_one_address_makes_few_visitors(settings: Any) -> None:
    site_make()
    settings.WIDGET = {**settings.WIDGET, "VISITORS_PER_MINUTE": 3}
    key = opened()["visitor"]
    opened()
    opened()
    refused = ask()
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert refused.headers["Access-Control-Allow-Origin"] == HERE
    assert ask(visitor=key).status_code == 200


def test_visitors_of_one_address_say_so_much_and_people_are_not_counted_with_them(settings: Any) -> None:
    site_make()
    settings.WIDGET = {**settings.WIDGET, "MESSAGES_PER_MINUTE": 2}

    def say(address: str) -> Accepted:
        session = opened(begin="latest")
        visitor = User.objects.get(id=session["viewer"]["id"])
        frame = MessageSend(str(uuid4()), "hello")
        guest = Guest("intranet", address)
        return store(frame, user=visitor, conversation_id=session["conversation"]["id"], guest=guest)

    for _ in range(2):
        assert say("192.0.2.1").seq == 1
    with pytest.raises(TooMany):
        say("192.0.2.1")
    assert say("192.0.2.2").seq == 1


def test_a_busy_server_is_told_when_it_asks_too_much(server: str, settings: Any) -> None:
    settings.WIDGET = {**settings.WIDGET, "SERVER_TOKENS_PER_MINUTE": 2}
    assert [asked_by_server(server, visitor="c-1").status_code for _ in range(3)] == [201, 201, 429]


def test_the_script_is_for_every_page_and_names_nobody() -> None:
    script = Client().get("/widget/v1.js")
    assert script.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert script.headers["Access-Control-Allow-Origin"] == "*"
    assert script.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert b"/static/web/js/widget/element.js" in script.content
    words = Client().get("/widget/words/de.js")
    assert words.headers["Access-Control-Allow-Origin"] == "*"
    assert b"export const gettext" in words.content
    assert Client().get("/widget/words/xx.js").status_code == 404
    module = Client().get("/static/web/js/widget/element.js")
    assert module.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


FORM = {"name": "portal", "enabled": "on", "bot": "default", "origins": f"{HERE}\nhttps://b.example.com:8443\n"}


@pytest.fixture
def admin() -> Client:
    site_make("other")
    return page_client(User.objects.create_superuser("root", password="secret"))


def test_a_site_is_made_in_the_admin(admin: Client) -> None:
    assert admin.post("/admin/conversations/embeddingsite/add/", FORM).status_code == 302
    made = EmbeddingSite.objects.get(name="portal")
    assert (made.origins, made.anonymous, made.groups) == ([HERE, "https://b.example.com:8443"], False, [])
    page = admin.get("/admin/conversations/embeddingsite/portal/change/").content.decode()
    assert f"{HERE}\nhttps://b.example.com:8443" in page
    assert admin.get("/admin/conversations/embeddingsite/").status_code == 200


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"origins": "https://*.example.com"}, "has a wildcard"),
        ({"origins": "https://a.example.com/chat"}, "Browsers send https://a.example.com for"),
        ({"origins": ""}, "required"),
        ({"name": "../x"}, "Use lower-case letters"),
        ({"groups": "staff"}, "Only a server can name people"),
        ({"bot": "guarded", "anonymous": "on"}, "a visitor is in none"),
        ({"backend": "root"}, "Make an account for the server alone"),
    ],
)
def test_a_wrong_site_is_refused_at_its_field(admin: Client, wrong: dict[str, str], said: str) -> None:
    from nlu.models import Bot

    Bot.objects.create(name="guarded", title="Guarded", groups=["staff"])
    member(person("ann"), "staff")
    if "backend" in wrong:
        wrong = {"backend": str(User.objects.get(username="root").id)}
    answer = admin.post("/admin/conversations/embeddingsite/add/", {**FORM, **wrong})
    assert answer.status_code == 200
    assert said in answer.content.decode().replace("&#x27;", "'")
    assert EmbeddingSite.objects.count() == 1
