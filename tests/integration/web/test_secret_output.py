"""A secret output on the terminal client, through the real web process, which never has it."""

import asyncio
import json
from typing import Any

import pytest
from bson import json_util
from pymongo.database import Database

from chatbot_project.accounts.models import Role
from chatbot_project.accounts.services import role_grant
from conversations.terminal.client import ChatClient
from conversations.terminal.frames import ChatError, Refused
from orchestrator.executors.base import StackRef
from orchestrator.executors.terraform.state import StateFacts
from orchestrator.revealing.answering import reveal_answer
from orchestrator.revealing.requests import reveals
from orchestrator.states import JobState
from tests.integration.mongo.orchestrating import applying, approve, move, planned, seed, submit
from tests.integration.web.clients import PATIENCE_SECONDS, Person, Server
from tests.servers.processes import wait_until

VALUE = {"user": "app", "password": "correct-horse-battery"}


@pytest.fixture
def stack_id(ann: Person) -> str:
    """Ann's, with a secret output."""
    seed()
    role_grant(user=ann.user, role=Role.REQUESTER)
    job, lease = applying(approve(planned(submit(ann.user, "shop")), ann.user))
    outputs = {"login": {"sensitive": True}, "other": {"sensitive": True}}
    made = move(job, JobState.SUCCEEDED, lease, changes={"outputs": outputs, "resource_count": 1}).stack
    assert made is not None
    return made.id


def from_state(stack: StackRef) -> StateFacts:
    return StateFacts(1, "one", {}, {"login": {"value": VALUE, "type": "string", "sensitive": True}})


def answer() -> str:
    """What an infrastructure worker does with the request that waits."""
    wait_until(lambda: bool(waiting()), seconds=PATIENCE_SECONDS, what="a request for a secret")
    return reveal_answer(waiting()[0], read=from_state)


def waiting() -> list[str]:
    return reveals().distinct("_id", {"state": "waiting"})


async def test_it_is_shown_to_its_owner_and_the_web_process_never_has_it(
    web: Server, ann: Person, bob: Person, stack_id: str, mongo_db: Database[dict[str, Any]]
) -> None:
    async with ChatClient(web.http, ann.token) as chat:
        value, state = await asyncio.gather(chat.secret(stack_id, "login"), asyncio.to_thread(answer))
        assert (value, state) == (VALUE, "sealed")
        refusal = asyncio.create_task(chat.secret(stack_id, "other"))
        assert await asyncio.to_thread(answer) == "refused"
        with pytest.raises(ChatError, match="no such output any more"):
            await refusal
    async with ChatClient(web.http, bob.token) as chat:
        with pytest.raises(Refused, match="There is no stack"):
            await chat.secret(stack_id, "login")
    kept = "".join(json_util.dumps(list(mongo_db[name].find())) for name in mongo_db.list_collection_names())
    for place in (kept, web.log.read_text()):
        assert VALUE["password"] not in place
    assert json.dumps("ann has the secret output login of shop shown, by api.") in kept
