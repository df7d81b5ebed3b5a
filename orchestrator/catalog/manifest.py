"""Reading fields of a blueprint's or an action's YAML file, with sentences for its author."""

import re
from pathlib import Path
from typing import Any

import yaml

from orchestrator.states import Risk

from .errors import CatalogError

_NAME = re.compile(r"[a-z][a-z0-9-]{0,62}")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")

# A value of the request itself, besides the variables.
REQUEST_SLOTS = frozenset({"environment", "name"})


def read_manifest(path: Path, *, known: frozenset[str], needed: frozenset[str]) -> dict[str, Any]:
    """The fields of the file; CatalogError for one that is unknown or missing."""
    return manifest_of(text_read(path), path.name, known=known, needed=needed)


def text_read(path: Path) -> str:
    """Raises CatalogError when it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise CatalogError(f"{path.name} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise CatalogError(f"{path.name} is not UTF-8.") from None


def manifest_of(text: str, name: str, *, known: frozenset[str], needed: frozenset[str]) -> dict[str, Any]:
    """The fields of a file's text; `name` is what the author calls the file. Raises CatalogError as above."""
    try:
        loaded = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise CatalogError(f"{name} is not YAML: {error}") from None
    if not isinstance(loaded, dict):
        raise CatalogError(f"{name} must hold fields with values, such as 'name: object-storage'.")
    if missing := sorted(needed - set(loaded)):
        raise CatalogError(f"{name} lacks {', '.join(missing)}.")
    if unknown := sorted(set(map(str, loaded)) - known):
        raise CatalogError(f"{name} has an unknown field {unknown[0]!r}. Known are: {', '.join(sorted(known))}.")
    return loaded


def is_name(text: str) -> bool:
    """Whether a blueprint or an action may be called so."""
    return _NAME.fullmatch(text) is not None


def checked_name(manifest: dict[str, Any], expected: str) -> str:
    name = str(manifest["name"])
    if not is_name(name):
        raise CatalogError(f"name {name!r} must begin with a letter and have lower-case letters, digits and dashes.")
    if name != expected:
        raise CatalogError(f"name {name!r} must be the name of its folder or file, {expected!r}.")
    return name


def risk_of(field: str, value: Any) -> Risk:
    try:
        return Risk(value)
    except ValueError:
        raise CatalogError(f"{field} is {value!r}. Use one of: {', '.join(Risk)}.") from None


def texts(manifest: dict[str, Any], field: str) -> tuple[str, ...]:
    """A list of texts; empty when the field is not there."""
    value = manifest.get(field) or []
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise CatalogError(f"{field} must be a list of texts.")
    return tuple(value)


def names_among(field: str, names: tuple[str, ...], known: set[str], what: str) -> None:
    """CatalogError when a name in `field` is not one of `known`."""
    for name in names:
        if name not in known:
            are = "are" if len(known) > 1 else "is"
            raise CatalogError(f"{field} names {name!r}, which is not {what}. There {are}: {', '.join(sorted(known))}.")


def check_phrases(field: str, phrases: tuple[str, ...], variables: set[str]) -> None:
    """Every {slot} of a phrase must be a variable, or belong to the request itself."""
    for phrase in phrases:
        for slot in _PLACEHOLDER.findall(phrase):
            if slot not in variables | REQUEST_SLOTS:
                raise CatalogError(f"the phrase {phrase!r} in {field} has {{{slot}}}, which is not a variable.")
