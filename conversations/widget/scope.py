"""What is decided about a message that came from a page of somebody else: less than on our own.

Whoever can run a script on that page can write in its visitor's name. So from there one can ask, which leads to a plan,
and decide nothing: plans are approved, rejected and canceled on our own pages, by the person who is signed in there.
"""

from dataclasses import replace

from django.utils.translation import gettext as _

from ..client_frames import FormSubmit, MessageSend
from ..dialogue.decisions import Ask, CallTool, Correct, Decision, NotUnderstood, Propose, Say, Show, Step
from ..dialogue.state import DialogueState
from ..errors import NotAllowed

_READING = {"GET", "HEAD"}
# What else there is decides something at once; so does what is added later, until somebody puts it here.
_ASKING = Say | NotUnderstood | Show | Ask | Propose | Correct | CallTool
_ANSWERING = Say | NotUnderstood | Show


def frame_check(frame: object) -> None:
    """Raises NotAllowed unless a guest may send this frame."""
    if not isinstance(frame, MessageSend | FormSubmit):
        raise NotAllowed(elsewhere(), field="type")


def decision_within(decision: Decision, before: DialogueState, *, is_visitor: bool) -> Decision:
    """The decision, or a sentence in its place and the state as it was: a part of it might be half of something."""
    if not all(isinstance(step, _ASKING) for step in decision.steps):
        return Decision((Say(elsewhere()),), before)
    if is_visitor and not all(_is_harmless(step) for step in decision.steps):
        return Decision(
            (Say(_("That is not open to visitors of this page. Sign in to Infrachat to ask for it.")),), before
        )
    return _without_offers(decision) if is_visitor else decision


def elsewhere() -> str:
    return _("That is decided in Infrachat itself, not on this page. Open the conversation or the job there.")


def _without_offers(decision: Decision) -> Decision:
    """What is offered beside a sentence is mostly something to ask for, which a visitor cannot."""
    steps = tuple(replace(step, suggestions=()) if isinstance(step, Say) else step for step in decision.steps)
    return replace(decision, steps=steps)


def _is_harmless(step: Step) -> bool:
    """Whether a visitor may set it going, whichever roles they might come to hold."""
    if isinstance(step, CallTool):
        return step.tool.method in _READING
    if isinstance(step, Ask):
        return step.blueprint is None
    return isinstance(step, _ANSWERING)
