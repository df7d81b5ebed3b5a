"""A change of mind after a request was handed over: `no, call it acme-logs instead`, `make it production`.

A plan that still waits is withdrawn and the corrected one planned; what is being carried out, or done, is not touched
without a word of consent.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from orchestrator.states import JobKind
from orchestrator.types import JobView, StackView

from .choices import choose
from .corrections import proposal_corrected
from .decisions import Decision, Say
from .fields import ENVIRONMENT, STACK, in_sentence, label_of
from .history import diff_line
from .references import stack_names
from .rivals import values_between
from .state import DialogueState, Wanted
from .targets import Target, target_find
from .texts import code, listed, value_text
from .turn import Correction, Turn
from .wanted import slot, wanted_of
from .words import normalised, tokens
from .world import World

CORRECT = "correct"
"""Family of the intents that name the job to be corrected: `correct.<job id>`."""

_YES = re.compile(r"\s*(?:yes|yep|yeah|ok|okay|sure|fine|good|approve\w*|confirm\w*|lgtm|go\s+ahead|do\s+it)\b", re.I)
_CUE = re.compile(
    r"""^\s*(?:please\s+)?
      (?:no|nope|nah|actually|wait|sorry|oh|hmm|rather|not|better|i\s+(?:meant|mean)|instead|with|without)\b
    | ^\s*(?:yes|yep|yeah|ok|okay|sure|fine)\b | \b(?:instead|rather)\b
    | ^\s*(?:(?:please|and|but|(?:can|could|would)\s+you|let\s+us|let's)\s+)*(?:make|put|call|name|rename|move|change
      |set|turn|switch|use|have|deploy|enable|disable|give)\s+(?:it|that|this|them)\b
    | ^\s*(?:please\s+)?(?:make|set|change|switch)\s+(?:the|its)\s+\w+\s+(?:to|be)\b
    | ^\s*(?:but\s+)?i(?:'d|\s+would)?\s+(?:want|need|like|prefer)\s+(?:it|that|this)\b
    | \bit\s+(?:should|must|shall|needs?\s+to)\s+be\b""",
    re.IGNORECASE | re.VERBOSE,
)
# Of what is talked about, when nothing is named.
_SWITCH = re.compile(
    r"^\s*(?:please\s+)?(?:(?:turn|switch)\s+(?:on|off)|enable|disable|(?:turn|switch)\s+[\w -]+?\s+(?:on|off))\b",
    re.IGNORECASE,
)
_PLAIN_WORDS = """
    a actually also an and as be better but call called can change could deploy disable do enable env environment for
    give had hmm i in instead into is it its let lets like make mean meant move must my name named needs no nope not of
    oh ok okay on our please put rather rename set shall should sorry sure switch prefer thanks that the this to turn
    us use wait want we with without would yes you have keep than yep nah off region
"""
_PLAIN = frozenset(_PLAIN_WORDS.split())


@dataclass(frozen=True)
class _Wish:
    """What a message says should be otherwise: values of the blueprint's own variables, and a place."""

    values: dict[str, Any]
    environment: str | None

    @classmethod
    def of(cls, turn: Turn, target: Target) -> "_Wish":
        values = {each.slot: each.value for each in turn.entities if target.variable(each.slot) is not None}
        place = turn.mentioned(ENVIRONMENT) or turn.unlisted(ENVIRONMENT)
        return cls(values, str(place) if place else None)

    def moves(self, stack: StackView) -> bool:
        """Whether what exists would have to get another name or place."""
        return self.environment not in (None, stack.environment) or self.values.get("name") not in (None, stack.name)

    def differs(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in self.values.items() if values.get(name) != value}


def correction(turn: Turn, state: DialogueState, world: World) -> Decision | None:
    """What to do about a message that corrects a request handed over here; None when it is none."""
    if turn.negated or turn.understanding is None or turn.asks or not _is_cued(turn, world):
        return None
    other = _another_stack(turn, world)
    if other is not None:
        return proposal_corrected(other, turn, state, world)
    jobs = [each for each in world.jobs_here() if _is_own_apply(each, world) and _is_corrected(each, turn, world)]
    if len(jobs) == 1 and not _YES.match(turn.text):
        return corrected(jobs[0], turn, state, world)
    if jobs:
        return _which(jobs, turn, state, world)
    return None if _YES.match(turn.text) else _of_what_is_there(turn, state, world)


def _is_cued(turn: Turn, world: World) -> bool:
    if _CUE.search(turn.text):
        return True
    names = {each.name for each in world.stacks()}
    return _SWITCH.search(turn.text) is not None and not names & set(tokens(turn.text))


def _another_stack(turn: Turn, world: World) -> Correction | None:
    """`No, acme-raw instead`, where the one job of this person that waits here deletes another of the kind."""
    jobs = [each for each in world.jobs_here() if each.requester.id == world.person.id]
    job = jobs[0] if len(jobs) == 1 else None
    target = target_find(job.kind, job.subject, world) if job and job.kind is JobKind.DESTROY else None
    if job is None or target is None or job.stack is None or _YES.match(turn.text) or turn.verb not in (None, "delete"):
        return None
    labels = stack_names(tuple(each for each in world.stacks() if each.blueprint == target.blueprint))
    names = {each.id: each.name for each in world.stacks()}
    said = {label: names[at] for label, at in labels.items() if names[at] in tokens(turn.text) and at != job.stack.id}
    known = {word for text in (*said.values(), job.stack.name, *target.nouns) for word in normalised(text).split()}
    plain = set(normalised(turn.text).split()) <= known | _PLAIN | {"delete", "remove"}
    return Correction(job.id, values={STACK: next(iter(said))}) if len(said) == 1 and plain else None


def corrected(job: JobView, turn: Turn, state: DialogueState, world: World) -> Decision:
    """Take the job back, and propose the same with what the message says."""
    target = target_find(job.kind, job.subject, world)
    wish = _Wish.of(turn, target) if target else None
    if target is None or wish is None:
        return Decision((Say(_("That is not offered any more. Nothing was changed.")),), state)
    if job.stack is not None and job.stack.status == "live" and wish.moves(job.stack):
        return choose(*_made_anew(job.stack, target, wish, world), turn, state)
    place = {ENVIRONMENT: wish.environment} if wish.environment else {}
    return proposal_corrected(Correction(job.id, values={**wish.values, **place}), turn, state, world)


def _which(jobs: list[JobView], turn: Turn, state: DialogueState, world: World) -> Decision:
    """A yes with a condition approves nothing and corrects nothing; nor is it guessed which of two plans is meant."""
    label = _("plan again: %(title)s")
    readings: dict[str, Wanted | None] = {
        label % {"title": each.title}: wanted_of(turn, f"{CORRECT}.{each.id}", world) for each in jobs
    }
    readings[_("leave it as it is")] = None
    question = _("That is not what the plan says. Shall I withdraw it and plan it again as you say now?")
    return choose(question, readings, turn, state)


def _of_what_is_there(turn: Turn, state: DialogueState, world: World) -> Decision | None:
    """The same about what exists already: the stack that was talked about last."""
    own = [each for each in world.stacks() if each.owner.id == world.person.id]
    named = [each for each in own if each.name in tokens(turn.text)]
    last = named[0].id if len(named) == 1 else state.stacks[0].id if state.stacks and not named else None
    stack = next((each for each in own if each.id == last), None)
    target = target_find(JobKind.APPLY, stack.blueprint, world) if stack else None
    if stack is None or target is None or not _is_plain(turn, target) or turn.verb is not None:
        return None
    wish = _Wish.of(turn, target)
    if wish.moves(stack):
        return choose(*_made_anew(stack, target, wish, world), turn, state)
    changes = wish.differs(stack.values)
    if not changes and wish.values:
        return _is_so_already(stack, wish, state)
    return choose(*_changed(stack, target, changes, world), turn, state) if changes else None


Choice = tuple[str, dict[str, Wanted | None]]


def _is_so_already(stack: StackView, wish: _Wish, state: DialogueState) -> Decision:
    values = listed(f"{in_sentence(label_of(name))} {value_text(value)}" for name, value in wish.values.items())
    text = _("**%(name)s** in %(environment)s has that already: %(values)s. Nothing was changed.")
    said = text % {"name": stack.name, "environment": stack.environment, "values": values}
    return Decision((Say(said),), state)


def _changed(stack: StackView, target: Target, changes: dict[str, Any], world: World) -> Choice:
    had = {each.name: each.default for each in target.variables} | dict(stack.values)
    said = diff_line({name: (had.get(name), value) for name, value in changes.items()})
    values = {"noun": target.noun, "name": code(stack.name), "environment": code(stack.environment), "changes": said}
    question = _("The %(noun)s %(name)s in %(environment)s is there already. Shall I plan a change of it: %(changes)s?")
    text = _("change the %(noun)s %(name)s") % {"noun": target.noun, "name": stack.name}
    named = {"name": stack.name} if target.variable("name") else {}
    wanted = {**named, **_plain_values(stack.values, target), **changes}
    heard = _request(target, text, wanted, stack.environment, world)
    return question % values, {text: heard, _("leave it as it is"): None}


def _made_anew(stack: StackView, target: Target, wish: _Wish, world: World) -> Choice:
    """What exists keeps its name and its place: another one can be made beside it."""
    values = {"noun": target.noun, "name": code(stack.name), "environment": code(stack.environment)}
    question = _(
        "The %(noun)s %(name)s in %(environment)s exists already, and a name or a place cannot be changed afterwards. "
        "I can plan a new one; the old one stays until you delete it."
    )
    text = _("create a new %(noun)s as you say now") % values
    wanted = {**_plain_values(stack.values, target), **wish.values}
    heard = _request(target, text, wanted, wish.environment or stack.environment, world)
    return question % values, {text: heard, _("leave it as it is"): None}


def _request(target: Target, text: str, values: Mapping[str, Any], environment: str, world: World) -> Wanted:
    slots = (*(slot(name, value) for name, value in values.items()), slot(ENVIRONMENT, environment))
    return Wanted(text, f"blueprint.{target.subject}.apply", slots, world.now.isoformat())


def _plain_values(values: Mapping[str, Any], target: Target) -> dict[str, Any]:
    plain = {each.name for each in target.variables if not each.sensitive}
    return {name: value for name, value in values.items() if name in plain and value is not None}


def _is_own_apply(job: JobView, world: World) -> bool:
    return job.kind is JobKind.APPLY and job.requester.id == world.person.id


def _is_corrected(job: JobView, turn: Turn, world: World) -> bool:
    """Whether the message says something else than the job does, and nothing besides."""
    target = target_find(job.kind, job.subject, world)
    if target is None or not _is_plain(turn, target) or values_between(target, turn):
        return False
    wish = _Wish.of(turn, target)
    has = {**{each.name: each.default for each in target.variables}, **job.values}
    return bool(wish.differs(has)) or wish.environment not in (None, job.environment)


def _is_plain(turn: Turn, target: Target) -> bool:
    """Whether there is nothing in the message but values, and what people say around them."""
    entities = [*turn.entities, *(turn.understanding.unlisted if turn.understanding else ())]
    told = [each.text for each in entities] + [each for one in target.variables for each in (one.name, *one.synonyms)]
    words = {word for text in (*told, *target.nouns) for word in normalised(text.replace("_", " ")).split()}
    plain = set(normalised(turn.text).split()) <= words | _PLAIN
    return bool(entities) and plain and turn.verb not in ("delete", "look")
