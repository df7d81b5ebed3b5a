"""The socket of pages that follow what others do: fragments of HTML, for a session with the right to see them."""

import asyncio
import contextlib
import json
from typing import Any

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from chatbot_project.accounts.models import RoleBinding, User
from orchestrator.types import JobView
from tests.integration.mongo import orchestrating
from tests.integration.web.clients import PATIENCE_SECONDS, Chat, Person, Server, raw

NOTHING_NEW = "{}"


def page_socket(web: Server, page: str = "approvals", query: str = "") -> str:
    return f"ws://127.0.0.1:{web.port}/ws/pages/{page}/{query}"


def cookie_of(user: User) -> dict[str, str]:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return {"Cookie": f"sessionid={session.session_key}"}


def people() -> tuple[User, User]:
    orchestrating.seed()
    return orchestrating.person("demo", "requester"), orchestrating.person("petra", "approver", "operator")


def waits(demo: User, name: str = "keys") -> JobView:
    return orchestrating.planned(orchestrating.submit(demo, name, subject="vault"))


async def shows(client: Chat, *seen: str) -> None:
    """What htmx's extension sends: one value as a text, several as a list, none not at all."""
    said = {"seen": seen[0]} if len(seen) == 1 else {"seen": list(seen)} if seen else {}
    await client.connection.send(json.dumps({**said, "headers": {"HX-Request": "true"}}))


async def news(client: Chat) -> str:
    """The next fragment."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (text := str(await client.connection.recv())) == NOTHING_NEW:
            pass
    return text


async def test_a_plan_that_comes_and_is_decided_by_somebody_else_is_sent(web: Server) -> None:
    demo, petra = await asyncio.to_thread(people)
    second = await asyncio.to_thread(orchestrating.person, "second", "approver")
    first = await asyncio.to_thread(waits, demo)
    cookie = await asyncio.to_thread(cookie_of, petra)
    async with raw(page_socket(web), additional_headers=cookie, origin=web.http) as client:
        await shows(client, f"{first.id}:{first.version}:open")
        assert 'id="waiting"' in await news(client)
        job = await asyncio.to_thread(waits, demo, "new-keys")
        came = await news(client)
        assert 'hx-swap-oob="beforeend:#inbox"' in came
        assert f'id="job-{job.id}"' in came
        assert f'id="job-{first.id}"' not in came
        assert "csrfmiddlewaretoken" in came
        await asyncio.to_thread(orchestrating.approve, job, second)
        changed = await news(client)
        assert 'hx-swap-oob="outerMorph"' in changed
        assert "second approved" in changed


async def test_a_new_connection_is_sent_what_is_true_now(web: Server) -> None:
    demo, petra = await asyncio.to_thread(people)
    job = await asyncio.to_thread(waits, demo)
    seen = f"{job.id}:{job.version}:open"
    await asyncio.to_thread(orchestrating.approve, job, petra)
    cookie = await asyncio.to_thread(cookie_of, petra)
    async with raw(page_socket(web), additional_headers=cookie, origin=web.http) as client:
        await shows(client, seen)
        found = await news(client)
        assert "You approved it." in found
        assert "Nothing waits for your approval." in found


async def test_the_dashboard_hears_of_a_job_at_once(web: Server) -> None:
    demo, petra = await asyncio.to_thread(people)
    cookie = await asyncio.to_thread(cookie_of, petra)
    async with raw(page_socket(web, "dashboard"), additional_headers=cookie, origin=web.http) as client:
        await shows(client)
        assert "everything that was asked for has ended" in await news(client)
        await asyncio.to_thread(orchestrating.submit, demo)
        async with asyncio.timeout(5):  # half the time after which it looks by itself
            assert "<dd>1</dd>" in await news(client)


@pytest.mark.parametrize("end", ["deactivated", "signed out", "role lost"])
async def test_who_has_no_right_any_more_is_sent_nothing_more(web: Server, end: str) -> None:
    demo, petra = await asyncio.to_thread(people)
    cookie = await asyncio.to_thread(cookie_of, petra)
    page = "dashboard" if end == "role lost" else "approvals"
    async with raw(page_socket(web, page), additional_headers=cookie, origin=web.http) as client:
        await shows(client)
        await news(client)
        if end == "deactivated":
            await asyncio.to_thread(User.objects.filter(pk=petra.pk).update, is_active=False)
        elif end == "signed out":
            await asyncio.to_thread(SessionStore(cookie["Cookie"].partition("=")[2]).flush)
        else:
            await asyncio.to_thread(RoleBinding.objects.filter(user=petra).delete)
        await asyncio.to_thread(waits, demo)
        assert await client.close_code() == (4403 if end == "role lost" else 4401)


async def test_an_approver_who_is_none_any_more_keeps_no_card(web: Server) -> None:
    demo, petra = await asyncio.to_thread(people)
    job = await asyncio.to_thread(waits, demo)
    cookie = await asyncio.to_thread(cookie_of, petra)
    async with raw(page_socket(web), additional_headers=cookie, origin=web.http) as client:
        await shows(client, f"{job.id}:{job.version}:open")
        await news(client)
        await asyncio.to_thread(RoleBinding.objects.filter(user=petra).delete)
        found = await news(client)
        assert f'id="job-{job.id}" hx-swap-oob="delete"' in found
        assert job.title not in found


@pytest.mark.parametrize("origin", ["http://evil.example", "http://127.0.0.1:1", "null"])
async def test_a_foreign_page_may_not_use_the_session(web: Server, ann: Person, origin: str) -> None:
    cookie = await asyncio.to_thread(cookie_of, ann.user)
    async with raw(page_socket(web), additional_headers=cookie, origin=origin) as client:
        assert await client.close_code() == 4403


async def test_only_a_session_opens_it_and_only_pages_there_are(web: Server, ann: Person, bob: Person) -> None:
    async with raw(page_socket(web)) as client:
        assert await client.close_code() == 4401
    async with raw(page_socket(web), ann) as client:  # with a token
        assert await client.close_code() == 4401
    cookie = await asyncio.to_thread(cookie_of, bob.user)
    async with raw(page_socket(web, "secrets"), additional_headers=cookie) as client:
        assert await client.close_code() == 4404
    async with raw(page_socket(web, "dashboard"), additional_headers=cookie) as client:
        await shows(client)
        assert await client.close_code() == 4403


@pytest.mark.parametrize("text", ["", "[]", "seen", '{"seen": "' + "x" * 70_000 + '"}', b"{}"])
async def test_what_cannot_be_right_ends_it_with_a_sentence(web: Server, ann: Person, text: Any) -> None:
    cookie = await asyncio.to_thread(cookie_of, ann.user)
    async with raw(page_socket(web), additional_headers=cookie) as client:
        await client.connection.send(text)
        assert await client.close_code() == 1008
        assert "Say what the page shows" in str(client.connection.close_reason)


async def test_it_counts_among_a_persons_connections(web: Server, ann: Person) -> None:
    cookie = await asyncio.to_thread(cookie_of, ann.user)
    async with contextlib.AsyncExitStack() as stack:
        opened = [raw(page_socket(web), additional_headers=cookie) for _ in range(5)]
        clients = [await stack.enter_async_context(each) for each in opened]
        # Who comes last to be counted is not always who connected last.
        ends = [asyncio.create_task(each.close_code()) for each in clients]
        done, others = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        assert [await each for each in done] == [4429]
        for each in others:
            each.cancel()
        await asyncio.gather(*others, return_exceptions=True)
