"""While a question is open: how to leave it, what is no answer to it, secrets, and the words it is asked in."""

from dataclasses import replace
from typing import Any

import pytest

from conversations.dialogue.decisions import Ask, Field, NotUnderstood, Propose, Say
from conversations.dialogue.fields import in_sentence, label_of, refusal_in_words
from conversations.dialogue.state import DialogueState
from conversations.dialogue.turn import Turn
from conversations.dialogue.world import ValuesCheck
from nlu.types import Entity, Understanding
from orchestrator.states import JobKind
from orchestrator.types import Variable
from tests.unit.conversations.dialogue import catalogue
from tests.unit.conversations.dialogue.scenes import (
    DELETE_BUCKET,
    LIST_BUCKETS,
    NEW_BUCKET,
    NEW_NETWORK,
    Talk,
    asked,
    new_world,
    only,
    proposes_nothing,
    stack,
    texts,
    understood,
)

SECRET = Variable("db_password", "string", "Password of the first user.", sensitive=True)
HINT = Variable("recovery_key", "string", "Key for the worst case.", default="", required=False, sensitive=True)


def with_secrets(*variables: Variable) -> Talk:
    """Buckets that need secrets as well, and values of three characters at least."""
    changed = [
        replace(each, variables=(*each.variables, *variables)) if each.name == "object-storage" else each
        for each in catalogue.blueprints()
    ]
    return Talk(new_world(blueprint_list=changed, check=long_enough))


def long_enough(kind: JobKind, subject: str, values: dict[str, Any]) -> ValuesCheck:
    errors = {name: f"{name} must be longer." for name, value in values.items() if len(str(value)) < 3}
    return ValuesCheck({name: value for name, value in values.items() if name not in errors}, errors)


def unlisted(text: str, intent: str | None, place: str, verb: str | None = None) -> Understanding:
    found = Entity("environment", place, place, 0, len(place), "unlisted")
    return replace(understood(text, intent), unlisted=(found,), verb=verb)


def stored(talk: Talk) -> str:
    return repr(talk.state.to_json())


def test_every_question_says_how_to_leave():
    talk = Talk()
    assert "Say “cancel” to stop." in texts(talk.say("create a bucket", NEW_BUCKET))
    assert "Say “cancel” to stop." in texts(talk.say("acme-one"))
    assert talk.say("cancel").state.form is None


@pytest.mark.parametrize("text", ["is there a limit on that?", "what will it cost us?"])
def test_a_question_is_not_taken_as_a_name(text: str):
    talk = Talk()
    talk.say("create a staging bucket", NEW_BUCKET, environment="staging")
    said = talk.say(text)
    assert only(said, NotUnderstood).suggestions
    assert asked(said) == ("name",)


def wishing(text: str) -> Understanding:
    return replace(understood(text), verb="delete")


def test_another_wish_is_not_taken_as_a_name():
    talk = Talk()
    talk.say("create a staging bucket", NEW_BUCKET, environment="staging")
    talk.understand = wishing
    said = talk.say("please nuke everything")
    assert only(said, NotUnderstood)
    assert asked(said) == ("name",)


def test_a_text_that_fits_may_begin_with_a_verb():
    talk = with_secrets()
    talk.say("create a staging bucket", NEW_BUCKET, environment="staging")
    talk.understand = wishing
    assert only(talk.say("drop zone for uploads"), Propose).values == {"name": "drop zone for uploads"}


def test_secrets_are_asked_for_last_and_alone():
    talk = with_secrets(SECRET)
    assert asked(talk.say("create a bucket", NEW_BUCKET)) == ("name", "environment")
    assert asked(talk.say("acme")) == ("environment",)
    secret = talk.say("staging")
    assert asked(secret) == ("db_password",)
    assert "stays in the history" in texts(talk.say("hunter2"))
    assert "hunter2" not in stored(talk)
    assert only(talk.submit(db_password="hunter2"), Propose).values == {"name": "acme", "db_password": "hunter2"}


def test_a_secret_given_too_early_is_not_kept_but_asked_for_again():
    talk = with_secrets(SECRET, HINT)
    talk.say("create a staging bucket", NEW_BUCKET, environment="staging")
    said = talk.submit(name="x", db_password="hunter2", recovery_key="rosebud")
    assert asked(said) == ("name",)
    assert "The name must be longer." in texts(said)
    assert "the db password and recovery key again" in texts(said)
    assert "hunter2" not in stored(talk)
    assert "rosebud" not in stored(talk)
    assert asked(talk.say("acme")) == ("db_password", "recovery_key")
    again = talk.submit(db_password="h", recovery_key="rosebud")
    assert asked(again) == ("db_password", "recovery_key")
    assert "The db password must be longer." in texts(again)
    assert "rosebud" not in stored(talk)
    assert only(talk.submit(db_password="hunter2"), Propose).values == {"name": "acme", "db_password": "hunter2"}


