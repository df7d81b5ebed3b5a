"""Content as our own YAML."""

import re
from typing import Any

import yaml

from .content import Content
from .own import FORMAT, VERSION

_LINE_ENDS = re.compile(r"[\x80-\x9f\u2028\u2029\ufeff]")
_HEADER = "# Training data of Infrachat. {slot} stands where a value would, [words](slot) marks one.\n"


def write_yaml(content: Content) -> str:
    """Reads back as exactly this content; parts without anything are left out."""
    document: dict[str, Any] = {"format": FORMAT, "version": VERSION}
    if content.intents:
        document["intents"] = {each.name: _intent(each) for each in content.intents}
    if content.entities:
        document["entities"] = {each.definition.name: _entity(each.definition) for each in content.entities}
    if content.out_of_scope:
        document["out_of_scope"] = [each.text for each in content.out_of_scope]
    if len(document) == 2:
        document["intents"] = {}
    text = yaml.dump(document, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10_000)
    return _HEADER + text


class _Dumper(yaml.SafeDumper):
    """Without aliases, which are refused when read: a tuple that stands twice is written twice."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    """In quotes and escaped where the characters in it would be read as ends of lines."""
    style = '"' if _LINE_ENDS.search(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def _intent(intent: Any) -> dict[str, Any]:
    parts: dict[str, Any] = {"title": intent.title} if intent.title else {}
    if intent.slots:
        parts["slots"] = list(intent.slots)
    return {**parts, "examples": [each.text for each in intent.phrases]}


def _entity(definition: Any) -> dict[str, Any]:
    parts: dict[str, Any] = {"kind": definition.kind}
    if definition.values:
        parts["values"] = {value: list(words) for value, words in definition.values.items()}
    if definition.pattern:
        parts["pattern"] = definition.pattern
    return parts
