"""What a person with an account, an old token or no account at all tries on the web process; and does not get."""

import asyncio
import base64
import contextlib
import json
from typing import Any
from uuid import uuid4

import httpx
import pytest
from knox.models import AuthToken

from chatbot_project.accounts.models import RoleBinding, User
from conversations.services import conversation_create, message_accept
from orchestrator.executors.base import LogLine
from orchestrator.joblog import JobLog
from orchestrator.types import JobView
from tests.integration.mongo import orchestrating
from tests.integration.web.clients import PATIENCE_SECONDS, Chat, Person, Server, chat, raw, rest
from tests.integration.web.conftest import person


def job_of_somebody() -> tuple[JobView, User]:
    orchestrating.seed()
    demo = orchestrating.person("demo", "requester")
    return orchestrating.submit(demo), demo


async def test_who_loses_the_role_stops_hearing_of_other_peoples_jobs(web: Server, ann: Person) -> None:
    """The socket stays open, for it is still her conversation; the log of the job ends with her right to read it."""

    def begin() -> tuple[JobView, JobLog]:
        job, _ = job_of_somebody()
        RoleBinding.objects.create(user=ann.user, role="approver", environment="*")
        return job, JobLog.open(orchestrating.take(job))

    job, log = await asyncio.to_thread(begin)
    async with chat(web.socket(), ann) as client:
        followed = await client.answer(await client.send("job.follow", job_id=job.id, after=0))
        assert followed["type"] == "ack"
        await followed_to(client, log.last)
        await asyncio.to_thread(RoleBinding.objects.filter(user=ann.user).delete)
        await asyncio.sleep(0.4)  # as long as a right is believed in these tests
        await asyncio.to_thread(log.append, [LogLine(kind="line", text="only for those who may")])
        said = await client.next_of("job.event", "error")
        assert said["type"] == "error"
        assert said["data"]["status"] == 404
        assert (await client.say("hello"))["type"] == "ack"


async def followed_to(client: Chat, seq: int) -> None:
    while (await client.next_of("job.event"))["data"]["events"][-1]["log_seq"] < seq:
        pass


async def test_a_stream_of_events_ends_with_its_token(web: Server, ann: Person) -> None:
    with rest(web, ann) as client:
        conversation = client.post("/conversations/").json()["id"]
    url = f"{web.http}/api/v1/conversations/{conversation}/stream/"
    async with (
        httpx.AsyncClient(headers=ann.headers, timeout=PATIENCE_SECONDS, trust_env=False) as client,
        client.stream("GET", url) as stream,
    ):
        events = stream.aiter_lines()
        assert "conversation.opened" in await anext(events)
        await asyncio.to_thread(AuthToken.objects.filter(user=ann.user).delete)
        await asyncio.sleep(0.4)
        await asyncio.to_thread(another_message, ann, conversation)
        async with asyncio.timeout(PATIENCE_SECONDS):
            said = [json.loads(line.removeprefix("data: ")) async for line in events if line.startswith("data: ")]
        assert [(each["type"], each["data"].get("status")) for each in said] == [("error", 401)]


def another_message(ann: Person, conversation: str) -> None:
    message_accept(conversation_id=conversation, user=ann.user, client_id=str(uuid4()), text="after the end")


class TestBodies:
    @pytest.mark.parametrize("path", ["/auth/token/", "/jobs/", "/conversations/"])
    def test_a_body_without_end_is_refused_before_it_is_read(self, web: Server, ann: Person, path: str) -> None:
        with rest(web, ann) as client:
            answer = client.post(path, content=b'{"a": "' + b"x" * 3_000_000 + b'"}', headers=JSON)
        assert answer.status_code == 413, answer.text[:200]
        assert answer.json()["code"] == "too_large"

    @pytest.mark.parametrize("depth", [60, 400, 100_000])
    @pytest.mark.parametrize("path", ["/auth/token/", "/jobs/"])
    def test_a_body_as_deep_as_a_well_is_a_bad_request(self, web: Server, ann: Person, path: str, depth: int) -> None:
        with rest(web, ann) as client:
            answer = client.post(path, content=b'{"a":' * depth + b"1" + b"}" * depth, headers={**JSON, **KEY})
        assert answer.status_code == 400, answer.text[:200]
        assert "deep" in answer.json()["detail"]

    @pytest.mark.parametrize("body", ['{"a": NaN}', '{"a": Infinity}', '{"a": ' + "9" * 5_000 + "}", "", "{", "\0"])
    def test_what_is_no_json_is_a_bad_request(self, web: Server, ann: Person, body: str) -> None:
        with rest(web, ann) as client:
            answer = client.post("/jobs/", content=body.encode(), headers=JSON)
        assert answer.status_code in {400, 422}, answer.text[:200]

    @pytest.mark.parametrize("key", ["[" * 20_000, '[0, "\\ud800"]', '[NaN, "x"]', '[1e400, "x"]', '[{}, "x"]', "[]"])
    def test_a_cursor_of_their_own_making(self, web: Server, ann: Person, key: str) -> None:
        cursor = base64.urlsafe_b64encode(key.encode()).decode()
        with rest(web, ann) as client:
            answer = client.get("/conversations/", params={"cursor": cursor})
        assert answer.status_code == 400, answer.text[:200]


