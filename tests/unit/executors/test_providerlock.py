"""Providers are installed without their hashes and compared afterwards; the lock is what it was in any case."""

from pathlib import Path

import pytest

from orchestrator.executors.terraform.providerlock import can_be_light, light, locked_providers

AWS = "registry.terraform.io/hashicorp/aws"
LOCK = f"""# This file is maintained automatically by "terraform init".

provider "{AWS}" {{
  version     = "5.100.0"
  constraints = ">= 5.0.0"
  hashes = [
    "h1:first=",
    "h1:second=",
    "zh:of-an-archive",
  ]
}}
"""


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    path = tmp_path / ".terraform.lock.hcl"
    path.write_text(LOCK)
    return path


def test_inside_the_lock_names_versions_alone(lock: Path) -> None:
    with light(lock):
        assert "hashes" not in lock.read_text()
        assert locked_providers(lock.read_text())[AWS].version == "5.100.0"
    assert lock.read_text() == LOCK


@pytest.mark.parametrize(
    ("recorded", "differs"),
    [
        (LOCK.replace('    "h1:first=",\n', ""), False),
        (LOCK.replace("first", "third").replace("second", "fourth"), True),
        (LOCK.replace("5.100.0", "5.101.0"), True),
        (LOCK + LOCK.replace("aws", "random"), True),
        (LOCK.replace('    "h1:first=",\n    "h1:second=",\n', ""), True),
    ],
    ids=["as-locked", "other-files", "other-version", "one-more", "nothing-to-compare"],
)
def test_what_was_found_is_compared_with_the_lock(lock: Path, recorded: str, differs: bool) -> None:
    with light(lock) as outcome:
        lock.write_text(recorded)
    assert outcome.differs is differs
    assert lock.read_text() == LOCK


def test_the_lock_is_put_back_when_terraform_fails(lock: Path) -> None:
    with pytest.raises(ZeroDivisionError), light(lock):
        lock.write_text("")
        raise ZeroDivisionError
    assert lock.read_text() == LOCK


@pytest.mark.parametrize(
    ("text", "mirrored", "can"),
    [
        (LOCK, [AWS], True),
        (LOCK, [], False),
        (LOCK + LOCK.replace("aws", "random"), [AWS], False),
        ("", [AWS], False),
        (LOCK.replace("h1:", "zh:"), [AWS], False),
    ],
    ids=["mirrored", "from-the-registry", "one-from-the-registry", "no-lock", "archives-alone"],
)
def test_only_what_can_be_compared_is_taken_lightly(text: str, mirrored: list[str], can: bool) -> None:
    assert can_be_light(text, mirrored) is can
