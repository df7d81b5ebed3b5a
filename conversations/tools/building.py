"""A call as it is sent: values into the address, the JSON body and, secrets only, the headers."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _

from chatbot_project.safe_http import Request
from chatbot_project.templating import PLACEHOLDER, plainly, render

from ..bots.replies import Tool

_PREFIX = "secret."
VARIABLES = "TOOL_SECRET_"


class NotSendable(Exception):
    """The call cannot be made of these values, or here; nothing was sent. The sentence is for people."""


def request_of(tool: Tool, values: Mapping[str, Any], *, call_id: str, environ: Mapping[str, str]) -> Request:
    """Raises NotSendable."""
    headers = {"Accept": "application/json", "User-Agent": "infrachat"}
    body = b""
    if tool.body is not None and not tool.is_safe:
        headers["Content-Type"] = "application/json"
        body = json.dumps(filled(tool.body, values), ensure_ascii=True, allow_nan=False).encode()
    if not tool.is_safe:
        headers["Idempotency-Key"] = call_id
    named = {name: render(value, _secrets(value, environ), str) for name, value in tool.headers}
    given = {name.lower() for name in named}
    headers = {name: value for name, value in headers.items() if name.lower() not in given}
    return Request(tool.method, url_of(tool.url, values), {**headers, **named}, body)


def url_of(template: str, values: Mapping[str, Any]) -> str:
    """The address with each value percent-encoded whole, so that none of it can mean anything in an address."""
    path, question, query = template.partition("?")
    if any(_changes_path(values[name]) for name in PLACEHOLDER.findall(path) if name in values):
        raise NotSendable(_("A value that the address needs is empty or only dots, so it would be another address."))
    encoded = {name: quote(_text(value), safe="") for name, value in values.items()}
    return render(path, encoded, str) + question + render(query, encoded, str)


def filled(body: Any, values: Mapping[str, Any]) -> Any:
    """The body with its values: `"{count}"` alone becomes the value itself, a number stays a number."""
    if isinstance(body, str):
        whole = PLACEHOLDER.fullmatch(body)
        if whole is not None and whole[1] in values:
            return values[whole[1]]
        return render(body, values, _text)
    if isinstance(body, Mapping):
        return {key: filled(each, values) for key, each in body.items()}
    if isinstance(body, list):
        return [filled(each, values) for each in body]
    return body


def _secrets(value: str, environ: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for name in PLACEHOLDER.findall(value):
        variable = VARIABLES + name.removeprefix(_PREFIX)
        secret = environ.get(variable, "")
        if not secret:
            raise NotSendable(_("The background worker has no %(name)s. Ask an admin to set it.") % {"name": variable})
        found[name] = secret
    return found


def _changes_path(value: Any) -> bool:
    return _text(value).strip() in ("", ".", "..")


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else plainly(value) if not isinstance(value, str) else value