JSON = {"Content-Type": "application/json"}
KEY = {"Idempotency-Key": "a key"}


class TestSessions:
    def sign_in(self, web: Server, who: Person) -> httpx.Client:
        client = httpx.Client(base_url=web.http, timeout=PATIENCE_SECONDS, trust_env=False)
        client.get("/login/")
        form = {"username": who.user.username, "password": who.password, "csrfmiddlewaretoken": token_of(client)}
        assert client.post("/login/", data=form).status_code == 302
        return client

    def test_a_foreign_page_cannot_post_with_a_persons_cookie(self, web: Server, ann: Person) -> None:
        client = self.sign_in(web, ann)
        with contextlib.closing(client):
            assert client.get("/api/v1/conversations/").status_code == 200
            assert client.post("/api/v1/conversations/", json={}).status_code == 403
            foreign = {"X-CSRFToken": token_of(client), "Origin": "https://evil.example"}
            assert client.post("/api/v1/conversations/", json={}, headers=foreign).status_code == 403
            own = {"X-CSRFToken": token_of(client), "Origin": web.http}
            assert client.post("/api/v1/conversations/", json={}, headers=own).status_code == 201

    async def test_a_foreign_page_cannot_open_a_socket_with_a_persons_cookie(self, web: Server, ann: Person) -> None:
        client = await asyncio.to_thread(self.sign_in, web, ann)
        cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        client.close()
        for origin in ("https://evil.example", "null", web.http.replace("127.0.0.1", "localhost"), f"{web.http}0"):
            headers = {"Cookie": cookie, "Origin": origin}
            async with raw(web.socket(), additional_headers=headers) as socket:
                assert await socket.close_code() == 4403, origin

    @pytest.mark.parametrize("page", ["/login/", "/admin/login/"])
    def test_passwords_cannot_be_tried_on_a_page_either(self, web: Server, page: str) -> None:
        staff = person("staff", is_staff=True, is_superuser=True)
        with httpx.Client(base_url=web.http, timeout=PATIENCE_SECONDS, trust_env=False) as client:
            client.get(page)
            form = {"username": "staff", "csrfmiddlewaretoken": token_of(client)}
            for attempt in range(5):
                assert client.post(page, data={**form, "password": f"guess {attempt}"}).status_code == 200
            answer = client.post(page, data={**form, "password": staff.password})
            assert answer.status_code == 200
            assert "Too many attempts" in answer.text


def token_of(client: httpx.Client) -> str:
    return str(client.cookies["csrftoken"])


class TestStrangers:
    def test_other_peoples_conversations_and_jobs_are_closed(self, web: Server, ann: Person) -> None:
        job, demo = job_of_somebody()
        conversation = conversation_create(user=demo).id
        with rest(web, ann) as client:
            for path in ("", "messages/", "stream/"):
                assert client.get(f"/conversations/{conversation}/{path}").status_code == 403
            answer = client.post(f"/conversations/{conversation}/messages/", json={"text": "hello"})
            assert answer.status_code == 403
            for path in ("", "events/", "plan/"):
                assert client.get(f"/jobs/{job.id}/{path}").status_code == 404
            for path, body in (("approve/", {"plan_hash": "a" * 64}), ("reject/", {}), ("cancel/", {})):
                assert client.post(f"/jobs/{job.id}/{path}", json=body).status_code == 404

    async def test_nor_over_a_socket(self, web: Server, ann: Person) -> None:
        job, demo = await asyncio.to_thread(job_of_somebody)
        async with chat(web.socket(), ann) as client:
            for kind, more in (("job.follow", {}), ("job.approve", {"plan_hash": "a" * 64}), ("job.cancel", {})):
                answer: dict[str, Any] = await client.answer(await client.send(kind, job_id=job.id, **more))
                assert (answer["type"], answer["data"]["status"]) == ("error", 404)
        assert demo is not None

    def test_a_closed_account_is_closed_everywhere(self, web: Server, ann: Person) -> None:
        User.objects.filter(id=ann.user.id).update(is_active=False)
        with rest(web, ann) as client:
            assert client.get("/conversations/").status_code == 401
            body = {"username": "ann", "password": ann.password}
            assert client.post("/auth/token/", json=body).status_code == 401

    @pytest.mark.parametrize("job_id", ["%00", "..%2f..%2fetc", "{$gt:''}", "x" * 5_000, "%ed%a0%80"])
    def test_odd_ids_are_not_found(self, web: Server, ann: Person, job_id: str) -> None:
        with rest(web, ann) as client:
            for path in (
                f"/jobs/{job_id}/",
                f"/stacks/{job_id}/",
                f"/conversations/{job_id}/",
                f"/blueprints/{job_id}/",
            ):
                assert client.get(path).status_code in {400, 404}, path
