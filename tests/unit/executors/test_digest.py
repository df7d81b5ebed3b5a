from pathlib import Path

import pytest

from orchestrator.executors.digest import approval_hash, differences, digest_bytes, digest_file, digest_value

DIGESTS = {"plan": "a", "state": "lineage:1", "policy": "1"}


def test_the_order_of_keys_does_not_matter() -> None:
    assert digest_value({"a": 1, "b": [True, None]}) == digest_value({"b": [True, None], "a": 1})
    assert approval_hash(DIGESTS) == approval_hash(dict(reversed(DIGESTS.items())))


@pytest.mark.parametrize("name", DIGESTS)
def test_every_part_counts(name: str) -> None:
    assert approval_hash({**DIGESTS, name: "other"}) != approval_hash(DIGESTS)
    assert differences(DIGESTS, {**DIGESTS, name: "other"}) == [name]


def test_types_are_not_confused() -> None:
    assert len({digest_value(value) for value in (1, "1", True, [1], {"1": 1}, None)}) == 6


def test_what_has_no_canonical_form_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        digest_value(float("nan"))


def test_a_large_file_is_hashed_like_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "plan"
    path.write_bytes(b"x" * (3 << 20))
    assert digest_file(path) == digest_bytes(path.read_bytes())
