"""Plans as people may see them."""

import json
from typing import Any

from orchestrator.executors.masking import MASK, Secrets
from orchestrator.executors.terraform.changes import counted, masked_plan, planned_changes, secrets_of_plan
from orchestrator.executors.terraform.drift import drifted_resources
from orchestrator.executors.terraform.sentences import (
    done_sentence,
    drift_sentence,
    plan_sentence,
    undone_sentence,
)
from orchestrator.types import PlannedChange


def resource(*actions: str, kind: str = "aws_s3_bucket", name: str = "this", **change: Any) -> dict[str, Any]:
    return {
        "address": f"module.stack.{kind}.{name}",
        "module_address": "module.stack",
        "mode": "managed",
        "type": kind,
        "name": name,
        "change": {"actions": list(actions), "before": None, "after": None, **change},
    }


def attributes(**change: Any) -> dict[str, tuple[Any, Any]]:
    [planned] = planned_changes([resource("update", **change)], Secrets())
    return {each["path"]: (each["before"], each["after"]) for each in planned.attributes}


def test_only_what_differs_is_told() -> None:
    assert attributes(
        before={"a": 1, "b": {"c": [1, 2]}, "same": "x", "empty": []},
        after={"a": 2, "b": {"c": [1, 3, 4]}, "same": "x", "empty": {}},
    ) == {"a": (1, 2), "b.c[1]": (2, 3), "b.c[2]": (None, 4)}


def test_false_and_zero_are_values() -> None:
    assert attributes(before={"on": True, "n": 0}, after={"on": False, "n": 1}) == {"on": (True, False), "n": (0, 1)}


def test_what_is_not_known_yet_is_told_last() -> None:
    [planned] = planned_changes(
        [resource("create", after={"name": "x", "list": []}, after_unknown={"arn": True, "list": [{"id": True}]})],
        Secrets(),
    )

    assert [(each["path"], each["unknown"]) for each in planned.attributes] == [
        ("name", False),
        ("list[0].id", True),
        ("arn", True),
    ]


def test_sensitive_values_are_masked_on_both_sides() -> None:
    [planned] = planned_changes(
        [
            resource(
                "update",
                before={"pass": "old-secret", "was": "x1"},
                after={"pass": "new-secret", "was": "x2"},
                after_sensitive={"pass": True},
                before_sensitive={"was": True},
            )
        ],
        Secrets(),
    )

    assert [(each["path"], each["before"], each["after"], each["sensitive"]) for each in planned.attributes] == [
        ("pass", MASK, MASK, True),
        ("was", MASK, MASK, True),
    ]


def test_a_long_text_is_cut() -> None:
    [(_, after)] = attributes(before={"p": ""}, after={"p": "x" * 5000}).values()
    assert (len(after), after[-1]) == (1001, "…")


def test_kinds_of_change() -> None:
    changes = planned_changes(
        [
            resource("create", name="a"),
            resource("delete", "create", name="b"),
            resource("create", "delete", name="c"),
            resource("no-op", name="d"),
            resource("read", name="e"),
            resource("forget", name="f"),
        ],
        Secrets(),
    )

    assert [change.action for change in changes] == ["create", "replace", "replace", "read", "forget"]
    counts = counted(changes)
    assert (counts.create, counts.replace, counts.read, counts.changes) == (1, 2, 1, 3)


def test_the_masked_plan_has_no_secret_anywhere() -> None:
    plan = {
        "format_version": "1.2",
        "variables": {"password": {"value": "opensesame"}, "name": {"value": "x"}},
        "planned_values": {"all": "opensesame"},
        "prior_state": {"all": "generated-secret"},
        "configuration": {"all": "opensesame"},
        "resource_changes": [
            resource(
                "update",
                before={"pass": "opensesame", "key": "generated-secret"},
                after={"tags": {"p": "opensesame"}, "tags_all": {"p": "opensesame", "k": "generated-secret"}},
                before_sensitive={"key": True},
                after_sensitive={"tags": {"p": True}},
            )
        ],
        "output_changes": {
            "o": {"actions": ["create"], "before": None, "after": "opensesame", "after_sensitive": False}
        },
    }
    secrets = secrets_of_plan(plan, Secrets(["opensesame"]))

    masked = masked_plan(plan, ["password"], secrets)

    text = json.dumps(masked)
    assert "opensesame" not in text
    assert "generated-secret" not in text
    assert masked["variables"] == {"password": {"value": MASK}, "name": {"value": "x"}}
    assert masked["resource_changes"][0]["change"]["after"]["tags_all"] == {"p": MASK, "k": MASK}


def drifting(before: dict[str, Any], after: dict[str, Any], *actions: str) -> list[dict[str, Any]]:
    module = {
        "resources": [{"mode": "managed", "type": "aws_s3_bucket", "name": "this", "expressions": {"bucket": {}}}]
    }
    plan = {
        "resource_drift": [resource(*(actions or ("update",)), before=before, after=after)],
        "configuration": {"root_module": {"module_calls": {"stack": {"module": module}}}},
    }
    return drifted_resources(plan)


def test_what_a_provider_learned_late_is_no_drift() -> None:
    assert drifting({"bucket": "x", "versioning": []}, {"bucket": "x", "versioning": [{"enabled": True}]}) == []
    assert drifting({"bucket": "x", "tags": None}, {"bucket": "x", "tags": {}}) == []


def test_what_the_module_says_and_the_cloud_does_not_is_drift() -> None:
    assert len(drifting({"bucket": "x"}, {"bucket": "y", "policy": "z"})) == 1
    assert len(drifting({"tags": None}, {"tags": {"by": "hand"}})) == 1
    assert len(drifting({"bucket": "x"}, {}, "delete")) == 1


def change(action: str, kind: str, address: str = "a") -> PlannedChange:
    return PlannedChange(address, kind, action)


def test_sentences_for_plans() -> None:
    assert plan_sentence([]) == "Nothing has to change."
    assert plan_sentence([], outputs_change=True) == "Changes nothing but the outputs."
    assert plan_sentence([change("create", "aws_s3_bucket")]) == "Creates 1 bucket."
    assert plan_sentence([change("create", "aws_subnet")] * 2) == "Creates 2 subnets."
    assert plan_sentence([change("update", "aws_sqs_queue_policy")] * 2) == "Changes 2 sqs queue policies."
    mixed = [
        change("create", "aws_s3_bucket"),
        change("create", "aws_s3_bucket_policy"),
        change("replace", "aws_vpc"),
        change("delete", "aws_eip"),
    ]
    assert plan_sentence(mixed) == (
        "Creates 2 resources (1 bucket, 1 bucket policy), replaces 1 network and deletes 1 public address."
    )


def test_sentences_for_what_was_done() -> None:
    assert (
        done_sentence([("a", "create"), ("b", "create"), ("c", "delete"), ("d", "read")])
        == "Done: 2 created and 1 deleted."
    )
    assert done_sentence([]) == "Nothing had to be changed."
    assert (
        undone_sentence("It failed.", ["a"], ["b", "c"]) == "It failed. 1 resource changed before: a. Not done: b, c."
    )
    assert undone_sentence("It failed.", list("abcdefg"), []).endswith("a, b, c, d, e and 2 more.")


def test_sentences_for_drift() -> None:
    assert drift_sentence([]) == "Everything is as it was applied."
    assert drift_sentence([change("update", "x", "p"), change("delete", "x", "q")]) == (
        "2 resources changed outside of Terraform: p was changed, q was deleted."
    )
