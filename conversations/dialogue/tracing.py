"""Notes at each step of a request where its values came from: what is new since the step before came from this turn."""

from dataclasses import asdict, dataclass, replace
from typing import Any

from nlu.types import Entity

from .fields import ENVIRONMENT, STACK
from .sources import Heard, Source
from .state import DialogueState, PendingForm
from .targets import Target
from .turn import Turn
from .words import decision_intent, exact_intent, refers_back, tokens
from .world import World

MASK = "•••"
_WORDS = 200
_TEXT = 2_000
_SHORTEST_SECRET = 4


@dataclass(frozen=True)
class _Step:
    """One step of a request; `before` is the request as it was, None at its first step."""

    turn: Turn
    state: DialogueState
    target: Target
    world: World
    before: PendingForm | None


def traced(form: PendingForm, turn: Turn, state: DialogueState, target: Target, world: World) -> PendingForm:
    """`form` with the source of each value that `turn` brought; `state` is the one before it."""
    step = _Step(turn, state, target, world, state.form if form.heard is not None else None)
    had = values_of(step.before) if step.before else {}
    sources = dict(form.sources)
    for name, value in values_of(form).items():
        if name not in sources or (name in had and had[name] != value):
            sources[name] = _source(name, value, step)
    for name in form.skipped:
        sources.setdefault(name, Source("default", turn.seq, _words(step) if step.before else ""))
    kept = {*values_of(form), *form.skipped}
    sources = {name: each for name, each in sources.items() if name in kept}
    return replace(form, heard=form.heard or heard_in(turn, target), sources=sources)


def values_of(form: PendingForm) -> dict[str, Any]:
    """All that is known of a request by name, the environment and the stack included."""
    places = {ENVIRONMENT: form.environment, STACK: form.stack_id}
    return {**form.values, **{name: value for name, value in places.items() if value is not None}}


def heard_in(turn: Turn, target: Target) -> Heard:
    """How the message of `turn` was understood as a request for `target`."""
    text = masked_text(turn, target)[:_TEXT]
    words = exact_intent(turn.text) or decision_intent(turn.text)
    understanding = turn.understanding
    if words or understanding is None:
        return Heard(words or target.intent, "words", turn.seq, text)
    return Heard(
        intent=understanding.intent or target.intent,
        by="model",
        seq=turn.seq,
        text=text,
        confidence=round(understanding.confidence, 4),
        threshold=round(understanding.threshold, 4),
        alternatives=tuple(
            {"intent": each.name, "confidence": round(each.confidence, 4)} for each in understanding.alternatives[:5]
        ),
        reasons=tuple(asdict(each) for each in understanding.reasons[:5]),
        source=understanding.source,
    )


def masked_text(turn: Turn, target: Target) -> str:
    """The message without the words that were taken for a secret."""
    text = turn.text
    for each in sorted(turn.entities, key=lambda entity: -entity.start):
        if is_secret(each.slot, target):
            text = text[: each.start] + MASK + text[each.end :]
    return text


def is_secret(name: str, target: Target) -> bool:
    variable = target.variable(name)
    return variable is not None and variable.sensitive


def _source(name: str, value: Any, step: _Step) -> Source:
    turn, before = step.turn, step.before
    if turn.form_values is not None:
        return Source("form" if name in turn.form_values else "default", turn.seq)
    secret = is_secret(name, step.target)
    kind = "correction" if before is not None and name in values_of(before) else "message"
    entity = _mention(name, turn)
    if entity is not None:
        words = "" if secret else entity.text[:_WORDS]
        return Source(kind, turn.seq, words, entity.start, entity.end, entity.source)
    if before is not None:
        return Source("answer", turn.seq, "" if secret else _words(step))
    if name == STACK:
        return _stack_source(str(value), step)
    return _place_source(str(value), step) if name == ENVIRONMENT else Source(kind, turn.seq)


def _mention(name: str, turn: Turn) -> Entity | None:
    """The last mention wins, as it does for the value."""
    unlisted = turn.understanding.unlisted if turn.understanding else ()
    found = [each for each in (*unlisted, *turn.entities) if each.slot == name]
    return found[-1] if found else None


def _stack_source(stack_id: str, step: _Step) -> Source:
    """By its name, by pointing at what was talked about, or because there is no other."""
    text, seq = step.turn.text, step.turn.seq
    name = next((each.name for each in step.world.stacks() if each.id == stack_id), "")
    if name and name in tokens(text):
        start = text.find(name)
        return Source("message", seq, name, start, start + len(name), "name")
    remembered = any(each.id == stack_id for each in step.state.stacks)
    return Source("memory" if remembered and refers_back(text) else "only", seq)


def _place_source(environment: str, step: _Step) -> Source:
    """An environment that nobody mentioned: the stack's, the one talked about, or the default one."""
    if step.target.needs_stack:
        return Source("stack", step.turn.seq)
    return Source("memory" if step.state.environment == environment else "default", step.turn.seq)


def _words(step: _Step) -> str:
    return masked_text(step.turn, step.target).strip()[:_WORDS]


def why_record(form: PendingForm, target: Target) -> dict[str, Any]:
    """What is kept with the proposal of `form`: how it was heard, and the source of each value. A secret that was not
    recognised in the message is, now that it is known, taken out as well: approvers read this."""
    secrets = [str(value) for name, value in form.values.items() if is_secret(name, target)]

    def scrubbed(text: str) -> str:
        for secret in secrets:
            text = text.replace(secret, MASK) if len(secret) >= _SHORTEST_SECRET else text
        return text

    heard = replace(form.heard, text=scrubbed(form.heard.text)) if form.heard else None
    sources = {name: asdict(replace(each, words=scrubbed(each.words))) for name, each in form.sources.items()}
    return {"heard": asdict(heard) if heard else None, "sources": sources}
