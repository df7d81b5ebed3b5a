"""Two readings of one message: several values for one question, or two intents as likely as each other."""

from typing import Any

from django.utils.translation import gettext as _

from .fields import ENVIRONMENT, in_sentence, label_of
from .targets import Target
from .texts import code, listed, paragraphs
from .turn import Turn


def values_between(target: Target, turn: Turn) -> dict[str, list[Any]]:
    """{question: the values} where the message mentions several for one, and takes none of them back."""
    plain = [each.name for each in target.variables if not each.sensitive]
    found = {name: turn.mentions(name) for name in dict.fromkeys((*plain, ENVIRONMENT))}
    return {name: values for name, values in found.items() if len(values) > 1}


def between_text(between: dict[str, list[Any]]) -> str:
    """What to say first when one of several values must be picked."""
    line = _("You mention several values for the %(label)s: %(values)s. I take none of them before you say which.")
    return paragraphs(
        *(
            line % {"label": in_sentence(label_of(name)), "values": listed(code(each) for each in values)}
            for name, values in between.items()
        )
    )
