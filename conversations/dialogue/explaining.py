"""The answer to "why?" as data: message, intent, values with the words they came from, plan lines. JSON all the way
down; `telling.py` says it in words, the web page draws it, programs get it over REST."""

from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _

from orchestrator.states import JobKind
from orchestrator.types import JobView, Variable

from .corrections import correctable
from .fields import ENVIRONMENT, STACK, field_of, label_of
from .references import stack_names
from .sources import Heard, Source
from .state import PendingForm
from .targets import Target, phrase_of, target_find
from .tracing import values_of
from .words import normalised
from .world import Proposal, World

Json = dict[str, Any]

LINES = 50
"""Plan lines that an explanation has at most; the plan itself has all."""


def explained(proposal: Proposal, world: World) -> Json:
    """Why a job was proposed. Secrets are masked, whoever asks."""
    job = proposal.job
    target = target_find(job.kind, job.subject, world)
    why_not = _not_correctable(proposal, target, world)
    return {
        "job_id": job.id,
        "title": job.title,
        "state": job.state.value,
        "message": _message(proposal.heard),
        "intent": _intent(proposal.heard, target, world, by=_unheard(job)),
        "values": _job_values(proposal, target, world) if target else [],
        "plan": _plan(job),
        "options": _options(proposal.heard, target, world) if not why_not else [],
        "correctable": not why_not,
        "why_not": why_not,
        "corrects": proposal.heard.corrects if proposal.heard else None,
        "corrected": proposal.corrected,
    }


def explained_so_far(form: PendingForm, world: World) -> Json:
    """The same of a request that is still being asked about."""
    target = target_find(form.kind, form.subject, world)
    values = values_of(form)
    if STACK in values:
        values[STACK] = next((each.name for each in world.stacks() if each.id == form.stack_id), "")
    told = [_value(name, value, form.sources.get(name), target, world) for name, value in values.items()]
    return {
        "job_id": None,
        "title": phrase_of(target) if target else form.subject,
        "state": "asking",
        "message": _message(form.heard),
        "intent": _intent(form.heard, target, world),
        "values": told,
        "plan": None,
        "options": [],
        "correctable": False,
        "why_not": _("Nothing is proposed yet. Say what is different, for example “no, in production”."),
        "corrects": form.heard.corrects if form.heard else None,
        "corrected": False,
    }


def focus_of(text: str, explanation: Json) -> list[Json]:
    """Those values of an explanation that the question names ("why staging?"), by value, words or label."""
    words = set(normalised(text).split())

    def named(value: Json) -> bool:
        shown = {normalised(str(value["value"])), normalised(value["source"]["words"])} - {"", "true", "false"}
        label = set(normalised(value["label"]).split())
        return bool(words & shown) or (bool(label) and label <= words)

    return [each for each in explanation["values"] if named(each)]


def _not_correctable(proposal: Proposal, target: Target | None, world: World) -> str:
    if target is None:
        return _("It is not offered any more.")
    if proposal.job.origin.conversation_id is None:
        return _("It was not asked for in a conversation; ask for what you want anew.")
    return correctable(proposal.job, world.person.id or "", corrected=proposal.corrected)


def _message(heard: Heard | None) -> Json | None:
    return {"seq": heard.seq, "text": heard.text} if heard else None


def _unheard(job: JobView) -> str:
    """How a request came about of which no words are kept: a program's, or one of before they were."""
    return "request" if job.origin.conversation_id is None else "unknown"


def _intent(heard: Heard | None, target: Target | None, world: World, *, by: str = "unknown") -> Json:
    """`by` is taken where no words are kept."""
    name = heard.intent if heard else target.intent if target else ""
    known: Json = asdict(heard) if heard else {"by": by, "confidence": None, "threshold": None, "source": ""}
    reasons = heard.reasons if heard else ()
    return {
        "name": name,
        "phrase": phrase_of(target) if target else name,
        **{each: known[each] for each in ("by", "source", "confidence", "threshold")},
        "alternatives": _alternatives(heard, target, world),
        "examples": [each["text"] for each in reasons if each["kind"] == "example"],
        "terms": [each["text"] for each in reasons if each["kind"] == "term"],
    }


