"""A dry run, where the service has one: whether it would be allowed is known before anybody is asked.

The file says `dry_run: true`: a service (or an emulator) that takes no heed of the member would do it in earnest.
"""

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from botocore.model import StructureShape

from orchestrator.executors.base import Context, ExecutorError

from .calls import call
from .errors import call_words
from .mistakes import BadDefinition
from .shapes import operation_of, reads_only

_MEMBER = "DryRun"
_ALLOWED = "DryRunOperation"


def dry_run_check(definition: Mapping[str, Any]) -> None:
    """Raises BadDefinition: `dry_run` is asked for where there is none."""
    if definition.get("dry_run") is None:
        return
    if not isinstance(definition["dry_run"], bool):
        raise BadDefinition("dry_run must be true or false.")
    operation = operation_of(definition)
    shape = operation.input_shape
    member = shape.members.get(_MEMBER) if isinstance(shape, StructureShape) else None
    if definition["dry_run"] and (member is None or member.type_name != "boolean" or reads_only(definition)):
        raise BadDefinition(f"{operation.name} has no dry run; leave dry_run out.")


def rehearse(context: Context, definition: Mapping[str, Any], parameters: Mapping[str, Any]) -> None:
    """Ask the service whether it would do it, where the file says so. Raises ExecutorError when it would not."""
    if not definition.get("dry_run"):
        return
    name = f"{definition['service']}:{definition['operation']}"
    try:
        call(context, definition, {**parameters, _MEMBER: True})
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") == _ALLOWED:
            return
        words = call_words(error, name)
        raise ExecutorError(words.code, f"A dry run says: {words.detail}", retryable=words.retryable) from error
    except BotoCoreError as error:
        words = call_words(error, name)
        raise ExecutorError(words.code, words.detail, retryable=words.retryable) from error
