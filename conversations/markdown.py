"""The bot's markdown as HTML that a page may take over as it is.

A frame keeps the text; whoever asks for it (`?html=1`) gets the HTML beside it when the frame is sent, so that nothing
is kept twice and what is allowed can be narrowed for old messages too. Two locks: the parser knows no HTML, no pictures
(their addresses are links) and only links to http, https and this site; what comes of it passes nh3 with the few
elements and attributes below.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from .documents import Frame

_TEXT = ("p", "br", "strong", "em", "code", "pre", "ul", "ol", "li", "a", "blockquote")
_TABLES = ("table", "thead", "tbody", "tr", "th", "td")
TAGS = frozenset((*_TEXT, *_TABLES))
ATTRIBUTES: dict[str, set[str]] = {"*": set(), "a": {"href", "target"}, "ol": {"start"}}
_SCHEMES = frozenset(("http", "https"))
# What would read more into a sentence than its writer meant: headings, rules, code by its indentation, entities.
_NOT_READ = [
    "heading",
    "lheading",
    "hr",
    "code",
    "html_block",
    "html_inline",
    "autolink",
    "image",
    "entity",
    "reference",
]
_KEPT = 512


def html_wanted(asked: str | None) -> bool:
    """Whether a client asks for HTML by `?html=`."""
    return asked == "1"


def frame_wire(frame: Frame, *, html: bool) -> dict[str, Any]:
    """The frame as every way tells it (socket, events, list), `html`: with HTML beside the text."""
    return (framed_html(frame) if html else frame).wire()


def framed_html(frame: Frame) -> Frame:
    """The frame with `data.html` where it is a message in markdown; any other as it is."""
    if frame.type != "message.created" or frame.data.get("format") != "markdown":
        return frame
    data = {**frame.data, "html": html_of(str(frame.data.get("text") or ""))}
    if beside := data.get("beside_card"):
        data["beside_card"] = {**beside, "html": html_of(str(beside["text"]))}
    return replace(frame, data=data)


@lru_cache(maxsize=_KEPT)
def html_of(text: str) -> str:
    """Safe HTML of a text in markdown."""
    return nh3.clean(
        _parser().render(text),
        tags=set(TAGS),
        attributes=ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes=set(_SCHEMES),
        link_rel="noopener noreferrer",
    )


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table").disable(_NOT_READ)
    parser.validateLink = _may_be_linked  # type: ignore[method-assign,assignment]
    parser.add_render_rule("link_open", _link_open)
    return parser


def _link_open(self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: Any) -> str:
    """Another site opens beside the conversation."""
    if urlsplit(str(tokens[index].attrGet("href"))).scheme:
        tokens[index].attrSet("target", "_blank")
    return self.renderToken(tokens, index, options, env)


def _may_be_linked(address: str) -> bool:
    """http, https, or a path of this site; `//elsewhere` and `/\\elsewhere` are other sites."""
    if address.startswith("/"):
        return address[1:2] not in ("/", "\\")
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme.lower() in _SCHEMES and bool(parts.netloc)


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "href":
        return value if _may_be_linked(value) else None
    if name == "target":
        return value if value == "_blank" else None
    return value
