"""Who may open a conversation, what the first frame says, and with which code everybody else is sent away."""

import asyncio

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from chatbot_project.accounts.models import User
from conversations.selectors import conversation_get
from conversations.services import conversation_create
from nlu.models import Bot
from tests.integration.web.clients import Person, Server, chat, raw


def session_cookie(person: Person) -> dict[str, str]:
    session = SessionStore()
    session[SESSION_KEY] = str(person.user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = person.user.get_session_auth_hash()
    session.create()
    return {"Cookie": f"sessionid={session.session_key}"}


async def test_new_makes_an_empty_conversation(web: Server, ann: Person) -> None:
    async with chat(web.socket("new"), ann) as first:
        assert first.opened["last_seq"] == 0
    async with chat(web.socket(first.id), ann) as again:
        assert again.id == first.id


async def test_a_new_conversation_is_with_the_bot_that_was_chosen(web: Server, ann: Person) -> None:
    await asyncio.to_thread(Bot.objects.create, name="buckets", title="Buckets")
    await asyncio.to_thread(Bot.objects.create, name="secret", title="Secret", groups=["platform"])
    async with chat(web.socket("new", "?bot=buckets"), ann) as client:
        assert (await asyncio.to_thread(conversation_get, client.id)).bot == "buckets"
    for name in ("secret", "none"):
        async with raw(web.socket("new", f"?bot={name}"), ann) as client:
            assert await client.close_code() == 4404


async def test_the_subprotocol_is_selected_and_the_key_never_echoed(web: Server, ann: Person) -> None:
    async with chat(web.socket(), subprotocols=["infrachat.v1", f"token.{ann.token}"]) as client:
        assert client.connection.subprotocol == "infrachat.v1"
        assert ann.token not in str(client.connection.response)


async def test_a_page_opens_with_its_session(web: Server, ann: Person) -> None:
    cookie = await asyncio.to_thread(session_cookie, ann)
    async with chat(web.socket(), additional_headers=cookie, origin=web.http):
        pass


@pytest.mark.parametrize("origin", ["http://evil.example", "http://127.0.0.1:1", "https://127.0.0.1", "null"])
async def test_a_foreign_page_may_not_use_the_session(web: Server, ann: Person, origin: str) -> None:
    cookie = await asyncio.to_thread(session_cookie, ann)
    async with raw(web.socket(), additional_headers=cookie, origin=origin) as client:
        assert await client.close_code() == 4403


async def test_a_token_works_from_any_origin(web: Server, ann: Person) -> None:
    async with chat(web.socket(), ann, origin="https://widget.example"):
        pass


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"additional_headers": {"Authorization": "Token " + "0" * 64}},
        {"additional_headers": {"Authorization": "Token"}},
        {"additional_headers": {"Cookie": "sessionid=nobody"}},
        {"subprotocols": ["infrachat.v1", "token.wrong"]},
    ],
)
async def test_not_signed_in(web: Server, options: dict[str, object]) -> None:
    async with raw(web.socket(), **options) as client:
        assert await client.close_code() == 4401


async def test_somebody_elses_conversation(web: Server, ann: Person, bob: Person) -> None:
    conversation = await asyncio.to_thread(conversation_create, user=ann.user)
    async with raw(web.socket(conversation.id), bob) as client:
        assert await client.close_code() == 4403


@pytest.mark.parametrize("name", ["0b7e2c1e-8d5f-4f0a-9a51-3c2f6f1d2e4b", "not-a-uuid", "%00", "NEW"])
async def test_no_such_conversation(web: Server, ann: Person, name: str) -> None:
    async with raw(web.socket(name), ann) as client:
        assert await client.close_code() == 4404


async def test_no_such_address(web: Server, ann: Person) -> None:
    async with raw(f"ws://127.0.0.1:{web.port}/ws/v2/else/", ann) as client:
        assert await client.close_code() == 4404


async def test_a_superuser_reads_and_does_not_write(web: Server, ann: Person, root: Person) -> None:
    conversation = await asyncio.to_thread(conversation_create, user=ann.user)
    async with chat(web.socket(conversation.id), root) as client:
        answer = await client.say("hello")
        assert (answer["type"], answer["data"]["status"]) == ("error", 403)


async def test_too_many_connections(web: Server, ann: Person) -> None:
    async with (
        chat(web.socket(), ann) as first,
        chat(web.socket(first.id), ann),
        chat(web.socket(first.id), ann),
        chat(web.socket(first.id), ann),
        raw(web.socket(first.id), ann) as fifth,
    ):
        assert await fifth.close_code() == 4429
    async with chat(web.socket(first.id), ann):
        pass


async def test_an_open_socket_does_not_outlive_its_right(web: Server, ann: Person) -> None:
    async with chat(web.socket(), ann) as client:
        await asyncio.to_thread(User.objects.filter(pk=ann.user.pk).update, is_active=False)
        assert await client.close_code() == 4401


@pytest.mark.parametrize("after", ["7", "9999999999"])
async def test_after_beyond_the_end_goes_on_from_the_end(web: Server, ann: Person, after: str) -> None:
    async with chat(web.socket(), ann) as first:
        await first.say("hello")
        await first.next_of("message.created")
    async with chat(web.socket(first.id, f"?after={after}"), ann) as client:
        error = await client.next()
        last_seq = client.opened["last_seq"]
        assert (error["type"], error["data"]["field"]) == ("error", "after")
        assert f"last_seq is {last_seq}" in error["data"]["detail"]
        ack = await client.say("on from the end")
        assert (await client.next_of("message.created"))["seq"] > last_seq
        assert ack["data"]["seq"] > last_seq


@pytest.mark.parametrize("after", ["x", "-1", "1.5", "99999999999999999999", "１"])
async def test_after_that_is_no_number_starts_at_the_beginning(web: Server, ann: Person, after: str) -> None:
    async with chat(web.socket(), ann) as first:
        await first.say("hello")
    async with chat(web.socket(first.id, f"?after={after}"), ann) as client:
        error = await client.next()
        assert (error["type"], error["data"]["field"]) == ("error", "after")
        assert (await client.next())["seq"] == 1
