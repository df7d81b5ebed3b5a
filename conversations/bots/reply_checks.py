"""What is wrong with a reply before it is saved: a sentence for each field, that says what would be right."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import jmespath
from django.utils.translation import gettext as _
from jmespath.exceptions import JMESPathError

from chatbot_project.safe_http import HttpCallError, Request, address_read
from chatbot_project.safe_http.client import request_check
from chatbot_project.templating import placeholders

from .replies import RESERVED_SLOTS, Slot, Tool

LONGEST_TEXT = 4_000
_SECRET = re.compile(r"secret\.[A-Z][A-Z0-9_]*")
_SLOT = re.compile(r"[a-z][a-z0-9_]{0,62}", re.ASCII)
# Whoever writes a value here would have it stored, shown and backed up.
_SECRET_HEADERS = re.compile(r"authori[sz]ation|cookie|token|secret|api[-_]?key|password|signature", re.IGNORECASE)


def slot_mistakes(slots: Iterable[Slot]) -> Iterator[str]:
    seen: set[str] = set()
    for slot in slots:
        if not _SLOT.fullmatch(slot.name):
            yield _("“%s” cannot be the name of a value: use lower-case letters, digits and _.") % slot.name
        elif slot.name in RESERVED_SLOTS:
            yield _("A value cannot be called “%s”: the name means something else already.") % slot.name
        elif slot.name in seen:
            yield _("The value “%s” stands there twice.") % slot.name
        seen.add(slot.name)


def text_mistakes(text: str, slots: Iterable[Slot], *, has_tool: bool) -> Iterator[str]:
    """Of a text around the values; after a call it may also name what was found, whatever that has."""
    if len(text) > LONGEST_TEXT:
        yield _("The text is longer than %s characters.") % LONGEST_TEXT
    known = {each.name for each in slots}
    for name in placeholders(text):
        if name.startswith("secret."):
            yield _("A text cannot show the secret {%s}.") % name
        elif name not in known and not has_tool:
            yield _("Nothing fills in {%(name)s}. Known are: %(known)s.") % {
                "name": name,
                "known": ", ".join(f"{{{each}}}" for each in sorted(known)) or _("none"),
            }


def tool_mistakes(tool: Tool, slots: Iterable[Slot]) -> Iterator[tuple[str, str]]:
    """(field, sentence) for each."""
    known = {each.name for each in slots}
    yield from (("url", each) for each in _url_mistakes(tool.url, known))
    yield from (("headers", each) for each in _header_mistakes(tool))
    if tool.body is not None and tool.is_safe:
        yield "body", _("GET has no body. Put the values into the address, or choose another method.")
    yield from (("body", _unknown(name, known)) for name in sorted(set(_in_body(tool.body)) - known))
    try:
        jmespath.compile(tool.jmespath or "@")
    except JMESPathError as error:
        yield "jmespath", _("This is no JMESPath expression: %s") % str(error).splitlines()[0]
    yield from (("item", each) for each in text_mistakes(tool.item, slots, has_tool=True))
    yield from (("empty", each) for each in text_mistakes(tool.empty, slots, has_tool=False))


def _url_mistakes(url: str, known: set[str]) -> Iterator[str]:
    unknown = sorted(set(placeholders(url)) - known)
    yield from (_unknown(name, known) for name in unknown)
    scheme, separator, rest = url.partition("://")
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if "{" in scheme + separator + authority:
        yield _("The host must be written out: a value may stand in the path and in the query only.")
        return
    try:
        address_read(_plain(url))
    except HttpCallError as error:
        yield error.detail


def _header_mistakes(tool: Tool) -> Iterator[str]:
    for name, value in tool.headers:
        names = placeholders(value)
        if wrong := [each for each in names if not _SECRET.fullmatch(each)]:
            yield _("A header can have {secret.NAME} in it, and not {%s}.") % wrong[0]
        elif _SECRET_HEADERS.search(name) and not names:
            yield _("The header %s has a secret: write {secret.NAME} for it, which is never stored here.") % name
    try:
        request_check(Request("GET", "", {name: _plain(value) for name, value in tool.headers}))
    except HttpCallError as error:
        yield error.detail


def _in_body(body: Any) -> Iterator[str]:
    if isinstance(body, str):
        yield from placeholders(body)
    elif isinstance(body, Mapping):
        for each in body.values():
            yield from _in_body(each)
    elif isinstance(body, list):
        for each in body:
            yield from _in_body(each)


def _unknown(name: str, known: set[str]) -> str:
    values = {"name": name, "known": ", ".join(f"{{{each}}}" for each in sorted(known)) or _("none")}
    return _("Nothing fills in {%(name)s}. Known are: %(known)s.") % values


def _plain(text: str) -> str:
    """With something harmless in every placeholder."""
    return re.sub(r"\{[A-Za-z0-9_.]+\}", "x", text)
