"""Digests over values: the same bytes for the same value on every machine."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_CHUNK_BYTES = 1 << 20


def digest_bytes(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def digest_text(text: str) -> str:
    return digest_bytes(text.encode())


def digest_value(value: Any) -> str:
    """SHA-256 over the canonical JSON of a JSON value: sorted keys, no spaces, UTF-8."""
    return digest_text(json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False))


def digest_file(path: Path) -> str:
    hashed = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            hashed.update(chunk)
    return hashed.hexdigest()


def approval_hash(digests: Mapping[str, str]) -> str:
    """The one number an approval names, made of everything that would be applied."""
    return digest_value(dict(digests))


def differences(approved: Mapping[str, str], current: Mapping[str, str]) -> list[str]:
    """Names of what is not as it was approved, in the approved order."""
    return [name for name in {**approved, **current} if approved.get(name) != current.get(name)]
