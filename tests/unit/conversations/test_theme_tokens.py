"""The dark theme is the same whether the machine or the person chose it."""

from pathlib import Path

import conversations.web

TOKENS = (Path(conversations.web.__file__).parent / "static" / "web" / "css" / "tokens.css").read_text()


def declared(opening: str) -> dict[str, str]:
    block = TOKENS[TOKENS.index(opening) + len(opening) :]
    lines = block[: block.index("}")].split(";")
    return {name.strip(): value.strip() for name, _, value in (each.partition(":") for each in lines) if name.strip()}


def test_both_ways_to_the_dark_have_the_same_colours() -> None:
    chosen = declared(':root[data-theme="dark"] {')
    assert chosen.pop("color-scheme") == "dark"
    assert chosen == declared(':root:not([data-theme="light"]) {')
    assert set(chosen) <= set(declared(":root {"))
