"""The rules that judge plans, as one set with one digest: those that come with the product, and own ones."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha256
from importlib.metadata import version
from json import dumps
from pathlib import Path

_SHIPPED = Path(__file__).with_name("rules")


@dataclass(frozen=True)
class RuleSource:
    name: str
    title: str
    source: str


@dataclass(frozen=True)
class Ruleset:
    rules: tuple[RuleSource, ...] = ()

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the interpreter's version and every rule's name and text; empty when there is no rule."""
        if not self.rules:
            return ""
        parts = [_interpreter(), *([each.name, each.source] for each in self.rules)]
        return sha256(dumps(parts).encode()).hexdigest()


@lru_cache(maxsize=1)
def rules_shipped() -> tuple[RuleSource, ...]:
    """The files of `rules/`, by name; a file's first line of comment is its title."""
    return tuple(_read(path) for path in sorted(_SHIPPED.glob("*.rego")))


@lru_cache(maxsize=1)
def _interpreter() -> str:
    return version("regopy")


def ruleset_made(shipped: Iterable[RuleSource], own: Iterable[RuleSource], off: Iterable[str]) -> Ruleset:
    """Own rules beside the shipped ones; one of the same name takes its place, and what is `off` is left out."""
    by_name = {each.name: each for each in (*shipped, *own)}
    left = set(by_name) - set(off)
    return Ruleset(tuple(by_name[name] for name in sorted(left)))


def _read(path: Path) -> RuleSource:
    source = path.read_text(encoding="utf-8")
    return RuleSource(path.stem.replace("_", "-"), source.partition("\n")[0].lstrip("# ").rstrip("."), source)
