"""`Import the bucket acme-old as object-storage in staging`: taking over what exists. Read by its words alone."""

import re
from dataclasses import replace

from django.utils.translation import gettext as _

from orchestrator.states import JobKind
from orchestrator.types import BlueprintView

from .decisions import Decision, Propose, Say
from .sources import Heard
from .state import DialogueState, PendingForm
from .targets import default_environment, environment_find, target_find
from .texts import bullets, code, listed, paragraphs, who_must_approve
from .tracing import traced, why_record
from .turn import Turn
from .words import tokens
from .world import World

_IMPORT = re.compile(
    r"^\s*(?:(?:please|ok(?:ay)?|now)[,\s]+)*(?:(?:can|could|would)\s+you\s+(?:please\s+)?)?"
    r"(?:import|bring\s+in)\s+(?P<what>\S.*?)\s*[.!?]*\s*$",
    re.IGNORECASE | re.DOTALL,
)
_AROUND_WORDS = (
    "the a an my our this that existing old as in into to from for called named with environment please here"
)
_AROUND = frozenset(_AROUND_WORDS.split())


def imports_asked(turn: Turn, state: DialogueState, world: World) -> Decision | None:
    """What to do about it; None when nothing is to be imported, or more is said than what and where."""
    match = _IMPORT.match(turn.text)
    if match is None:
        return None
    meant = {each.name: each for each in _blueprints(match["what"], world)}
    names = _left(match["what"], list(meant.values()), world)
    if not meant or len(names) > 1:
        return None
    (blueprint,) = meant.values() if len(meant) == 1 else (None,)
    if blueprint is None or not blueprint.imports:
        able = listed(code(each.name) for each in world.blueprints() if each.imports)
        text = _("Import it as what? These can take over what exists: %(names)s.") % {"names": able or _("none")}
        return Decision((Say(text),), state)
    if not names:
        text = _("Which %(noun)s shall I import? Say its name as well.") % {"noun": blueprint.noun}
        return Decision((Say(text),), state)
    return _proposed(blueprint, names[0], turn, state, world)


def _proposed(blueprint: BlueprintView, name: str, turn: Turn, state: DialogueState, world: World) -> Decision:
    place = _place(turn, world)
    target = target_find(JobKind.APPLY, blueprint.name, world)
    if target is None:
        return Decision((Say(_("%(name)s is not offered.") % {"name": code(blueprint.name)}),), state)
    if place is None:
        text = _("In which environment is it? Say it like this:")
        ways = [f"import the {blueprint.noun} {name} in {each.name}" for each in world.environments()]
        return Decision((Say(text, tuple(ways)),), state)
    values = dict.fromkeys(blueprint.imports.values(), name)
    check = world.values_check(JobKind.APPLY, blueprint.name, values)
    if check.errors:
        said = paragraphs(bullets(check.errors.values()), _("Nothing was started."))
        return Decision((Say(said),), state)
    form = PendingForm("", JobKind.APPLY, blueprint.name, environment=place, values=values)
    form = traced(form, turn, state, target, world)
    form = replace(form, heard=Heard(target.intent, "words", turn.seq, turn.text))
    told = {"noun": blueprint.noun, "name": code(name), "environment": code(place)}
    risk = max(target.risk, blueprint.risk.get(JobKind.DESTROY, target.risk), key=lambda each: each.rank)
    found = environment_find(place, world)
    risk = max(risk, found.minimum_risk, key=lambda each: each.rank) if found else risk
    lead = _(
        "I plan to import the %(noun)s %(name)s that exists in %(environment)s. The plan shows what becomes of it:"
    )
    what = _("what the blueprint sets is set, also where the plan can only show it as new, such as its policy.")
    propose = Propose(
        job_id=turn.new_id("job"),
        kind=JobKind.APPLY,
        subject=blueprint.name,
        environment=place,
        values=values,
        text=paragraphs(f"{lead % told} {what}", who_must_approve(risk, place, world.approvers(place))),
        stack_name=name,
        why=why_record(form, target),
        imports=True,
    )
    return Decision((propose,), replace(state, environment=place))


def _blueprints(what: str, world: World) -> list[BlueprintView]:
    """Those that are named; else those of whose kind something is said to be."""
    said = set(tokens(what.casefold()))
    named = [each for each in world.blueprints() if each.name in said]
    return named or [each for each in world.blueprints() if said & _nouns(each)]


def _nouns(blueprint: BlueprintView) -> set[str]:
    return {word for noun in (blueprint.noun, *blueprint.nouns) for word in tokens(noun.casefold())}


def _left(what: str, meant: list[BlueprintView], world: World) -> list[str]:
    """What is said besides the kind and the place: the name of what exists."""
    places = {word.casefold() for each in world.environments() for word in (each.name, *each.synonyms)}
    known = places | _AROUND | {word for each in meant for word in (each.name, *_nouns(each))}
    return [word for word in tokens(what) if word.casefold() not in known]


def _place(turn: Turn, world: World) -> str | None:
    """As the message says; else the one that may be assumed."""
    said = {word.casefold() for word in tokens(turn.text)}
    named = [
        each.name for each in world.environments() if said & {each.name, *(word.casefold() for word in each.synonyms)}
    ]
    if len(named) == 1:
        return named[0]
    default = default_environment(world)
    return default.name if default and not named else None
