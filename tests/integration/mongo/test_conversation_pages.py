"""One's conversations: the list with search, renaming, deleting, and what is new; without JavaScript and over REST."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from chatbot_project.accounts.models import User
from conversations import selectors
from conversations.documents import frames, turns
from conversations.errors import NotFound
from conversations.housekeeping import conversation_delete
from conversations.searching import conversations_search
from conversations.services import conversation_create, message_accept
from orchestrator import selectors as orchestrator
from orchestrator import services
from orchestrator.states import JobKind
from orchestrator.types import Actor, Origin
from tests.integration.mongo.clients import page_client

from .orchestrating import person, seed

pytestmark = pytest.mark.usefixtures("mongo_db", "redis_url")


@pytest.fixture
def demo() -> User:
    seed()
    return person("demo", "requester")


def said(user: User, *texts: str, title: str = "") -> str:
    """A conversation in which `user` said these."""
    made = conversation_create(user=user, title=title)
    for text in texts:
        message_accept(conversation_id=made.id, user=user, client_id=str(uuid4()), text=text)
    return made.id


def patched(user: User, conversation_id: str, **body: Any) -> Any:
    address = f"/api/v1/conversations/{conversation_id}/"
    return page_client(user).patch(address, json.dumps(body), content_type="application/json")


def test_search_goes_over_titles_and_what_was_said_in_ones_own(demo: User) -> None:
    other = person("ann", "requester")
    bucket = said(demo, "make a bucket", "and call it Acme-Reports please")
    queue = said(demo, "a queue", title="Orders of acme-reports")
    said(other, "acme-reports is mine")
    found = conversations_search(viewer=demo, query="  acme-reports ")
    assert [each.conversation.id for each in found] == [queue, bucket]
    assert (found[1].match, found[1].seq) == ("Acme-Reports", 2)
    assert found[1].before.endswith("call it ")
    assert conversations_search(viewer=demo, query="nothing like it") == []


@pytest.mark.parametrize("query", [".*", "(", "[a-", "$where", "a|b", "\\", "{$gt: 1}", "é"])
def test_a_query_is_text_and_no_pattern(demo: User, query: str) -> None:
    said(demo, "make a bucket")
    assert conversations_search(viewer=demo, query=query) == []
    hit = said(demo, f"this: {query}!")
    assert [each.conversation.id for each in conversations_search(viewer=demo, query=query)] == [hit]


def test_the_list_is_a_page_of_its_own_and_a_part_for_htmx(demo: User) -> None:
    here = said(demo, "make a <b>bucket</b>")
    said(demo, "something else")
    whole = page_client(demo).get("/c/", {"q": "bucket", "here": here}).content.decode()
    part = page_client(demo).get("/c/", {"q": "bucket", "here": here}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" in whole
    assert "<html" not in part
    for text in (whole, part):
        assert "&lt;b&gt;<mark>bucket</mark>&lt;/b&gt;" in text
        assert "something else" not in text
        assert 'aria-current="page"' in text
    assert "Try fewer or other words" in page_client(demo).get("/c/", {"q": "zebra"}).content.decode()
    long = page_client(demo).get("/c/", {"q": "x" * 201})
    assert "too long" in long.content.decode()
    assert Client().get("/c/").status_code == 302


def test_a_conversation_is_renamed_on_its_page_and_over_rest(demo: User) -> None:
    ann, found = person("ann", "requester"), said(demo, "make a bucket")
    address = f"/c/{found}/manage/"
    assert page_client(demo).post(address, {"do": "rename", "title": "  My\n buckets "}).status_code == 302
    assert selectors.conversation_get(found).title == "My buckets"
    refused = page_client(demo).post(address, {"do": "rename", "title": "   "})
    assert (refused.status_code, b"The title is empty" in refused.content) == (422, True)
    assert page_client(ann).post(address, {"do": "rename", "title": "mine"}).status_code == 404
    assert patched(demo, found, title="Buckets").json()["title"] == "Buckets"
    assert patched(demo, found, title="x" * 201).json()["field"] == "title"
    assert patched(demo, found, title=7).status_code == 422
    assert patched(demo, found).status_code == 422
    assert patched(ann, found, title="mine").status_code == 403
    assert selectors.conversation_get(found).title == "Buckets"


def test_a_deleted_conversation_is_gone_for_its_owner_and_kept_for_audit(demo: User) -> None:
    found = said(demo, "make a bucket")
    page = page_client(demo).post(f"/c/{found}/manage/", {"do": "delete"})
    assert page.status_code == 302
    for address in (f"/c/{found}/", f"/c/{found}/manage/", f"/api/v1/conversations/{found}/"):
        assert page_client(demo).get(address).status_code == 404
    assert selectors.conversations_list(viewer=demo) == []
    assert conversations_search(viewer=demo, query="bucket") == []
    with pytest.raises(NotFound):
        message_accept(conversation_id=found, user=demo, client_id=str(uuid4()), text="hello?")
    with pytest.raises(NotFound):
        conversation_create(user=demo, conversation_id=found)
    assert frames().count_documents({"conversation_id": found}) == 1
    assert turns().count_documents({"conversation_id": found}) == 1
    assert page_client(demo).delete(f"/api/v1/conversations/{found}/").status_code == 404


def test_nothing_is_deleted_while_a_job_of_it_is_not_over(demo: User) -> None:
    found, actor = said(demo, "make a bucket"), Actor(str(demo.id), demo.username)
    origin = Origin(channel="chat", conversation_id=found, message_seq=1)
    values = {"name": "acme-reports"}
    named = {"kind": JobKind.APPLY, "environment": "staging", "subject": "object-storage", "values": values}
    job = services.job_submit(requester=actor, origin=origin, **named)
    answer = page_client(demo).delete(f"/api/v1/conversations/{found}/")
    assert (answer.status_code, "is not over yet" in answer.json()["detail"]) == (409, True)
    services.job_cancel(job_id=job.id, actor=actor, reason="", via="chat")
    conversation_delete(conversation_id=found, user=demo)
    assert orchestrator.job_transitions(job.id)[-1].to_state.value == "canceled"


def test_what_was_not_looked_at_is_marked(demo: User) -> None:
    found = said(demo, "make a bucket", "and another")
    assert selectors.conversation_get(found).is_unread
    assert "unread" in page_client(demo).get("/c/").content.decode()
    assert patched(demo, found, seen_seq=1).json()["seen_seq"] == 1
    assert patched(demo, found, seen_seq=2).json()["seen_seq"] == 2
    assert patched(demo, found, seen_seq=1).json()["seen_seq"] == 2
    assert patched(demo, found, seen_seq=3).json()["field"] == "seen_seq"
    assert patched(demo, found, seen_seq="all").status_code == 422
    assert "unread" not in page_client(demo).get("/c/").content.decode()
