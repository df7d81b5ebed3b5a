"""The browser's libraries in the tree are the ones the registry has, with their licences."""

import hashlib
import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
WANTED: list[dict[str, Any]] = json.loads((ROOT / "requirements" / "vendor.json").read_text())
LOCKED: list[dict[str, Any]] = json.loads((ROOT / "requirements" / "vendor.lock.json").read_text())


def test_each_file_is_the_one_that_was_taken() -> None:
    digests = {name: digest for each in LOCKED for name, digest in each["sha256"].items()}
    found = {name: hashlib.sha256((ROOT / name).read_bytes()).hexdigest() for name in digests}
    assert found == digests


def test_nothing_else_lies_among_them() -> None:
    locked = {ROOT / name for each in LOCKED for name in each["sha256"]}
    there = {path for each in WANTED for path in (ROOT / each["directory"]).parent.rglob("*") if path.is_file()}
    assert there == locked


def test_what_is_wanted_is_what_is_locked_and_has_its_licence() -> None:
    names = ("package", "version", "licence")
    assert [[each[name] for name in names] for each in WANTED] == [[each[name] for name in names] for each in LOCKED]
    with_licence = {each["directory"] for each in WANTED if "LICENSE" in each["files"].values()}
    assert {each["directory"] for each in WANTED} == with_licence
