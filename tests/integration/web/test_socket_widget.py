"""The socket of a page of another site: which origin, which conversations, which frames, and for how long."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from websockets.typing import Origin

from conversations.services import conversation_create
from conversations.widget.models import EmbeddingSite
from conversations.widget.sessions import session_continue, session_visit, site_of, token_for_person
from tests.integration.mongo.embedding import ELSEWHERE, HERE, member, site_make
from tests.integration.web.clients import Person, Server, chat, raw, rest
from tests.integration.web.conftest import person


class Page:
    """A page of HERE with the chat in it: `key` is its token, `id` its conversation."""

    def __init__(self, server: Server, key: str, conversation_id: str) -> None:
        self.server, self.key, self.id = server, key, conversation_id

    def options(self, origin: str | None = HERE, key: str | None = None) -> dict[str, Any]:
        found: dict[str, Any] = {"subprotocols": ["infrachat.v1", f"token.{key or self.key}"]}
        return {**found, "origin": Origin(origin)} if origin else found

    def chat(self, **options: Any) -> Any:
        return chat(self.server.socket(self.id), **self.options(**options))

    async def refusal(self, conversation: str | None = None, **options: Any) -> int | None:
        async with raw(self.server.socket(conversation or self.id), **self.options(**options)) as client:
            return await client.close_code()


@pytest.fixture
def page(web: Server, ann: Person) -> Page:
    """Ann, whom the site's server has named."""
    member(ann.user, "staff")
    backend = person("intranet-server").user
    site_make(backend=backend, groups=["staff"])
    token, _ends = token_for_person(backend=backend, site_name="intranet", origin=HERE, username="ann")
    session = session_continue(site=site_of("intranet", HERE), origin=HERE, token=token, begin="latest")
    assert session.conversation is not None
    return Page(web, session.token, session.conversation.id)


def visit(site: str = "intranet") -> tuple[str, str]:
    session = session_visit(site=site_of(site, HERE), origin=HERE, visitor=None, address="192.0.2.1", begin="latest")
    assert session.conversation is not None
    return session.token, session.conversation.id


async def test_it_talks_and_the_key_is_never_echoed(page: Page) -> None:
    async with page.chat() as client:
        assert client.connection.subprotocol == "infrachat.v1"
        assert (await client.say("hello"))["type"] == "ack"
        assert (await client.next_of("message.created"))["data"]["author"] == "user"
        answered = await client.next_of("message.created")
        assert answered["data"]["author"] == "bot"


@pytest.mark.parametrize("origin", [None, ELSEWHERE, "null", f"{HERE}:8443", "http://intranet.example.com"])
async def test_the_token_is_good_on_its_own_page_alone(page: Page, origin: str | None) -> None:
    assert await page.refusal(origin=origin) == 4403


async def test_only_what_was_begun_on_the_site_is_open(page: Page, ann: Person, bob: Person) -> None:
    own = await asyncio.to_thread(conversation_create, user=ann.user)
    others = await asyncio.to_thread(conversation_create, user=bob.user)
    await asyncio.to_thread(site_make, "shop")
    _key, shops = await asyncio.to_thread(visit, "shop")
    for conversation in (own.id, others.id, shops):
        assert await page.refusal(conversation) == 4403
    assert await page.refusal("new") == 4404
    key, visitors = await asyncio.to_thread(visit)
    assert await page.refusal(visitors) == 4403
    assert await page.refusal(key=key) == 4403


async def test_its_owner_goes_on_with_it_here(page: Page, ann: Person) -> None:
    async with page.chat() as client:
        await client.say("hello")
    async with chat(page.server.socket(page.id), ann) as client:
        assert (await client.next_of("message.created"))["data"]["text"] == "hello"


async def test_nothing_is_decided_from_there(page: Page) -> None:
    async with page.chat() as client:
        for kind, data in [
            ("job.approve", {"plan_hash": "a" * 64}),
            ("job.reject", {}),
            ("job.cancel", {}),
            ("proposal.correct", {"values": {"name": "b"}}),
        ]:
            refused = await client.answer(await client.send(kind, job_id=str(uuid4()), **data))
            assert (refused["type"], refused["data"]["code"]) == ("error", "not_allowed"), kind
        lost = await client.answer(await client.send("job.follow", job_id=str(uuid4()), after=0))
        assert lost["data"]["code"] == "not_found"
        assert (await client.say("hello"))["type"] == "ack"


async def test_a_huge_message_is_refused_and_the_talk_goes_on(page: Page) -> None:
    async with page.chat() as client:
        assert (await client.say("x" * 4_001))["data"]["field"] == "text"
        assert (await client.say("x" * 60_000))["type"] == "error"
        assert (await client.say("hello"))["type"] == "ack"


@pytest.mark.parametrize("change", [{"enabled": False}, {"origins": [ELSEWHERE]}, {"groups": []}, {"backend": None}])
async def test_an_open_socket_ends_with_its_right(page: Page, change: dict[str, Any]) -> None:
    async with page.chat() as client:
        await asyncio.to_thread(EmbeddingSite.objects.filter(name="intranet").update, **change)
        assert await client.close_code() == 4401


async def test_a_token_opens_no_rest(page: Page) -> None:
    stranger = Person(user=None, token=page.key, password="")  # type: ignore[arg-type]

    def ask() -> list[int]:
        with rest(page.server, stranger) as client:
            paths = ("conversations/", f"conversations/{page.id}/", f"conversations/{page.id}/stream/", "jobs/")
            return [client.get(path, headers={"Origin": HERE}).status_code for path in paths]

    assert await asyncio.to_thread(ask) == [401] * 4
