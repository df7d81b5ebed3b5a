"""Which messages are worth a look afterwards, and what is hidden in them."""

from dataclasses import replace

import pytest

from conversations.dialogue.decisions import Ask, Decision, Field, NotUnderstood, Propose, Say
from conversations.dialogue.state import DialogueState, PendingForm
from conversations.review.doubts import GIVEN_UP, LOW_CONFIDENCE, NOT_UNDERSTOOD, doubts_of, ended, left_open
from conversations.review.secrets import hidden, looks_secret
from nlu.types import Understanding
from orchestrator.states import JobKind

FORM = PendingForm("f", "apply", "bucket")
SAID = Decision((Say("Hello."),), DialogueState())
LOST = Decision((NotUnderstood("Sorry.", ()),), DialogueState())


def understood(confidence: float, intent: str | None = "base.greet") -> Understanding:
    return Understanding("", intent, confidence, 0.5, (), (), ())


def test_what_is_not_or_barely_understood() -> None:
    assert doubts_of("fly me", understood(0.1, None), LOST, None) == [NOT_UNDERSTOOD]
    assert doubts_of("good evening all", understood(0.55), SAID, None) == [LOW_CONFIDENCE]
    assert doubts_of("good evening all", understood(0.7), SAID, None) == []


def test_what_only_a_language_model_understood_is_worth_a_look() -> None:
    told = replace(understood(0.95), source="small", alone=0.2)
    assert doubts_of("good evening all", told, SAID, None) == [LOW_CONFIDENCE]
    assert doubts_of("good evening all", replace(told, alone=0.9), SAID, None) == []


def test_known_words_answers_and_untrained_bots_are_no_doubts() -> None:
    assert doubts_of("yes", understood(0.55), SAID, None) == []
    assert doubts_of("reject because it is too big", understood(0.55), SAID, None) == []
    assert doubts_of("acme-reports", understood(0.55), SAID, FORM) == []
    assert doubts_of("acme-reports", understood(0.2, None), SAID, FORM) == []
    assert doubts_of("fly me", None, LOST, None) == []


def test_a_message_that_may_be_a_secret_is_never_kept_for_review() -> None:
    secret = Ask("f", "t", (Field("password", "Password", "string", sensitive=True),), "Please.")
    assert doubts_of("hunter2", understood(0.1, None), Decision((*LOST.steps, secret), DialogueState()), FORM) == []
    early = DialogueState(form=PendingForm("f", "apply", "db", sensitive=("password",)))
    assert doubts_of("a db, hunter2", understood(0.55), Decision(LOST.steps, early), None) == []


def test_a_request_that_is_left() -> None:
    propose = Propose("j", JobKind.APPLY, "bucket", "staging", {}, "Got it.")
    assert left_open(FORM, None, (Say("Never mind."),))
    assert not left_open(FORM, None, (propose,))
    assert not left_open(FORM, PendingForm("g", "apply", "bucket"), ())
    assert left_open(FORM, PendingForm("g", "apply", "queue"), ())
    assert not ended(None, FORM)
    assert GIVEN_UP == "given_up"


SECRETS = {
    "use AKIAIOSFODNN7EXAMPLE please": "use ••• please",
    "my password is hunter2, ok": "my password is ••• ok",
    'secret="a b c" x': "secret=••• x",
    "api key: 12": "api key: •••",
    "push to https://bob:pw1@git.example/x": "push to https://•••@git.example/x",
    "token ghp_abcdefghijklmnop1234": "token •••",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc": "•••",
    "hash d41d8cd98f00b204e9800998ecf8427e": "hash •••",
    "key wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY": "key •••",
    "-----BEGIN RSA PRIVATE KEY-----\nabc": "•••",
}


@pytest.mark.parametrize("text", SECRETS)
def test_secrets_are_hidden(text: str) -> None:
    assert hidden(text) == SECRETS[text]
    assert looks_secret(text)


@pytest.mark.parametrize(
    "text",
    [
        "create a bucket called acme-reports-for-the-marketing-team in eu-west-1",
        "rotate the secret of the queue",
        "what is an access key",
        "arn:aws:s3:::acme-logs-2026-production-archive",
        "delete the network 10.0.0.0/16",
    ],
)
def test_ordinary_words_are_not(text: str) -> None:
    assert hidden(text) == text
