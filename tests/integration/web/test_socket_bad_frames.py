"""Every bad frame gets an error that names the field, and changes nothing."""

import json
from typing import Any
from uuid import uuid4

import pytest
from pymongo.database import Database

from tests.integration.web.clients import Person, Server, chat

KEY = "0b7e2c1e-8d5f-4f0a-9a51-3c2f6f1d2e4b"


def frame(type: Any, **data: Any) -> str:
    return json.dumps({"v": 1, "type": type, "data": data})


BAD: dict[str, tuple[str | bytes, str, int, str]] = {
    "binary": (b"\x00\x01", "frame", 422, "text"),
    "not json": ("{", "frame", 422, "not JSON"),
    "empty": ("", "frame", 422, "not JSON"),
    "nan": ('{"type": NaN}', "frame", 422, "not JSON"),
    "deep": ("[" * 30_000, "frame", 422, "not JSON"),
    "a list": ("[]", "frame", 422, "object"),
    "a string": ('"ping"', "frame", 422, "object"),
    "null": ("null", "frame", 422, "object"),
    "too long a frame": (frame("message.send", client_id=KEY, text="x" * 70_000), "frame", 422, "65,536"),
    "no type": ("{}", "type", 422, "missing"),
    "unknown type": (frame("message.delete", client_id=KEY), "type", 422, "message.send"),
    "type is a number": (frame(5), "type", 422, "message.send"),
    "another version": ('{"v": 2, "type": "ping"}', "v", 422, "must be 1"),
    "no data": ('{"type": "message.send"}', "data", 422, "missing"),
    "data is a list": ('{"type": "message.send", "data": []}', "data", 422, "object"),
    "no client_id": (frame("message.send", text="x"), "client_id", 422, "missing"),
    "client_id is no uuid": (frame("message.send", client_id="7", text="x"), "client_id", 422, "UUID"),
    "no text": (frame("message.send", client_id=KEY), "text", 422, "missing"),
    "text is a number": (frame("message.send", client_id=KEY, text=5), "text", 422, "must be text"),
    "text is null": (frame("message.send", client_id=KEY, text=None), "text", 422, "must be text"),
    "text is empty": (frame("message.send", client_id=KEY, text=" \n"), "text", 422, "4,000"),
    "text too long": (frame("message.send", client_id=KEY, text="x" * 4001), "text", 422, "the limit is 4,000"),
    "half a character": (frame("message.send", client_id=KEY, text="\ud83d"), "text", 422, "surrogate"),
    "no form_id": (frame("form.submit", client_id=KEY, values={}), "form_id", 422, "missing"),
    "unknown form": (frame("form.submit", client_id=KEY, form_id=KEY, values={}), "form_id", 404, KEY),
    "values is text": (frame("form.submit", client_id=KEY, form_id=KEY, values="x"), "values", 422, "object"),
    "a number too large": (
        frame("form.submit", client_id=KEY, form_id=KEY, values={"n": 10**30}),
        "values.n",
        422,
        "too large",
    ),
    "no job_id": (frame("job.cancel", client_id=KEY), "job_id", 422, "missing"),
    "job_id is a number": (frame("job.cancel", client_id=KEY, job_id=5), "job_id", 422, "UUID"),
    "unknown job to cancel": (frame("job.cancel", client_id=KEY, job_id=KEY), "job_id", 404, KEY),
    "unknown job to reject": (frame("job.reject", client_id=KEY, job_id=KEY), "job_id", 404, KEY),
    "no plan_hash": (frame("job.approve", client_id=KEY, job_id=KEY), "plan_hash", 422, "missing"),
    "unknown job to approve": (frame("job.approve", client_id=KEY, job_id=KEY, plan_hash="a"), "job_id", 404, KEY),
    "reason too long": (frame("job.reject", client_id=KEY, job_id=KEY, reason="x" * 501), "reason", 422, "500"),
    "reason is a list": (frame("job.reject", client_id=KEY, job_id=KEY, reason=[]), "reason", 422, "must be text"),
    "unknown job to follow": (frame("job.follow", client_id=KEY, job_id=KEY, after=0), "job_id", 404, KEY),
    "after is text": (frame("job.follow", client_id=KEY, job_id=KEY, after="0"), "after", 422, "whole number"),
    "after is true": (frame("job.follow", client_id=KEY, job_id=KEY, after=True), "after", 422, "whole number"),
    "after below 0": (frame("job.follow", client_id=KEY, job_id=KEY, after=-1), "after", 422, "whole number"),
}


@pytest.mark.parametrize("name", BAD)
async def test_is_refused_by_name_and_changes_nothing(
    web: Server, ann: Person, mongo_db: Database[dict[str, object]], name: str
) -> None:
    sent, field, status, says = BAD[name]
    async with chat(web.socket(), ann) as client:
        await client.connection.send(sent)
        error = await client.next()
        assert error["type"] == "error"
        assert error["seq"] is None
        data = error["data"]
        assert (data["field"], data["status"]) == (field, status)
        assert says in data["detail"]
        assert data.keys() >= {"type", "title", "status", "detail", "field"}
        if isinstance(sent, str) and KEY in sent and field != "frame":
            assert data["client_id"] == KEY
        await client.connection.send('{"type": "ping"}')
        assert (await client.next())["type"] == "pong"
    for collection in ("conversations_frame", "conversations_turn", "conversations_receipt"):
        assert mongo_db[collection].find_one() is None
    assert mongo_db["conversations_conversation"].find_one({"last_seq": {"$ne": 0}}) is None


async def test_a_client_id_for_something_else_is_refused(web: Server, ann: Person) -> None:
    client_id = str(uuid4())
    async with chat(web.socket(), ann) as client:
        first = await client.say("one", client_id)
        assert first["type"] == "ack"
        second = await client.say("two", client_id)
        assert (second["type"], second["data"]["field"]) == ("error", "client_id")
        third = await client.say("one", client_id)
        assert third["data"] == first["data"]


async def test_a_hundred_refusals_in_a_row_end_the_connection(web: Server, ann: Person) -> None:
    async with chat(web.socket(), ann) as client:
        for _ in range(100):
            await client.connection.send("{")
        assert await client.close_code() == 4429
