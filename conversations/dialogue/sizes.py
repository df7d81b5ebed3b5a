"""`Make it bigger`, `a size smaller`, `give it a bigger disk`: one step along the sizes that the blueprint declares."""

import re
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from orchestrator.states import JobKind
from orchestrator.types import BlueprintView, StackView, Variable

from .history import diff_text
from .life_words import says_only
from .texts import code, listed, paragraphs, value_short
from .turn import Turn
from .words import normalised
from .world import World

_GROW = "grow"
_MUCH = r"(?:a size|one size|a step|one step|a bit|a little|some|the next size|next size)"
_UP, _DOWN = r"(?:bigger|larger|up)", r"(?:smaller|down)"
_MORE, _LESS = r"(?:bigger|larger|more)", r"(?:smaller|less)"
_START = r"(?:(?:please|ok(?:ay)?|no|oh|wait|now|and|but)\s+)*(?:(?:can|could|would)\s+you\s+(?:please\s+)?)?"
_END = r"(?:\s+(?:please|again|now|still))*"
_FORMS = (
    rf"{_START}(?:make|turn|size) (?P<what>.+?) (?:even )?(?:{_MUCH} )?(?:(?P<up>{_UP})|(?P<down>{_DOWN})){_END}",
    rf"{_START}(?:it should be |i want it |i need it |go )?(?:even )?(?:{_MUCH} )?"
    rf"(?:(?P<up>bigger|larger)|(?P<down>smaller)){_END}",
    rf"{_START}{_MUCH} (?:(?P<up>up)|(?P<down>down)){_END}",
    rf"{_START}(?:upsize|(?P<down>downsize)) (?P<what>.+?){_END}",
    rf"{_START}give (?P<what>\S+ (?:the |an? )?(?:{_MUCH} )?(?:(?P<up>{_MORE})|(?P<down>{_LESS})) .+?){_END}",
)
_READ = [re.compile(each, re.DOTALL) for each in _FORMS]
_DEGREE = re.compile(rf"\b(?:{_MUCH}|bigger|larger|more|smaller|less|an?)\b")


@dataclass(frozen=True)
class Resized:
    """What is to be asked for instead, said in words; without `values` it says why nothing can be."""

    text: str
    values: dict[str, Any]


def size_asked(turn: Turn, world: World) -> bool:
    """Whether the message asks for another size of something, and for nothing else."""
    read = _read(turn.text)
    return read is not None and says_only(_DEGREE.sub(" ", read[1]), world, _size_words(world))


def resized(stack: StackView, turn: Turn, world: World) -> Resized:
    """One step up or down of what the message means; of the blueprint's first size where it says no other."""
    blueprint = next((each for each in world.blueprints() if each.name == stack.blueprint), None)
    read = _read(turn.text)
    variable = _variable(blueprint, turn.text) if blueprint else None
    if blueprint is None or variable is None or read is None:
        text = _("%(name)s has no sizes that I know of. Say which setting is to have which value.")
        return Resized(text % {"name": code(stack.name)}, {})
    now, steps = stack.values.get(variable.name, variable.default), blueprint.sizes[variable.name]
    value, why = _doubled(variable, now, steps, read[0]) if isinstance(steps, str) else _step(now, steps, read[0])
    if value is None:
        return Resized(why % {"setting": code(variable.name), "now": value_short(now)}, {})
    check = world.values_check(JobKind.APPLY, stack.blueprint, {variable.name: value})
    if check.errors:
        return Resized(paragraphs(*check.errors.values(), _("Nothing was changed.")), {})
    lead = _("I plan another size of **%(name)s** in %(environment)s:")
    said = lead % {"name": stack.name, "environment": stack.environment}
    values = check.values
    return Resized(paragraphs(said, diff_text({variable.name: (now, values[variable.name])})), values)


def without_settings(text: str, world: World) -> str:
    """The message without the words for what can have sizes."""
    words = _size_words(world)
    return " ".join(each for each in text.split() if normalised(each) not in words)


def _read(text: str) -> tuple[int, str] | None:
    """(1 for bigger or -1 for smaller, what is said to be so)."""
    for form in _READ:
        match = form.fullmatch(normalised(text))
        if match is not None:
            groups = match.groupdict()
            return (-1 if groups.get("down") else 1), groups.get("what") or ""
    return None


def _variable(blueprint: BlueprintView, text: str) -> Variable | None:
    """The size that is named, or the first one."""
    said = set(normalised(text).split())
    sized = [each for each in map(blueprint.variable, blueprint.sizes) if each is not None]
    return next((each for each in sized if said & _words(each)), sized[0] if sized else None)


def _words(variable: Variable) -> set[str]:
    """The words for a setting, without those for its unit alone."""
    names = [variable.name.replace("_", " "), *variable.synonyms]
    return {word for name in names for word in normalised(name).split()} - {"of", "gb", "mb", "gigabytes", "megabytes"}


def _size_words(world: World) -> set[str]:
    every = [(each, name) for each in world.blueprints() for name in each.sizes]
    return {word for each, name in every if (found := each.variable(name)) for word in _words(found)}


def _step(now: Any, steps: list[Any], by: int) -> tuple[Any, str]:
    """The next of the values, or why there is none; the texts take `setting` and `now`."""
    shown = listed(value_short(each).replace("%", "%%") for each in steps)
    if now not in steps:
        text = _("%(setting)s is %(now)s, which is none of the sizes I know: ") + shown
        return None, f"{text}. " + _("Say which one it is to be.")
    at = steps.index(now) + by
    if 0 <= at < len(steps):
        return steps[at], ""
    end = _("%(setting)s is %(now)s, the largest size there is: ") if by > 0 else ""
    end = end or _("%(setting)s is %(now)s, the smallest size there is: ")
    return None, f"{end}{shown}. " + _("Nothing was changed.")


def _doubled(variable: Variable, now: Any, steps: str, by: int) -> tuple[Any, str]:
    if isinstance(now, bool) or not isinstance(now, int | float) or now <= 0:
        return None, _("%(setting)s is %(now)s, which cannot be doubled. Say which value it is to have.")
    if by > 0:
        return now * 2, ""
    if steps == _GROW:
        return None, _("%(setting)s is %(now)s and can only grow: what it holds would not fit. Nothing was changed.")
    if now <= 1:
        return None, _("%(setting)s is %(now)s already. Say which value it is to have.")
    return (now // 2 if isinstance(now, int) or now % 2 == 0 else now / 2), ""
