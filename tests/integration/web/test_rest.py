"""The REST contract of conversations: what each address answers, and problem+json for everything that is wrong."""

from uuid import uuid4

import httpx
import pytest
from pymongo.database import Database

from tests.integration.web.clients import Person, Server, rest

FORM = "0b7e2c1e-8d5f-4f0a-9a51-3c2f6f1d2e4b"


def assert_problem(answer: httpx.Response, status: int, field: str | None = None) -> dict[str, object]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, object] = answer.json()
    assert problem.keys() >= {"type", "title", "status", "detail", "field"}
    assert problem["status"] == status
    if field is not None:
        assert problem["field"] == field
    return problem


def test_a_token_for_a_password(web: Server, ann: Person) -> None:
    with rest(web) as client:
        answer = client.post("/auth/token/", json={"username": "ann", "password": ann.password})
        assert answer.status_code == 200
        assert answer.json()["expires_at"].endswith("Z")
        headers = {"Authorization": f"Token {answer.json()['token']}"}
        assert client.get("/conversations/", headers=headers).json() == {"results": [], "next": None}


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"username": "ann", "password": "wrong"}, 401, "password"),
        ({"username": "nobody", "password": "wrong"}, 401, "password"),
        ({"username": "ann"}, 422, "password"),
        ({"password": "x"}, 422, "username"),
        ({"username": 5, "password": "x"}, 422, "username"),
        ([], 400, "body"),
    ],
)
def test_no_token_for_anything_else(web: Server, ann: Person, body: object, status: int, field: str) -> None:
    with rest(web) as client:
        assert_problem(client.post("/auth/token/", json=body), status, field)


def test_too_many_attempts_to_sign_in(web: Server, ann: Person) -> None:
    with rest(web) as client:
        for _ in range(5):
            client.post("/auth/token/", json={"username": "ann", "password": "wrong"})
        answer = client.post("/auth/token/", json={"username": "ann", "password": ann.password})
        assert_problem(answer, 429)
        assert int(answer.headers["Retry-After"]) >= 1


def test_nothing_without_signing_in(web: Server) -> None:
    key = uuid4()
    with rest(web) as client:
        for path in ("/conversations/", f"/conversations/{key}/messages/", f"/conversations/{key}/stream/"):
            answer = client.get(path)
            assert_problem(answer, 401)
            assert answer.headers["WWW-Authenticate"] == "Token"


def test_conversations_come_in_pages(web: Server, ann: Person, bob: Person) -> None:
    with rest(web, bob) as client:
        client.post("/conversations/")
    with rest(web, ann) as client:
        made = [client.post("/conversations/", json={"title": f"number {index}"}).json() for index in range(5)]
        seen, url = [], "/conversations/?limit=2"
        while url:
            page = client.get(url).json()
            seen += page["results"]
            url = page["next"]
    assert seen == list(reversed(made))


def test_the_same_key_makes_one_conversation(web: Server, ann: Person, bob: Person) -> None:
    headers = {"Idempotency-Key": "once"}
    with rest(web, ann) as client:
        first, second = (client.post("/conversations/", headers=headers) for _ in range(2))
        assert first.status_code == second.status_code == 201
        assert first.json() == second.json()
        assert client.get(first.headers["Location"]).json() == first.json()
    with rest(web, bob) as client:
        assert client.post("/conversations/", headers=headers).json()["id"] != first.json()["id"]


def test_a_message_and_the_frames_after_it(web: Server, ann: Person, mongo_db: Database[dict[str, object]]) -> None:
    with rest(web, ann) as client:
        messages = f"/conversations/{client.post('/conversations/').json()['id']}/messages/"
        headers = {"Idempotency-Key": "first"}
        first = client.post(messages, json={"text": "hello"}, headers=headers)
        assert (first.status_code, first.json()["seq"]) == (201, 1)
        again = client.post(messages, json={"text": "hello"}, headers=headers)
        assert again.json() == first.json()
        assert again.headers["Idempotent-Replayed"] == "true"
        assert_problem(client.post(messages, json={"text": "else"}, headers=headers), 422, "client_id")
        page = client.get(f"{messages}?limit=1").json()
        assert page["results"][0]["data"]["text"] == "hello"
        assert page["results"][0]["seq"] == 1
        beyond = client.get(messages, params={"after": page["last_seq"] + 1_000})
        assert "last_seq is" in str(assert_problem(beyond, 422, "after")["detail"])
    assert mongo_db["conversations_frame"].count_documents({"data.author": "user"}) == 1


