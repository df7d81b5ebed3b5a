"""Which stack or job a message means."""

from dataclasses import dataclass

from orchestrator.types import JobView, StackView

from .ordering import in_listed_order, made_then, means_both, pointed_at
from .state import DialogueState
from .turn import Turn
from .words import refers_back, tokens
from .world import World


@dataclass(frozen=True)
class Resolution:
    """`stacks` are those that may be meant; `named` is the name the message gave, if it gave one, `how` what else it
    said of them ("made yesterday")."""

    stacks: tuple[StackView, ...]
    named: str | None = None
    how: str = ""


def stacks_meant(
    turn: Turn, state: DialogueState, world: World, blueprint: str | None, *, several: bool = False
) -> Resolution:
    """By name first, then by when it was made or in which order it came, then by reference to what this conversation
    was about ("those two" are `several`: no single one), then whatever fits."""
    known = world.stacks()
    wanted = blueprint or noun_in(turn.text, world)
    fitting = [each for each in known if wanted is None or each.blueprint == wanted]
    places = turn.mentions("environment")
    if places:
        fitting = [each for each in fitting if each.environment in places]
    named = [each for each in fitting if each.name in tokens(turn.text)]
    if len({each.name for each in named}) > 1:
        return Resolution(tuple(named))
    name = _name_in(turn, fitting) or _name_in(turn, known)
    if name is not None:
        return Resolution(tuple(each for each in fitting if each.name == name), named=name)
    own = [each for each in fitting if each.owner.id == world.person.id]
    if not several or made_then(turn.text, own, world) is not None:
        pointed = pointed_at(turn.text, own, state, world)
        if pointed is not None:
            others = pointed if pointed.stacks else pointed_at(turn.text, fitting, state, world)
            return Resolution((others or pointed).stacks, how=pointed.how)
    if refers_back(turn.text) and not several:
        remembered = _remembered(fitting, state)
        if remembered is not None:
            return Resolution((remembered,))
    return Resolution(tuple(own or fitting))


def pair_meant(turn: Turn, stacks: tuple[StackView, ...], state: DialogueState) -> list[StackView]:
    """The two that "both" and "those two" mean: those listed, talked about, or there; nothing when it is not two."""
    if not means_both(turn.text):
        return []
    by_id = {each.id: each for each in stacks}
    talked_about = [by_id[each.id] for each in state.stacks if each.id in by_id]
    groups = (in_listed_order(stacks, state), talked_about, list(stacks))
    return next((each for each in groups if len(each) == 2), [])


def noun_in(text: str, world: World) -> str | None:
    """The blueprint whose noun the message uses ("that bucket"); None when none, or several, are named."""
    words = {form for word in tokens(text.casefold()) for form in (word, word.removesuffix("s"))}
    found = {each.name for each in world.blueprints() if words & {noun.casefold() for noun in (each.noun, *each.nouns)}}
    return found.pop() if len(found) == 1 else None


def stack_names(stacks: tuple[StackView, ...]) -> dict[str, str]:
    """`{what to call it: its id}`: the name alone where that is clear, with environment and owner where not."""
    names = [each.name for each in stacks]
    options: dict[str, str] = {}
    for each in stacks:
        label = each.name if names.count(each.name) == 1 else f"{each.name} ({each.environment})"
        options[label if label not in options else f"{label} {each.id[:8]}"] = each.id
    return options


def jobs_meant(turn: Turn, jobs: list[JobView]) -> list[JobView]:
    """Those of `jobs` that fit what the message mentions; all of them when it mentions nothing."""
    # Also what is taken back: `not in production` is about none that is elsewhere.
    places = {each.value for each in turn.entities if each.slot == "environment"}
    words = tokens(turn.text)
    name = turn.mentioned("name")
    names = {each.stack.name for each in jobs if each.stack and (each.stack.name in words or each.stack.name == name)}
    fitting = [each for each in jobs if not places or each.environment in places]
    if names:
        return [each for each in fitting if each.stack and each.stack.name in names]
    return [] if name else fitting


def _name_in(turn: Turn, stacks: list[StackView]) -> str | None:
    """The longest known name that stands in the message as a word, or the name the model found."""
    words = set(tokens(turn.text))
    known = sorted((each.name for each in stacks if each.name in words), key=len)
    mentioned = turn.mentioned("name")
    return known[-1] if known else str(mentioned) if mentioned else None


def _remembered(fitting: list[StackView], state: DialogueState) -> StackView | None:
    by_id = {each.id: each for each in fitting}
    return next((by_id[each.id] for each in state.stacks if each.id in by_id), None)
