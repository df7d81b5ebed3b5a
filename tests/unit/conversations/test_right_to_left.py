"""The pages' own rules name beginning and end of a line, never left and right: some languages begin on the right."""

import re
from pathlib import Path

import conversations.web

STYLES = Path(conversations.web.__file__).parent / "static" / "web" / "css"
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
SIDE = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border|scroll-margin|scroll-padding)-)?(?:left|right)(?:-(?:color|style|width))?\s*:"
    r"|(?:text-align|float|clear)\s*:\s*(?:left|right)"
)


def sides(text: str) -> list[str]:
    return SIDE.findall(COMMENT.sub("", text))


def test_no_rule_names_a_side() -> None:
    assert {path.name: found for path in STYLES.glob("*.css") if (found := sides(path.read_text()))} == {}


def test_a_side_is_found() -> None:
    for rule in (
        ".a { left: 0; }",
        ".a{margin-left:1px}",
        ".a { text-align: right }",
        ".a { border-left-color: red; }",
    ):
        assert sides(rule), rule
    assert not sides("/* left: 0 */ .a { inset-inline-start: 0; text-align: start; --left: 1px; }")
