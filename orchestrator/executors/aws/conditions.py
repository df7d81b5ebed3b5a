"""JMESPath expressions of a file with slots in them: `{slot}` stands for the value, as a constant."""

import json
from collections.abc import Mapping
from typing import Any

from chatbot_project.templating import PLACEHOLDER


def filled(expression: str, names: Mapping[str, Any]) -> str:
    """The expression with each `{slot}` as a constant: whatever the value holds cannot change the expression."""
    return PLACEHOLDER.sub(lambda found: _constant(names.get(found[1])), expression)


def _constant(value: Any) -> str:
    """A JMESPath literal: JSON between backticks, which therefore are not written in it."""
    return "`" + json.dumps(value).replace("`", "\\u0060") + "`"