def test_frames_come_in_pages(web: Server, ann: Person) -> None:
    with rest(web, ann) as client:
        messages = f"/conversations/{client.post('/conversations/').json()['id']}/messages/"
        for index in range(3):
            client.post(messages, json={"text": f"message {index}"})
        seen, url = [], f"{messages}?limit=1&type=message.created"
        while url and len(seen) < 3:
            page = client.get(url).json()
            seen += page["results"]
            url = page["next"]
    assert [frame["seq"] for frame in seen] == sorted({frame["seq"] for frame in seen})


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({}, 422, "text"),
        ({"text": ""}, 422, "text"),
        ({"text": "x" * 4_001}, 422, "text"),
        ({"text": ["x"]}, 422, "text"),
        ({"text": "x", "client_id": "x"}, 422, "client_id"),
        ({"form_id": "x", "values": {}}, 422, "form_id"),
        ({"form_id": FORM}, 422, "values"),
        ({"form_id": FORM, "values": {}}, 404, "form_id"),
        (["x"], 400, "body"),
    ],
)
def test_a_bad_message_is_refused_by_name(
    web: Server, ann: Person, mongo_db: Database[dict[str, object]], body: object, status: int, field: str
) -> None:
    with rest(web, ann) as client:
        conversation = client.post("/conversations/").json()["id"]
        assert_problem(client.post(f"/conversations/{conversation}/messages/", json=body), status, field)
    assert mongo_db["conversations_frame"].find_one() is None


@pytest.mark.parametrize("name", ["0b7e2c1e-8d5f-4f0a-9a51-3c2f6f1d2e4b", "not-a-uuid", "new"])
def test_no_such_conversation(web: Server, ann: Person, name: str) -> None:
    with rest(web, ann) as client:
        assert_problem(client.get(f"/conversations/{name}/messages/"), 404, "conversation_id")
        assert_problem(client.post(f"/conversations/{name}/messages/", json={"text": "x"}), 404, "conversation_id")


def test_somebody_elses_conversation(web: Server, ann: Person, bob: Person, root: Person) -> None:
    with rest(web, ann) as client:
        conversation = client.post("/conversations/").json()["id"]
    for path in ("", "messages/", "stream/"):
        with rest(web, bob) as client:
            assert_problem(client.get(f"/conversations/{conversation}/{path}"), 403, "conversation_id")
    with rest(web, root) as client:
        assert client.get(f"/conversations/{conversation}/messages/").status_code == 200
        answer = client.post(f"/conversations/{conversation}/messages/", json={"text": "x"})
        assert_problem(answer, 403, "conversation_id")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=x", "limit"),
        ("limit=1000", "limit"),
        ("cursor=x", "cursor"),
        ("cursor=WzFd", "cursor"),
    ],
)
def test_a_bad_page(web: Server, ann: Person, query: str, field: str) -> None:
    with rest(web, ann) as client:
        assert_problem(client.get(f"/conversations/?{query}"), 400, field)


def test_everything_else_is_a_problem_too(web: Server, ann: Person) -> None:
    json = {"Content-Type": "application/json"}
    with rest(web, ann) as client:
        assert_problem(client.get("/nothing/"), 404)
        assert_problem(client.delete("/conversations/"), 405)
        assert_problem(client.post("/conversations/", content=b"{", headers=json), 400)
        assert_problem(client.post("/conversations/", content=b"x", headers={"Content-Type": "text/plain"}), 415)
        assert_problem(client.get("/conversations/", headers={"Accept": "text/csv"}), 406)
        too_long = {"Idempotency-Key": "x" * 256}
        assert_problem(client.post("/conversations/", headers=too_long), 400, "Idempotency-Key")


def test_health(web: Server) -> None:
    with httpx.Client(base_url=web.http, trust_env=False) as client:
        assert client.get("/healthz").json() == {"status": "ok"}
        ready = client.get("/readyz").json()
        assert ready == {"status": "ok", "mongodb": "ok", "redis": "ok", "dead_letters": {}}
        metrics = client.get("/metrics")
        assert metrics.headers["content-type"].startswith("text/plain; version=0.0.4")
        assert "infrachat_connections_open 0" in metrics.text
