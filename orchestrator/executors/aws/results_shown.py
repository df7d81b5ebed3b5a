"""What people read of an answer, without secrets."""

from collections.abc import Mapping
from typing import Any

from orchestrator.executors.base import Context
from orchestrator.executors.masking import Secrets
from orchestrator.sentences import result_stated

from .calls import search
from .planning import secrets_of
from .shapes import operation_of, secrets_in


def shown_result(
    context: Context, definition: Mapping[str, Any], answer: Any, names: Mapping[str, Any]
) -> tuple[Any, str]:
    """What the definition's `result` finds in an answer, masked, and its text about it."""
    secrets = answer_secrets(context, definition, answer)
    found = secrets.mask(search(definition, answer))
    return found, result_stated(definition["result"], found, secrets.mask(dict(names)))


def answer_secrets(context: Context, definition: Mapping[str, Any], answer: Any) -> Secrets:
    """The secret values of the request, and those that the service's model marks in its answer."""
    return secrets_of(context, definition).more(secrets_in(operation_of(definition).output_shape, answer), shortest=4)
