"""People are spoken to in the language of their profile; what they say to the bot stays as it is."""

import pytest
from django.test import Client

from chatbot_project.accounts.models import User
from conversations import services
from conversations.listeners import transition_tell
from conversations.stream import frames_after
from orchestrator import selectors
from orchestrator.types import Origin
from tests.integration.mongo.clients import page_client

from .orchestrating import person, planned, seed, submit

pytestmark = pytest.mark.usefixtures("mongo_db", "redis_url")


@pytest.fixture
def erika() -> User:
    seed()
    user = person("erika", "requester")
    user.language = "de"
    user.save()
    return user


def test_pages_are_in_the_language_of_the_profile_whatever_the_browser_asks_for(erika: User) -> None:
    page = page_client(erika).get("/stacks/", headers={"accept-language": "en"}).content.decode()
    assert '<html lang="de"' in page
    assert "Abmelden" in page
    assert '<script src="/words/de.js"></script>' in page
    other = page_client(person("demo", "requester"))
    assert '<html lang="en"' in other.get("/stacks/", headers={"accept-language": "en"}).content.decode()
    assert '<html lang="de"' in other.get("/stacks/", headers={"accept-language": "de"}).content.decode()


def test_the_words_of_scripts_are_served_by_language() -> None:
    german = Client().get("/words/de.js")
    assert german.headers["Content-Type"].startswith("text/javascript")
    assert "Freigeben" in german.content.decode()
    assert Client().get("/words/fr.js").status_code == 404
    again = Client().get("/words/de.js", headers={"if-none-match": german.headers["ETag"]})
    assert again.status_code == 304


def test_what_is_told_of_a_job_is_in_the_language_of_who_asked(erika: User) -> None:
    conversation = services.conversation_create(user=erika).id
    job = planned(submit(erika, origin=Origin("web", conversation, 1)))
    for each in selectors.job_transitions(job.id):
        transition_tell(selectors.job_get(job.id), each)
    (told,) = [each for each in frames_after(conversation, 0) if each.type == "message.created"]
    assert "**yes**" in told.data["text"]
    assert "Antworten Sie" in told.data["text"]
