"""Installing from a mirror the providers that a lock names, looking through each of them once instead of twice.

With the lock's hashes before it, `terraform init` computes a provider's hash to compare it, and again to record it:
half a second for the AWS provider, every time. Without them it keeps to the locked versions and records what it found,
which is compared here. The lock is then put back as it was, and `plan` and `apply` hold the installed files against it.
"""

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from .rundir import write_private

_PROVIDER = re.compile(r'^provider "([^"]+)" \{\n(.*?)^\}', re.MULTILINE | re.DOTALL)
_VERSION = re.compile(r'^  version\s*=\s*"([^"]+)"', re.MULTILINE)
_HASHES = re.compile(r"^  hashes = \[\n(.*?)^  \]\n", re.MULTILINE | re.DOTALL)
_OF_FILES = re.compile(r'"(h1:[^"]+)"')


@dataclass(frozen=True)
class Locked:
    version: str
    hashes: frozenset[str]
    """Of the unpacked files (`h1:`), which is all that a mirror's directory can be compared by."""


@dataclass
class Light:
    """What became of installing without hashes."""

    differs: bool = field(default=False)
    """Other providers, versions or files than those of the lock: `init` is to say which, with the lock as it is."""


def locked_providers(text: str) -> dict[str, Locked]:
    """{source address: what is locked} of a `.terraform.lock.hcl`."""
    return {
        name: Locked(
            next(iter(_VERSION.findall(body)), ""),
            frozenset(each for block in _HASHES.findall(body) for each in _OF_FILES.findall(block)),
        )
        for name, body in _PROVIDER.findall(text)
    }


def can_be_light(text: str, mirrored: Collection[str]) -> bool:
    """Whether all that the lock names comes from the mirror, and could be compared with what is found there."""
    providers = locked_providers(text)
    return bool(providers) and all(name in mirrored and each.hashes for name, each in providers.items())


@contextmanager
def light(lock: Path) -> Iterator[Light]:
    """Inside, the lock file holds versions alone; afterwards it is what it was."""
    text = lock.read_text(encoding="utf-8")
    outcome = Light()
    write_private(lock, _HASHES.sub("", text))
    try:
        yield outcome
        outcome.differs = not _as_locked(locked_providers(text), lock)
    finally:
        write_private(lock, text)


def _as_locked(wanted: dict[str, Locked], lock: Path) -> bool:
    found = locked_providers(lock.read_text(encoding="utf-8"))
    return found.keys() <= wanted.keys() and all(
        each.version == wanted[name].version and bool(each.hashes & wanted[name].hashes) for name, each in found.items()
    )
