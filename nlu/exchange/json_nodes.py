"""JSON as nodes: the standard library's reader forgets where things stand, and lets names stand twice."""

import json
import re
from bisect import bisect_right
from json import decoder

from .content import FilePlace
from .nodes import Limits, Node

_SPACE = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?")
_WORDS = ("true", "false", "null")


def json_node(path: str, text: str, line: int = 1) -> Node:
    """The document's node; `line` is where the text begins. Raises ImportRefused."""
    return _Reader(path, text, line).document()


class _Reader:
    def __init__(self, path: str, text: str, line: int) -> None:
        self._path, self._text, self._line, self._at, self._limits = path, text, line, 0, Limits()
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def document(self) -> Node:
        node = self._value(0)
        if self._peek():
            self._place().refuse("something follows after the end of the JSON document.")
        return node

    def _value(self, depth: int) -> Node:
        character, place = self._peek(), self._place()
        self._limits.count(place, depth)
        if character == "{":
            return self._mapping(place, depth)
        if character == "[":
            return Node(self._sequence(depth), place)
        if character == '"':
            return Node(self._string(), place)
        for word in _WORDS:
            if self._text.startswith(word, self._at):
                self._at += len(word)
                return Node(None if word == "null" else word, place)
        number = _NUMBER.match(self._text, self._at)
        if number is None:
            place.refuse("this is no JSON: a value is missing here.")
        self._at = number.end()
        return Node(number.group(), place)

    def _mapping(self, place: FilePlace, depth: int) -> Node:
        parts: dict[str, Node] = {}
        places: dict[str, FilePlace] = {}
        while self._goes_on("{", "}", first=not parts):
            if self._peek() != '"':
                self._place().refuse('this is no JSON: a name in "quotes" is missing here.')
            here = self._place()
            name = self._string()
            if name in parts:
                here.refuse(f"{name!r} stands here a second time; it is on line {places[name].line} already.")
            if self._peek() != ":":
                self._place().refuse("this is no JSON: a colon is missing here.")
            self._at += 1
            parts[name], places[name] = self._value(depth + 1), here
        return Node(parts, place, key_places=places)

    def _sequence(self, depth: int) -> list[Node]:
        found: list[Node] = []
        while self._goes_on("[", "]", first=not found):
            found.append(self._value(depth + 1))
        return found

    def _goes_on(self, opening: str, closing: str, *, first: bool) -> bool:
        """Step over the opening bracket or a comma; False at the end, which is stepped over too."""
        if first and self._text[self._at] == opening:
            self._at += 1
            if self._peek() != closing:
                return True
        elif self._peek() == ",":
            self._at += 1
            return True
        if self._peek() != closing:
            self._place().refuse(f"this is no JSON: a comma or {closing} is missing here.")
        self._at += 1
        return False

    def _string(self) -> str:
        try:
            value, self._at = decoder.scanstring(self._text, self._at + 1, True)  # type: ignore[attr-defined]
        except json.JSONDecodeError as error:
            FilePlace(self._path, self._line + error.lineno - 1).refuse(f"this is no JSON: {error.msg}.")
        return str(value)

    def _peek(self) -> str:
        match = _SPACE.match(self._text, self._at)
        self._at = match.end() if match else self._at
        return self._text[self._at : self._at + 1]

    def _place(self) -> FilePlace:
        return FilePlace(self._path, self._line + bisect_right(self._starts, self._at) - 1)
