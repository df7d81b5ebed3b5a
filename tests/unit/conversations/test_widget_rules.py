"""Which origins a site may list, and what is decided of a message that came from its page."""

import pytest
from django.core.exceptions import ValidationError

from conversations.bots.replies import Tool
from conversations.client_frames import FormSubmit, JobDecision, MessageSend, ProposalCorrect
from conversations.dialogue.decisions import Act, Ask, CallTool, Decision, Keep, Propose, Say, Step
from conversations.dialogue.state import DialogueState
from conversations.errors import NotAllowed
from conversations.widget.origins import origin_check, origins_check
from conversations.widget.scope import decision_within, frame_check
from orchestrator.states import JobKind

BEFORE, AFTER = DialogueState(), DialogueState(environment="staging")


@pytest.mark.parametrize(
    "origin",
    [
        *("https://a.example", "https://a.example:8443", "https://xn--bcher-kva.example", "https://10.0.0.7"),
        *("http://127.0.0.1:8080", "http://localhost:3000", "http://app.localhost", "http://[::1]:8000"),
    ],
)
def test_an_origin_as_browsers_send_it(origin: str) -> None:
    origin_check(origin)


@pytest.mark.parametrize(
    ("origin", "said"),
    [
        ("https://*.example.com", "wildcard"),
        ("*", "wildcard"),
        ("https://a.example/", "https://a.example"),
        ("https://a.example/chat?x=1", "https://a.example"),
        ("https://A.example", "https://a.example"),
        ("https://a.example:443", "https://a.example"),
        ("http://localhost:80", "http://localhost"),
        ("http://a.example", "not encrypted"),
        ("http://127.0.0.1.a.example", "not encrypted"),
        ("http://localhost.a.example", "not encrypted"),
        ("a.example", "no origin"),
        ("null", "no origin"),
        ("", "no origin"),
        ("file:///etc/passwd", "no origin"),
        ("javascript:alert(1)", "no origin"),
        ("https://user@a.example", "no origin"),
        ("https://a.example:99999", "no origin"),
        ("https://a_b.example", "no origin"),
        ("https://bücher.example", "no origin"),
        ("https://a.example\nhttps://b.example", "Browsers send"),
        ("https://[::1", "no origin"),
        ("https://" + "a" * 300 + ".example", "no origin"),
    ],
)
def test_what_is_no_origin_is_refused_and_told_what_would_be(origin: str, said: str) -> None:
    with pytest.raises(ValidationError, match=said.replace(".", r"\.")):
        origin_check(origin)


@pytest.mark.parametrize(
    "origins", ["https://a.example", [7], ["https://a.example"] * 2, [f"https://a{n}.example" for n in range(51)]]
)
def test_a_list_of_origins_is_short_and_without_repeats(origins: object) -> None:
    with pytest.raises(ValidationError):
        origins_check(origins)


TOOL = Tool(method="GET", url="https://a.example/")
POSTS = Tool(method="POST", url="https://a.example/")
PROPOSE = Propose("j", JobKind.APPLY, "object-storage", "staging", {}, "Got it.")


def call(tool: Tool) -> Step:
    return CallTool("c", "own.x", "X", tool, "", {}, "Asking.")


@pytest.mark.parametrize(
    "step", [Act("approve", "j", "J"), Act("reject", "j", "J"), Act("cancel", "j", "J"), Keep("s", "s")]
)
def test_nothing_is_decided_from_another_page_not_even_half_of_it(step: Step) -> None:
    found = decision_within(Decision((Say("First."), step), AFTER), BEFORE, is_visitor=False)
    assert [type(each) for each in found.steps] == [Say]
    assert "decided in Infrachat itself" in str(found.steps[0])
    assert found.state is BEFORE


@pytest.mark.parametrize(
    ("step", "person", "visitor"),
    [
        (Say("Hello."), True, True),
        (call(TOOL), True, True),
        (call(POSTS), True, False),
        (PROPOSE, True, False),
        (Ask("f", "F", (), "Which?", blueprint="object-storage"), True, False),
        (Ask("f", "F", (), "In which city?"), True, True),
    ],
)
def test_a_visitor_sets_nothing_going(step: Step, person: bool, visitor: bool) -> None:
    decision = Decision((step,), AFTER)
    assert (decision_within(decision, BEFORE, is_visitor=False) == decision) is person
    assert (decision_within(decision, BEFORE, is_visitor=True) == decision) is visitor


def test_a_visitor_is_not_offered_what_they_cannot_ask_for() -> None:
    greeting = Decision((Say("Hello.", ("create a bucket",)),), AFTER)
    assert decision_within(greeting, BEFORE, is_visitor=False) == greeting
    assert decision_within(greeting, BEFORE, is_visitor=True) == Decision((Say("Hello."),), AFTER)


def test_the_frames_of_a_guest() -> None:
    frame_check(MessageSend("c", "hello"))
    frame_check(FormSubmit("c", "f", {}))
    for frame in (
        JobDecision("c", "approve", "j", "h"),
        JobDecision("c", "cancel", "j"),
        ProposalCorrect("c", "j", None, {}),
    ):
        with pytest.raises(NotAllowed):
            frame_check(frame)
