"""Parameter strings that would be something else than a value wherever one is not careful; the same for every seed."""

import json
import random

_TEMPLATES = (
    '${file("/etc/passwd")}', "${var.password}", "%{ for x in [1] }${x}%{ endfor }", "$${escaped}", "%%{escaped}", "${",
    "}", "{{ name }}", "{% if 1 %}", "{name}", "%s", "%(name)s", "<<EOT\nx\nEOT\n", "__proto__", '{"$ne": null}',
    "$where",
)  # fmt: skip
_SHELL = (
    "`id`", "$(touch /tmp/hostile)", "; rm -rf /", "| cat /etc/passwd", "&& id", "' OR 1=1 --",
    "<script>alert(1)</script>", "-var=x", "--help", "-target=module.x", "-destroy", "/etc/passwd",
    "../../../etc/shadow", "C:\\Windows", "file:///etc",
)  # fmt: skip
_PUNCTUATION = (
    '"', "'", "\n", "\r\n", "\t", "\\", "\\n", '\\"', "  ", "```", "~~~", "- a", "a: b", "#c", "&a *a", "!!x", "a, b",
    "[x]",
)  # fmt: skip
_TYPES = ("null", "true", "0x1F", "1e309", "007", "yes", "~", "NaN", "2026-11-21", "12:30")
_UNICODE = (
    "ünïcödé", "日本語", "🙂", "\u202e", "\u200b", "\ufeff", "e\u0301", "\x1b[31m", "\x07", "\x7f", "\u2028", "\x85",
)  # fmt: skip
_NASTY = (*_TEMPLATES, *_SHELL, *_PUNCTUATION, *_TYPES, *_UNICODE)
_ILLEGAL = ("\0", "a\0b", "\ud800", "x\udfffy")


def hostile_values(number: int, seed: int = 1) -> list[str]:
    """So many different strings: each of the nasty ones, then their mixtures. All can be values."""
    chance = random.Random(seed)
    found = dict.fromkeys(_NASTY)
    while len(found) < number:
        pieces = chance.choices(_NASTY, k=chance.randint(1, 6))
        found["".join([chance.choice(("", "a", "-", " ")), *pieces, chance.choice(("", "b", "\n", " "))])] = None
    values = list(found)
    chance.shuffle(values)
    return values[:number]


def illegal_values() -> tuple[str, ...]:
    """Strings that neither MongoDB nor Terraform could hold, or that are longer than any value."""
    return (*_ILLEGAL, "x" * 10_001)


def as_block(**values: object) -> str:
    """A message's block of JSON."""
    return f"```json\n{json.dumps(values)}\n```"
