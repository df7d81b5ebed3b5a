"""The configuration files of a module's directory, parsed once: HCL and JSON in one shape.

A block is found by its type and its labels; what stands in it is as python-hcl2 gives it (strings keep their quotes,
expressions are `${...}`), which our own reader of expressions takes from there.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from .archive import Files, in_order
from .errors import CatalogError

_OVERRIDE = re.compile(r"(?:^|_)override\.tf(?:\.json)?$")
# Reading takes a second for each 50 KB; the largest public modules have 150 KB in all.
_LARGEST_FILE = 400_000
_LARGEST_DIRECTORY = 1_000_000

Block = dict[str, Any]


@dataclass(frozen=True)
class Configuration:
    """The parsed files of one directory by their paths in the module; those that override others come last."""

    files: dict[str, Block]

    def blocks(self, kind: str) -> Iterator[tuple[str, Block]]:
        """(path, content) of every unlabelled block of this kind: `terraform`, `locals`."""
        for path, parsed in self.files.items():
            for body in _several(parsed.get(kind)):
                yield path, body

    def labelled(self, kind: str) -> Iterator[tuple[str, str, Block]]:
        """(path, label, content) of every block with one label: `variable`, `output`, `module`, `provider`."""
        for path, parsed in self.files.items():
            for label, body in labels_of(parsed.get(kind)):
                yield path, label, body

    def typed(self, kind: str) -> Iterator[tuple[str, str, str, Block]]:
        """(path, type, name, content) of every block with two labels: `resource`, `data`, `ephemeral`."""
        for path, parsed in self.files.items():
            for group in _several(parsed.get(kind)):
                for type_, named in group.items():
                    for name, body in labels_of(named):
                        yield path, type_.strip('"'), name, body


def configuration_read(files: Files, directory: str = "") -> Configuration:
    """Parse the configuration files that lie directly in `directory` ("" is the module's own). Raises CatalogError."""
    paths = [path for path in in_order(files) if is_configuration(path) and parent(path) == directory]
    if sum(len(files[path]) for path in paths) > _LARGEST_DIRECTORY:
        most = _LARGEST_DIRECTORY // 1_000_000
        raise CatalogError(
            f"{directory or 'The module'} has more than {most} MB of configuration, too much to be read."
        )
    paths.sort(key=lambda path: _OVERRIDE.search(path) is not None)
    return Configuration({path: _parsed(path, files[path]) for path in paths})


def is_configuration(path: str) -> bool:
    return path.endswith((".tf", ".tf.json"))


def parent(path: str) -> str:
    """The directory of a path, "" at the top."""
    found = PurePosixPath(path).parent.as_posix()
    return "" if found == "." else found


def labels_of(blocks: Any) -> Iterator[tuple[str, Block]]:
    """(label, content) of blocks that have one label (left)."""
    for group in _several(blocks):
        for label, bodies in group.items():
            for body in _several(bodies):
                yield label.strip('"'), body


def _several(value: Any) -> list[Block]:
    """JSON says one block as an object and several as a list; HCL always as a list."""
    found = value if isinstance(value, list) else [value]
    return [each for each in found if isinstance(each, dict)]


def _parsed(path: str, content: bytes) -> Block:
    if len(content) > _LARGEST_FILE:
        raise CatalogError(f"{path} is larger than {_LARGEST_FILE // 1_000} KB, too long to be read.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CatalogError(f"{path} is not readable as Terraform: it is not UTF-8.") from None
    if path.endswith(".json"):
        return _from_json(path, text)
    return hcl_parsed(path, text)


def hcl_parsed(path: str, text: str) -> Block:
    """A file's text in Terraform's own language; `path` is what its author calls it. Raises CatalogError."""
    try:
        return _from_hcl(text)
    except RecursionError:
        raise CatalogError(f"{path} is not readable as Terraform: it is nested too deeply.") from None
    except Exception as error:  # the parser's own errors have no common base
        first = (str(error).splitlines() or [type(error).__name__])[0]
        raise CatalogError(f"{path} is not readable as Terraform: {first}") from error


def _from_hcl(text: str) -> Block:
    # Late: the grammar takes its time and memory, and most processes read no modules.
    import hcl2
    from hcl2.utils import SerializationOptions

    # Strings keep their quotes, which tells them from expressions; our own reader takes them off.
    options = SerializationOptions(with_comments=False, explicit_blocks=False, preserve_heredocs=False)
    parsed: Block = hcl2.loads(text if text.endswith("\n") else f"{text}\n", serialization_options=options)
    return parsed


def _from_json(path: str, text: str) -> Block:
    """https://developer.hashicorp.com/terraform/language/syntax/json"""
    try:
        loaded = json.loads(text, object_pairs_hook=_without_doubles)
    except (ValueError, RecursionError) as error:
        raise CatalogError(f"{path} is not readable as Terraform: {error}") from None
    if not isinstance(loaded, dict):
        raise CatalogError(f"{path} is not readable as Terraform: it must hold an object.")
    variables = [{name: _variable(body)} for name, body in labels_of(loaded.get("variable"))]
    outputs = [{name: body} for name, body in labels_of(loaded.get("output"))]
    return {**loaded, **({"variable": variables} if variables else {}), **({"output": outputs} if outputs else {})}


def _without_doubles(pairs: list[tuple[str, Any]]) -> Block:
    """Terraform takes a name that stands twice for two blocks, Python for the last: nothing may hide behind that."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _variable(body: Block) -> Block:
    """Types and conditions are expressions in JSON too; the rest is taken as it stands."""
    checks = [
        {**each, "error_message": _quoted(each.get("error_message", ""))} for each in _several(body.get("validation"))
    ]
    plain: Block = {name: _quoted(body[name]) for name in ("default", "description") if name in body}
    return {**body, **plain, **({"validation": checks} if checks else {})}


def _quoted(value: Any) -> Any:
    """A JSON value with its strings written as HCL writes them."""
    if isinstance(value, dict):
        return {_quoted(str(key)): _quoted(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_quoted(each) for each in value]
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")
    return value
