"""Reading the text of a rule, as far as the interpreter does not: functions that do not exist and names that never get
a value are to it merely "undefined", and a rule with a typing mistake would allow everything.
"""

import re
from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _

PACKAGE = "infrachat"
# What a rule says must follow from the plan and the request alone, or it could not be run again as a proof.
REFUSED = frozenset({"opa.runtime", "http.send", "net.lookup_ip_addr", "rand.intn", "uuid.rfc4122", "time.now_ns"})

_HIDDEN = re.compile(r'"(?:\\.|[^"\\\n])*"|`[^`]*`|#[^\n]*')
_PACKAGE = re.compile(r"^[ \t]*package\s+([\w.]+)", re.MULTILINE)
_CALL = re.compile(r"(?<![\w.])([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\(")
_DEFINED = re.compile(r"^(?:default\s+)?([A-Za-z_]\w*)\(", re.MULTILINE)
_HEAD = re.compile(r"^(?:default\s+)?([A-Za-z_]\w*)(\([^)\n]*\))?", re.MULTILINE)
_NAME = re.compile(r"(?<![\w.])([A-Za-z_]\w*)(?![\w(])")
_DECLARED = re.compile(r"(?:\bsome\s|\bevery\s)[^\n{]*?\bin\b|\b\w+(?:\s*,\s*\w+)*\s*:=|\[[^\]\n]*\]\s*:=")
_WORDS = "as contains default else every false if import in input data not null package some true with rego v1"
_KEYWORDS = frozenset(_WORDS.split())


def mistakes(source: str) -> Iterator[tuple[int, str]]:
    """Line and sentence of each mistake that can be seen without running the rule."""
    text = _HIDDEN.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), source)
    package = _PACKAGE.search(text)
    if package is None or package[1] != PACKAGE:
        at = _line(text, package.start(1)) if package else 1
        yield at, _("A rule begins with “package %(name)s”.") % {"name": PACKAGE}
    for found in _CALL.finditer(text):
        if found[1] in REFUSED:
            said = _("%(name)s is not allowed here: a rule knows the plan and the request alone.")
            yield _line(text, found.start(1)), said % {"name": found[1]}
    yield from _without_value(text)


def calls(source: str) -> list[str]:
    """Functions that the rule calls and does not define: they must be built in."""
    text = _HIDDEN.sub(" ", source)
    own = set(_DEFINED.findall(text))
    return sorted({name for name in _CALL.findall(text) if name not in own and name not in _KEYWORDS})


def line_of(source: str, offset: int) -> int:
    """The line of a byte offset, from 1."""
    return source.encode()[:offset].count(b"\n") + 1


def _without_value(text: str) -> Iterator[tuple[int, str]]:
    """Names that stand in one place only and are given no value there: typing mistakes."""
    body = re.sub(r"^[ \t]*(?:package|import)\b[^\n]*", lambda found: " " * len(found[0]), text, flags=re.MULTILINE)
    body = _CALL.sub(lambda found: found[0] if "." not in found[0] else " " * (len(found[0]) - 1) + "(", body)
    heads = {found[1] for found in _HEAD.finditer(body)}
    parameters = {name for found in _HEAD.finditer(body) for name in _NAME.findall(found[2] or "")}
    declared = {name for found in _DECLARED.finditer(body) for name in _NAME.findall(found[0])}
    known = heads | parameters | declared | _KEYWORDS | {"_"}
    counts = Counter(_NAME.findall(body))
    for found in _NAME.finditer(body):
        name = found[1]
        if name not in known and counts[name] == 1:
            yield _line(body, found.start(1)), _("%(name)s is used here and never gets a value.") % {"name": name}


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1
