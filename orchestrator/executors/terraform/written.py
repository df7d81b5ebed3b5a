"""What a plan's JSON leaves out of a module's configuration: its locals and its dynamic blocks, read from its files.

Only what they refer to counts here. A file that cannot be read tells nothing: a plan must not fail over an explanation.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import hcl2
from hcl2.utils import SerializationOptions

_OPTIONS = SerializationOptions(with_comments=False, explicit_blocks=False, preserve_heredocs=False)
_LEFT_OUT = re.compile(r"^\s*(?:locals\s*\{|dynamic\s+\")", re.MULTILINE)
_REFERENCE = re.compile(r"(?<![\w.-])((?:[A-Za-z_][\w-]*)(?:\.[A-Za-z_][\w-]*)+)")
_FILE_BYTES = 200_000
_FILES = 100


@dataclass(frozen=True)
class Written:
    """`locals`: name -> what it refers to. `dynamic`: `type.name` of a resource -> block -> what it refers to."""

    locals: Mapping[str, frozenset[str]] = field(default_factory=dict)
    dynamic: Mapping[str, Mapping[str, frozenset[str]]] = field(default_factory=dict)


def modules_written(directory: Path) -> dict[str, Written]:
    """By the dotted path of module calls (`stack`, `stack.vpc`), for a run directory after `init`."""
    return {key: module_written(directory / place) for key, place in _installed(directory).items() if key}


def module_written(directory: Path) -> Written:
    """What stands in the files of one module."""
    found_locals: dict[str, frozenset[str]] = {}
    dynamic: dict[str, dict[str, frozenset[str]]] = {}
    for content in _parsed(sorted(directory.glob("*.tf"))[:_FILES]):
        for block in content.get("locals", ()):
            found_locals |= {name: references(value) for name, value in block.items()}
        for kind, name, body in _resources(content):
            blocks = {block: references(parts) for block, parts in _dynamic(body)}
            if blocks:
                dynamic[f"{kind}.{name}"] = blocks
    return Written(found_locals, dynamic)


def references(value: Any) -> frozenset[str]:
    """The dotted names that a piece of configuration mentions, `var.name` and the like among them."""
    return frozenset(_REFERENCE.findall(json.dumps(value, default=str)))


def _installed(directory: Path) -> dict[str, Path]:
    try:
        known = json.loads((directory / ".terraform" / "modules" / "modules.json").read_bytes())
        return {str(each["Key"]): Path(each["Dir"]) for each in known["Modules"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _parsed(paths: Iterable[Path]) -> Iterator[dict[str, Any]]:
    """The content of those files in which something stands that a plan leaves out."""
    for path in paths:
        try:
            text = path.read_text(encoding="utf-8")
            if len(text) > _FILE_BYTES or not _LEFT_OUT.search(text):
                continue
            content = hcl2.loads(text, serialization_options=_OPTIONS)
        except Exception:  # noqa: S112 (the parser's own errors have no common base)
            continue
        if isinstance(content, dict):
            yield content


def _resources(content: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for block in content.get("resource", ()):
        for kind, named in block.items():
            for name, body in named.items():
                yield kind.strip('"'), name.strip('"'), body


def _dynamic(body: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for block in body.get("dynamic", ()):
        for name, parts in block.items():
            yield name.strip('"'), parts
