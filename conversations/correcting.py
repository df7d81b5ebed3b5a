"""Accepting the correction of a proposal from the panel or a program: stored like a message, done by its turn."""

from typing import Any

from django.utils.translation import gettext as _

from chatbot_project.accounts.models import User
from chatbot_project.mongo.transactions import Transaction
from orchestrator import selectors
from orchestrator.states import JobKind
from orchestrator.types import JobView, Variable

from . import intake
from .cleaning import TEXT_CHARACTERS
from .dialogue.corrections import correctable
from .dialogue.fields import label_of
from .dialogue.intents import Intent, phrase
from .documents import Document, turn_key
from .errors import InvalidFrame, NotAllowed, WrongMoment
from .proposals import proposal_of
from .receipts import once
from .services import Accepted

_PLACES = ("environment", "stack")


def proposal_correct(
    *,
    conversation_id: str,
    user: User,
    client_id: str,
    job_id: str,
    intent: str | None = None,
    values: Document | None = None,
) -> Accepted:
    """Store that a proposal was a misunderstanding, and what was meant: its turn takes the job back and proposes anew.

    `intent` names what was meant (None: the same), `values` what is different (None as a value: ask me again). Raises
    NotFound, NotAllowed (only the requester may), WrongMoment, InvalidFrame naming the field.
    """
    meant: Document = {"job_id": job_id, "intent": intent, "values": values or {}}

    def body(tx: Transaction) -> int:
        job = _checked(conversation_id, user, meant)
        text = _text(job, meant)
        extra = {"client_id": client_id, "corrects": job.id}
        seq = intake.user_frame_append(tx, conversation_id, user, text, extra)
        intake.turn_insert(tx, conversation_id, seq, user, {"kind": "correction", "text": text, "values": meant})
        return seq

    seq, repeated = once(
        scope=conversation_id,
        client_id=client_id,
        content={"type": "proposal.correct", **meant},
        check=lambda tx: intake.owner_check(tx, conversation_id, user),
        body=body,
    )
    return Accepted(seq=seq, repeated=repeated, turn_id=turn_key(conversation_id, seq or 0))


def _checked(conversation_id: str, user: User, meant: Document) -> JobView:
    """The job, if this person may correct it now and what is meant can be said of it."""
    job = selectors.job_get(meant["job_id"], viewer=user)
    if job.origin.conversation_id != conversation_id:
        raise InvalidFrame("This job was proposed in another conversation; correct it there.", field="job_id")
    if job.requester.id != str(user.id):
        raise NotAllowed(f"Only {job.requester.name}, who asked for it, may correct it.", field="job_id")
    why_not = correctable(job, str(user.id), corrected=proposal_of(job).corrected)
    if why_not:
        raise WrongMoment(why_not, field="job_id")
    if meant["intent"] is None and not meant["values"]:
        raise InvalidFrame("Say what was meant: an intent, values, or both.", field="values")
    _values_check(_variables(job, meant["intent"]), meant["values"])
    return job


def _variables(job: JobView, intent_name: str | None) -> tuple[Variable, ...]:
    """The variables of what was meant. Raises InvalidFrame for an intent that can propose nothing."""
    kind, subject = job.kind, job.subject
    if intent_name is not None:
        intent = Intent.parse(intent_name)
        verb = "action" if intent.family == "action" else intent.verb
        if intent.family not in ("blueprint", "action") or verb not in set(JobKind):
            raise InvalidFrame(f"{intent_name} is no intent that could be proposed.", field="intent")
        kind, subject = JobKind(verb), intent.subject
    if kind is JobKind.ACTION:
        return selectors.action_get(subject).variables
    variables = selectors.blueprint_get(subject).variables
    return variables if kind is JobKind.APPLY else ()


def _values_check(variables: tuple[Variable, ...], values: dict[str, Any]) -> None:
    known = {each.name: each for each in variables}
    for name, value in values.items():
        if name in _PLACES:
            continue
        if name not in known:
            names = ", ".join([*known, *_PLACES])
            raise InvalidFrame(f"There is no value {name!r} in what was meant. There are: {names}.", field=name)
        if known[name].sensitive and value is not None:
            # What is sent here stands in the history; the form that asks for it again keeps no secrets.
            raise InvalidFrame(f"{name} is a secret. Send null: then it is asked for in a form.", field=name)


def _text(job: JobView, meant: Document) -> str:
    """The correction as it stands in the history."""
    parts = [_("not this: %(title)s") % {"title": job.title}]
    if meant["intent"] is not None:
        parts.append(_("I meant: %(intent)s") % {"intent": _intent_words(meant["intent"])})
    for name, value in meant["values"].items():
        shown = _("ask me again") if value is None else intake.value_shown(value)
        parts.append(f"{label_of(name)}: {shown}")
    text = _("Correction, %(parts)s") % {"parts": "\n".join(parts)}
    return text if len(text) <= TEXT_CHARACTERS else text[: TEXT_CHARACTERS - 1] + "…"


def _intent_words(intent_name: str) -> str:
    intent = Intent.parse(intent_name)
    if intent.family == "action":
        return selectors.action_get(intent.subject).title
    blueprint = selectors.blueprint_get(intent.subject)
    return phrase(intent.verb, blueprint.noun) or blueprint.title
