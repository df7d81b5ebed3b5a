"""YAML as nodes. Nothing is constructed: aliases, tags, a second document and doubled names are refused."""

from collections.abc import Iterator

import yaml

from .content import FilePlace
from .nodes import Limits, Node

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PLAIN_TAGS = ("!", *(f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "seq", "map")))


def yaml_node(path: str, text: str) -> Node:
    """The document's node. Raises ImportRefused."""
    try:
        return _Builder(path, yaml.parse(text, Loader=_Loader)).document()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = FilePlace(path, mark.line + 1 if mark else 1)
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read"
        place.refuse(f"this is no YAML: {problem}. Often a value with `: ` or `[` in it needs quotes around it.")


class _Builder:
    def __init__(self, path: str, events: Iterator[yaml.Event]) -> None:
        self._path, self._events, self._limits = path, events, Limits()

    def document(self) -> Node:
        root = Node(None, FilePlace(self._path, 1))
        documents = 0
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._place(event).refuse("a second document begins here (`---`); put it into a file of its own.")
            elif isinstance(event, yaml.NodeEvent):
                root = self._node(event, 0)
        return root

    def _node(self, event: yaml.Event, depth: int) -> Node:
        place = self._place(event)
        self._limits.count(place, depth)
        if isinstance(event, yaml.AliasEvent):
            place.refuse(f"the alias *{event.anchor} is not read; write the values out.")
        tag = getattr(event, "tag", None)
        if tag is not None and tag not in _PLAIN_TAGS:
            place.refuse(f"the tag {tag!r} is not read; training data is text, lists and named parts.")
        if isinstance(event, yaml.ScalarEvent):
            is_null = event.value == "" and event.style in (None, "") and tag is None
            return Node(None if is_null else event.value, place, is_block=event.style in ("|", ">"))
        if isinstance(event, yaml.SequenceStartEvent):
            return Node(self._sequence(depth), place)
        return self._mapping(place, depth)

    def _sequence(self, depth: int) -> list[Node]:
        found = []
        for event in self._events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            found.append(self._node(event, depth + 1))
        return found

    def _mapping(self, place: FilePlace, depth: int) -> Node:
        parts: dict[str, Node] = {}
        places: dict[str, FilePlace] = {}
        for event in self._events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self._node(event, depth + 1)
            name = key.text("a name")
            if name in parts:
                key.place.refuse(f"{name!r} stands here a second time; it is on line {places[name].line} already.")
            parts[name], places[name] = self._node(next(self._events), depth + 1), key.place
        return Node(parts, place, key_places=places)

    def _place(self, event: yaml.Event) -> FilePlace:
        mark = event.start_mark
        return FilePlace(self._path, mark.line + 1 if mark is not None else 1)