def test_an_optional_secret_may_be_left_out_in_words():
    talk = with_secrets(HINT)
    talk.say("create a staging bucket", NEW_BUCKET, environment="staging")
    talk.submit(name="x", recovery_key="rosebud")
    assert asked(talk.say("acme")) == ("recovery_key",)
    assert only(talk.say("skip"), Propose).values == {"name": "acme"}


def test_a_secret_in_words_is_not_taken_as_something_else():
    talk = with_secrets(SECRET)
    talk.say("create a staging bucket", NEW_BUCKET, environment="staging")
    assert "stays in the history" in texts(talk.say("name: acme, db_password: hunter2"))
    assert "hunter2" not in stored(talk)


def test_what_an_older_version_kept_is_forgotten():
    old = {"form": {"form_id": "f", "kind": "apply", "subject": "x", "values": {"a": 1, "p": "s"}, "sensitive": ["p"]}}
    form = DialogueState.from_json(old).form
    assert form is not None
    assert form.values == {"a": 1}


@pytest.mark.parametrize(("intent", "verb"), [(NEW_BUCKET, "create"), (LIST_BUCKETS, "look")])
def test_an_unknown_environment_is_answered_with_those_there_are(intent: str, verb: str):
    talk = Talk(understand=lambda text: unlisted(text, intent, "narnia", verb))
    said = talk.say("buckets in narnia")
    assert proposes_nothing(said)
    assert "There is no environment called `narnia`. There are: `sandbox`, `staging` and `production`." in texts(said)
    (field,) = [each for each in only(said, Ask).fields if each.name == "environment"]
    assert field.default is None


@pytest.mark.parametrize("intent", [DELETE_BUCKET, "base.destroy", "base.stacks"])
def test_nothing_elsewhere_is_meant_instead(intent: str):
    talk = Talk(new_world(stack_list=[stack("acme")]), understand=lambda text: unlisted(text, intent, "narnia"))
    said = talk.say("the bucket acme in narnia")
    assert "no environment called `narnia`" in only(said, Say).text
    assert "acme" not in texts(said)


def test_a_correction_to_an_unknown_environment():
    talk = Talk()
    talk.say("create a staging bucket", NEW_BUCKET, environment="staging")
    talk.understand = lambda text: unlisted(text, None, "narnia")
    said = talk.say("no, in narnia")
    assert "no environment called `narnia`" in texts(said)
    assert asked(said) == ("name", "environment")
    talk.understand = None
    assert asked(talk.say("acme-one")) == ("environment",)
    assert asked(talk.say("yes")) == ("environment",)


def test_a_known_environment_wins_over_an_unknown_word():
    unknown = unlisted("x", None, "narnia")
    assert Turn("x", understanding=unknown).unlisted("environment") == "narnia"
    known = understood("x", None, environment="staging").entities
    assert Turn("x", understanding=replace(unknown, entities=known)).unlisted("environment") is None


def test_only_what_must_be_known_is_counted():
    said = Talk().say("create a network", NEW_NETWORK)
    assert "I need 2 things for the network." in texts(said)
    said = Talk().say("create a network called core", NEW_NETWORK, name="core")
    assert "I need one thing for the network." in texts(said)
    (cidr,) = [each for each in only(said, Ask).fields if each.name == "cidr"]
    assert str(cidr.default) in cidr.help


@pytest.mark.parametrize(
    ("name", "label", "amid"),
    [
        ("cidr", "CIDR", "CIDR"),
        ("enable_dns", "Enable DNS", "enable DNS"),
        ("vpc_id", "VPC ID", "VPC ID"),
        ("subnet_ids", "Subnet IDs", "subnet IDs"),
        ("expire-days", "Expire days", "expire days"),
    ],
)
def test_labels(name: str, label: str, amid: str):
    assert (label_of(name), in_sentence(label)) == (label, amid)
    assert Field(name, label_of(name), "string").label == label


@pytest.mark.parametrize(
    ("name", "sentence", "words"),
    [
        ("cidr", "cidr: The range must be private.", "The range must be private."),
        ("cidr", "cidr: Must be private.", "The CIDR must be private."),
        ("max_zones", "max_zones must be a number.", "The max zones must be a number."),
        ("name", "name is needed. Name of it.", "The name is needed. Name of it."),
        ("x", "There is no variable x.", "There is no variable x."),
        ("name", "names must differ.", "names must differ."),
    ],
)
def test_refusals_speak_in_words(name: str, sentence: str, words: str):
    assert refusal_in_words(name, sentence) == words
