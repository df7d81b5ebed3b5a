"""What people read of an answer, without secrets."""

from collections.abc import Mapping
from typing import Any

from chatbot_project.templating import render_result
from orchestrator.executors.base import Context

from .calls import names_of
from .planning import secrets_of


def shown_result(context: Context, definition: Mapping[str, Any], found: Any) -> tuple[Any, str]:
    """What an expression found, masked, and the text of the definition's `result` about it."""
    secrets = secrets_of(context, definition)
    found = secrets.mask(found)
    return found, render_result(definition["result"], found, secrets.mask(names_of(context)))
