"""Whether what is left is a part of what was approved."""

from typing import Any

import pytest

from orchestrator.executors.terraform.reconciling.comparing import Comparison, acting, part_of


def resource(actions: str | list[str], after: Any = None, unknown: Any = None, **more: Any) -> dict[str, Any]:
    actions = [actions] if isinstance(actions, str) else actions
    change = {"actions": actions, "before": more.pop("before", None), "after": after, "after_unknown": unknown or {}}
    return {"address": "module.stack.aws_vpc.this", "type": "aws_vpc", "change": change, **more}


def plan(*resources: dict[str, Any]) -> dict[str, Any]:
    return {"resource_changes": list(resources)}


CREATED = resource("create", {"cidr_block": "10.0.0.0/16", "tags": {"Name": "a"}, "ipv6": None}, {"id": True})


@pytest.mark.parametrize(
    ("left", "part"),
    [
        (CREATED, True),
        (resource("create", {"cidr_block": "10.0.0.0/16", "tags": {"Name": "a"}, "id": "known by now"}), True),
        (resource("create", {"cidr_block": "10.9.0.0/16", "tags": {"Name": "a"}}), False),
        (resource("create", {"cidr_block": "10.0.0.0/16", "tags": {"Name": "b"}}), False),
        (resource("create", {"tags": {"Name": "a"}}, {"cidr_block": True}), False),
        # Made, and its tags are put now; what was never given reads back as empty.
        (resource("update", {"cidr_block": "10.0.0.0/16", "tags": {"Name": "a"}, "ipv6": ""}), True),
        (resource("update", {"cidr_block": "10.0.0.0/16", "tags": {}}), False),
        (resource("delete"), False),
        (resource(["delete", "create"], {"cidr_block": "10.0.0.0/16", "tags": {"Name": "a"}}), False),
    ],
)
def test_of_a_creation(left: dict[str, Any], part: bool) -> None:
    assert part_of(CREATED, left) is part


def test_of_an_update_only_what_it_sets_counts() -> None:
    """The provider plans 0 for a queue's key period, and the queue has 300: nobody changes that."""
    approved = resource("create", {"period": 0, "policy": None, "delay": 5}, {"policy": True})
    read = {"period": 300, "policy": "a", "delay": 1}

    assert part_of(approved, resource("update", {**read, "policy": "b", "delay": 5}, before=read))
    assert not part_of(approved, resource("update", {**read, "delay": 7}, before=read))


def test_of_what_was_never_approved() -> None:
    assert not part_of(None, CREATED)
    assert not part_of(resource("no-op", {"cidr_block": "10.0.0.0/16"}), resource("update", {"cidr_block": "x"}))
    assert not part_of(resource("update", {"cidr_block": "x"}), resource("delete"))


def test_the_rest_of_a_replacement_and_of_a_deletion() -> None:
    replaced = resource(["delete", "create"], {"cidr_block": "10.0.0.0/16"}, {"id": True})
    assert part_of(replaced, resource("create", {"cidr_block": "10.0.0.0/16"}))
    assert not part_of(replaced, resource("delete"))
    assert part_of(resource("delete"), resource("delete"))


def test_unknown_values_inside_lists() -> None:
    approved = resource("create", {"rule": [{"port": 1}, {"port": 2}]}, {"rule": [{"id": True}, {"id": True}]})
    assert part_of(approved, resource("create", {"rule": [{"port": 1, "id": "a"}, {"port": 2}]}))
    assert not part_of(approved, resource("create", {"rule": [{"port": 1}]}))
    assert not part_of(approved, resource("create", {"rule": [{"port": 1}, {"port": 3}]}))


def test_what_only_the_state_knows_is_no_change_but_has_to_be_approved() -> None:
    before = {"bucket": "a", "force_destroy": None}
    bucket = {"address": "b", "type": "aws_s3_bucket"}
    approved = {**resource("create", {"bucket": "a", "force_destroy": False}), **bucket}
    same = {**resource("update", {"bucket": "a", "force_destroy": False}, before=before), **bucket}
    other = {**resource("update", {"bucket": "a", "force_destroy": True}, before=before), **bucket}

    assert acting(plan(same)) == {}
    assert Comparison.of(plan(approved), plan(same)) == Comparison(("b",), (), ("b",), ())
    assert Comparison.of(plan(approved), plan(other)).beyond == ("b",)


def test_done_left_and_half_made() -> None:
    approved = [{**CREATED, "address": name} for name in ("made", "half", "not")]
    left = [
        {**resource("no-op"), "address": "made"},
        {**resource("update", CREATED["change"]["after"]), "address": "half"},
        {**CREATED, "address": "not"},
        {**resource("read"), "address": "data.read"},
    ]

    compared = Comparison.of(plan(*approved), plan(*left))

    assert compared == Comparison(("made", "half", "not"), ("half", "not"), ("made", "half"), ())


def test_what_would_be_done_besides_is_beyond() -> None:
    compared = Comparison.of(plan(CREATED), plan(CREATED, {**CREATED, "address": "another"}))

    assert compared.beyond == ("another",)
