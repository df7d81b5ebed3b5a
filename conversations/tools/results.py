"""An answer as people get it: its JSON, what JMESPath finds in it, and the template around that."""

import json
from collections.abc import Mapping
from typing import Any, NoReturn

import jmespath
from django.utils.translation import gettext as _
from jmespath.exceptions import JMESPathError

from chatbot_project.safe_http import Response
from chatbot_project.templating import render_result

from ..bots.replies import Tool
from ..dialogue.texts import as_data, shortened

_LONGEST_LIST = 200


class Unreadable(Exception):
    """The call was answered, and the answer cannot be shown. The sentence is for people."""


def result_text(tool: Tool, template: str, response: Response, values: Mapping[str, Any]) -> str:
    """The text for a good answer. Raises Unreadable."""
    found = result_found(tool, response)
    parts = {"template": template}
    parts |= {"item": tool.item} if tool.item else {}
    parts |= {"empty": tool.empty} if tool.empty else {}
    # A single record's members may stand in the template itself.
    members = {str(name): value for name, value in found.items()} if isinstance(found, dict) else {}
    return shortened(render_result(parts, found, {**members, **values}, as_data))


def result_found(tool: Tool, response: Response) -> Any:
    """What the expression finds in the answer; a long list is cut. Raises Unreadable."""
    try:
        found = jmespath.search(tool.jmespath or "@", _json(response))
    except (JMESPathError, ValueError, TypeError, RecursionError, OverflowError):
        raise Unreadable(_("The answer is not what was expected: nothing could be found in it.")) from None
    return found[:_LONGEST_LIST] if isinstance(found, list) else found


def _json(response: Response) -> Any:
    if not response.body.strip():
        return None
    try:
        return json.loads(response.body, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Unreadable(_("The answer is no JSON, so I cannot read it.")) from None


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
