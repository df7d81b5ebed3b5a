"""One thing after the other: of what was asked for together the first is begun; each next one needs a word of consent.

Nothing is done that would not be done for the same requests sent one by one: each is decided anew when its turn comes.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from nlu.types import Understanding
from nlu.verbs import CREATE, DELETE
from orchestrator.states import JobState, Risk

from .decisions import Act, Decision, Propose, Say, Step
from .fresh import resumed
from .intents import QUESTIONS, Intent, intent_of
from .lifetimes import says_its_end
from .state import MOST_LATER, DialogueState, Wanted
from .targets import target_find
from .texts import code, listed, paragraphs
from .turn import Turn
from .vocabulary import NEXT, SKIP_NEXT, SKIP_REST
from .wanted import wanted_of
from .words import exact_intent, normalised, reason_in, yes_or_no
from .world import World

One = Callable[[Turn, DialogueState, World], Decision]

WANTED_FOR = timedelta(hours=24)
"""As long as a plan waits for its approval."""
_STOPS = frozenset({"base.cancel", "base.deny", "base.reject"})
_YES, _NO = frozenset({"base.affirm", "base.approve"}), frozenset({"base.deny", "base.cancel"})


def several(turn: Turn, state: DialogueState, world: World, one: One) -> Decision | None:
    """Begin with the first of several requests and keep the others in mind; None when the message is but one."""
    parts = [_part(turn, at, heard) for at, heard in enumerate(turn.parts)]
    parts = [each for each in parts if not _is_courtesy(each)]
    intents = [intent_of(each) for each in parts]
    if any(says_its_end(each.text) for each in parts[1:]):
        return None  # `create a bucket and delete it again after 3 days` asks for one thing
    if len(parts) < 2 or not _may_be_divided(intents, turn, answering=state.form is not None):
        return None
    usable = [
        part for at, (intent, part) in enumerate(zip(intents, parts, strict=True)) if at == 0 or _is_usable(intent)
    ]
    at_once = [each for each in usable if state.form is None and _is_instant(intent_of(each), world)]
    in_order = [*at_once, *(each for each in usable if each not in at_once)]
    decision = _begin(in_order, len(at_once), state, world, one)
    lost = [each.text for each in parts if each not in usable]
    lead = (Say(_did_not_understand(lost)),) if lost else ()
    return replace(decision, steps=(*lead, *decision.steps))


def about_later(turn: Turn, state: DialogueState, world: World) -> Decision | None:
    """A message about what was asked for together with something else: go on with it, or leave it."""
    if not state.later or state.form is not None or turn.form_values is not None:
        return None
    words, exact = normalised(turn.text), exact_intent(turn.text)
    said = yes_or_no(turn.text)
    yes, no = exact in _YES or said is True, exact in _NO or said is False
    if words in NEXT:
        return go_on(turn, state, world)
    if words in SKIP_REST:
        return _left(state.later, replace(state, later=(), offered=False))
    waiting = [each for each in world.jobs_here() if each.state is JobState.AWAITING_APPROVAL]
    waiting = [each for each in waiting if world.may_approve(each)[0]]
    skips = words in SKIP_NEXT or (no and (state.offered or not world.jobs_here()))
    if waiting and state.offered and (yes or no) and words not in SKIP_NEXT:
        return _which_yes(waiting[0].title, state)
    if skips:
        return _left(state.later[:1], replace(state, later=state.later[1:], offered=False))
    return go_on(turn, state, world) if yes and not waiting else None


def go_on(turn: Turn, state: DialogueState, world: World) -> Decision:
    """Decide about the first of what is kept in mind, as if it had just been written."""
    return resumed(state.later[0], turn, replace(state, later=state.later[1:], offered=False), world)


def still_wanted(state: DialogueState, world: World) -> DialogueState:
    """Without what was asked for too long ago to be meant any more."""
    kept = tuple(each for each in state.later if _is_recent(each, world))
    return state if kept == state.later else replace(state, later=kept, offered=False)


def reminded(decision: Decision, before: DialogueState) -> Decision:
    """With a sentence about what comes next, where the way to it is free."""
    state = decision.state
    if not state.later or state.form is not None or state.offered:
        return decision
    if any(isinstance(each, Propose) for each in decision.steps):
        return Decision((*decision.steps, _after_that(state)), state)
    ended = any(isinstance(each, Act) for each in decision.steps) or before.form is not None
    if ended or len(state.later) != len(before.later):
        return Decision((*decision.steps, _offer(state)), replace(state, offered=True))
    return decision


def _is_recent(wanted: Wanted, world: World) -> bool:
    try:
        return world.now - datetime.fromisoformat(wanted.at) < WANTED_FOR
    except (ValueError, TypeError):  # not a time, or one without a zone
        return False


def _may_be_divided(intents: list[Intent | None], turn: Turn, *, answering: bool) -> bool:
    """Whether the parts are requests. A yes beside something else approves nothing (decision 0010); what follows a
    refusal may be its reason."""
    names = [each.name if each else None for each in intents]
    if any(name in _YES for name in names) or (names[0] in _STOPS and reason_in(turn.text)):
        return False
    first = answering or _is_usable(intents[0]) or names[0] in _STOPS
    # A part that wants to make or delete something is not passed over in silence, understood or not.
    wants = any(each.verb in (CREATE, DELETE) for each in turn.parts[1:])
    return first and (wants or any(_is_usable(each) for each in intents[1:]))


def _is_courtesy(part: Turn) -> bool:
    intent = intent_of(part)
    return intent is not None and intent.name in ("base.greet", "base.thanks")


def _is_usable(intent: Intent | None) -> bool:
    courtesies = ("base.greet", "base.thanks", "base.why")
    return intent is not None and (intent.is_command or (intent.name in QUESTIONS and intent.name not in courtesies))


def _is_instant(intent: Intent | None, world: World) -> bool:
    """Whether it can be answered without changing anything."""
    if intent is None or intent.name in QUESTIONS:
        return intent is not None
    target = target_find("action", intent.subject, world) if intent.family == "action" else None
    return target is not None and target.risk is Risk.READ


def _begin(parts: list[Turn], instant: int, state: DialogueState, world: World, one: One) -> Decision:
    """Decide about the first `instant` parts and the one after them. The rest waits, as for an open question."""
    steps: list[Step] = []
    rest = parts
    while rest and len(rest) >= len(parts) - instant:
        part, rest = rest[0], rest[1:]
        decision = one(part, state, world)
        state = decision.state
        if rest and state.form is not None:
            later = _together(state.later, rest, world)
            announced = Say(_begins_with(part.text, later[len(state.later) :]))
            return Decision((*steps, announced, *decision.steps), replace(state, later=later))
        steps = [*steps, *decision.steps]
    return Decision(tuple(steps), replace(state, later=_together(state.later, rest, world)))


def _together(later: tuple[Wanted, ...], rest: list[Turn], world: World) -> tuple[Wanted, ...]:
    return (*later, *(_kept(each, world) for each in rest))[:MOST_LATER]


def _part(turn: Turn, at: int, heard: Understanding) -> Turn:
    return Turn(id=f"{turn.id}:{at}" if at else turn.id, text=heard.text, understanding=heard, seq=turn.seq)


def _kept(part: Turn, world: World) -> Wanted:
    intent = intent_of(part)
    return wanted_of(part, intent.name if intent else "", world)


def _begins_with(first: str, later: tuple[Wanted, ...]) -> str:
    texts = listed(code(each.text) for each in later)
    values = {"first": code(first), "texts": texts}
    return _("One after the other: I begin with %(first)s. After that: %(texts)s.") % values


def _after_that(state: DialogueState) -> Say:
    texts = listed(code(each.text) for each in state.later)
    text = _("After that: %(texts)s. Say “next” when I shall go on with it, or “skip it”.") % {"texts": texts}
    return Say(text, (_("next"), _("skip it")))


def _offer(state: DialogueState) -> Say:
    text = _("Next: %(text)s. Shall I go on with it?") % {"text": code(state.later[0].text)}
    return Say(text, (_("yes"), _("skip it")))


def _left(dropped: tuple[Wanted, ...], state: DialogueState) -> Decision:
    texts = listed(code(each.text) for each in dropped)
    return Decision((Say(_("All right, I leave that out: %(texts)s.") % {"texts": texts}),), state)


def _which_yes(title: str, state: DialogueState) -> Decision:
    text = paragraphs(
        _("Two things wait for your word, so I did nothing yet. Which one do you mean?"),
        _("- the plan of **%(title)s**: say “approve” or “reject”\n- %(next)s: say “next” or “skip it”")
        % {"title": title, "next": code(state.later[0].text)},
    )
    return Decision((Say(text, (_("approve"), _("next"))),), replace(state, offered=False))


def _did_not_understand(lost: list[str]) -> str:
    texts = listed(code(each) for each in lost)
    return _("I did not understand this part, so I leave it out: %(texts)s.") % {"texts": texts}