def _alternatives(heard: Heard | None, target: Target | None, world: World) -> list[Json]:
    """What else it may have meant, the likeliest first, as far as it could be proposed."""
    phrases = {each.intent: phrase_of(each) for each in _targets(world)}
    return [
        {**each, "phrase": phrases[each["intent"]]}
        for each in (heard.alternatives if heard else ())
        if each["intent"] in phrases and (target is None or each["intent"] != target.intent)
    ]


def _options(heard: Heard | None, target: Target | None, world: World) -> list[Json]:
    """All that a person may choose instead: the likely ones first."""
    likely = [each["intent"] for each in _alternatives(heard, target, world)]
    offered = {
        each.intent: phrase_of(each) for each in _targets(world) if target is None or each.intent != target.intent
    }
    ordered = [*likely, *(each for each in offered if each not in likely)]
    return [{"intent": name, "phrase": offered[name]} for name in ordered if name in offered]


def _targets(world: World) -> list[Target]:
    kinds = (JobKind.APPLY, JobKind.DESTROY)
    names = [(kind, each.name) for each in world.blueprints() for kind in kinds]
    names += [(JobKind.ACTION, each.name) for each in world.actions()]
    return [target for kind, name in names if (target := target_find(kind, name, world)) is not None]


def _job_values(proposal: Proposal, target: Target, world: World) -> list[Json]:
    """Where first, then what was given, then what was left at its default."""
    job, sources = proposal.job, proposal.sources
    given: Json = {ENVIRONMENT: job.environment}
    if target.needs_stack and job.stack is not None:
        given[STACK] = job.stack.name
    if target.variables:
        given |= job.values
    unnamed = Source("given" if proposal.heard is None else "stack")
    told = [_value(name, value, sources.get(name, unnamed), target, world) for name, value in given.items()]
    left = [each for each in target.variables if each.name not in given]
    told += [_value(each.name, each.default, sources.get(each.name), target, world) for each in left]
    return [{**each, **_lines_of(each["name"], job)} for each in told]


def _value(name: str, value: Any, source: Source | None, target: Target | None, world: World) -> Json:
    variable = target.variable(name) if target else None
    secret = variable is not None and variable.sensitive
    return {
        "name": name,
        **_asked(name, variable, target, world),
        "value": None if secret else value,
        "sensitive": secret,
        "source": asdict(source or Source("default")),
        "lines": [],
        "everything": False,
    }


def _asked(name: str, variable: Variable | None, target: Target | None, world: World) -> Json:
    """How a value is asked for again: label, type, choices, help."""
    if name == ENVIRONMENT:
        choices: tuple[Any, ...] = tuple(each.name for each in world.environments())
        return {"label": _("Environment"), "type": "choice", "choices": list(choices), "required": True, "help": ""}
    if name == STACK:
        wanted = target.blueprint if target else None
        fitting = tuple(each for each in world.stacks() if wanted in (None, each.blueprint))
        label = target.noun.capitalize() if target else _("Stack")
        return {"label": label, "type": "choice", "choices": list(stack_names(fitting)), "required": True, "help": ""}
    if variable is None:
        return {"label": label_of(name), "type": "string", "choices": [], "required": False, "help": ""}
    field = field_of(variable)
    return {
        "label": field.label,
        "type": field.type,
        "choices": list(field.choices),
        "required": field.required,
        "help": field.help,
    }


def _lines_of(name: str, job: JobView) -> Json:
    """The plan's lines that a value asks for. Where it shall be, and which stack, decide about all of them."""
    changes = job.plan.changes if job.plan else ()
    if name in (ENVIRONMENT, STACK):
        return {"lines": [], "everything": bool(changes)}
    return {"lines": [each.address for each in changes if name in each.variables][:LINES], "everything": False}


def _plan(job: JobView) -> Json | None:
    if job.plan is None:
        return None
    lines = [
        {"address": each.address, "action": each.action, "variables": list(each.variables)}
        for each in job.plan.changes[:LINES]
    ]
    return {
        "plan_hash": job.plan.plan_hash,
        "sentence": job.plan.text,
        "lines": lines,
        "lines_total": len(job.plan.changes),
    }
