"""Values written out: a block of YAML or JSON below the words of a message, fenced as code is.

Nothing in a block is ever read as words: it asks for nothing, approves nothing and is taken byte for byte.
"""

import re
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from orchestrator.errors import InvalidValue
from orchestrator.services import values_read

from .fields import ENVIRONMENT, in_sentence, label_of
from .state import PendingForm
from .targets import Target, target_find
from .texts import code, listed
from .turn import Turn
from .world import World

_FENCED = re.compile(
    r"(?:^|\n)[ \t]*```[ \t]*(?:ya?ml|json)?[ \t]*\n(?P<block>.*?)(?:\n[ \t]*```[ \t]*(?=\n|$)|$)", re.S | re.I
)
_LOOKS_WRITTEN_OUT = re.compile(r"^\s*(?:[\[{]|-\s|[\w-]+\s*:\s*(?:\n|$))|\n\s*(?:-\s|[\w-]+\s*:)")


class Unusable(Exception):
    """The block cannot be taken; the sentence says why."""


def words_and_block(text: str) -> tuple[str, str | None]:
    """The words of a message, and the text of the block below them; None where there is none.

    Several blocks are taken together. A message that is nothing but a block has no words.
    """
    blocks = [found["block"] for found in _FENCED.finditer(text)]
    if not any(each.strip() for each in blocks):
        return text, None
    return _FENCED.sub("\n", text).strip(), "\n".join(blocks)


def block_read(text: str | None) -> Any:
    """The value of a block. Raises Unusable."""
    if text is None or not text.strip():
        return None
    try:
        return values_read(text)
    except InvalidValue as error:
        raise Unusable(error.detail) from None


def written_out(turn: Turn, target: Target) -> Any:
    """The value that the message writes out, in a block or, while something is asked, without the fence around it."""
    if turn.block is not None or not _LOOKS_WRITTEN_OUT.search(turn.text):
        return turn.block
    try:
        value = values_read(turn.text)
    except InvalidValue:
        return None
    is_ours = isinstance(value, dict) and bool(value) and names_fit(value, target)
    return value if is_ours or isinstance(value, list) else None


def answers(value: Any, form: PendingForm, world: World) -> bool:
    """Whether a block is about what is being asked for."""
    target = target_find(form.kind, form.subject, world)
    return target is not None and isinstance(value, dict) and names_fit(value, target)


def names_fit(value: dict[Any, Any], target: Target) -> bool:
    """Whether every name in it is something that the request has."""
    return set(map(str, value)) <= _names(target)


def _names(target: Target) -> set[str]:
    return {ENVIRONMENT, *(each.name for each in target.variables)}


def block_values(value: Any, target: Target) -> dict[str, Any]:
    """What a block says for the variables of `target` by name. Raises Unusable for anything else in it."""
    if not isinstance(value, dict):
        raise Unusable(
            _("The block must hold names with values, such as %(example)s.") % {"example": code("name: reports")}
        )
    if unknown := [str(name) for name in value if str(name) not in _names(target)]:
        raise Unusable(
            _("The %(noun)s has no variable %(names)s.")
            % {"noun": target.noun, "names": listed(code(each) for each in unknown[:5])}
        )
    secrets = [each.name for each in target.variables if each.sensitive and each.name in value]
    if secrets:
        names = listed(in_sentence(label_of(each)) for each in secrets)
        raise Unusable(
            _(
                "The %(names)s must be kept secret, and what you write here stays in the history. Leave it out of the "
                "block; give it in a form."
            )
            % {"names": names}
        )
    return {str(name): each for name, each in value.items()}


def named_for(turn: Turn, target: Target | None) -> Turn:
    """`called reports` fills whatever the module calls its name (`bucket`, `identifier`)."""
    variable = target.name_variable if target is not None else None
    if variable is None or variable.name == "name" or turn.understanding is None:
        return turn
    if any(each.slot == variable.name for each in turn.entities):
        return turn
    named = tuple(replace(each, slot=variable.name) for each in turn.entities if each.slot == "name")
    heard = replace(turn.understanding, entities=(*turn.entities, *named))
    return replace(turn, understanding=heard) if named else turn
