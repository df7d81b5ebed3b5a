"""What a plan costs by the price table: known, free, by use, and unknown, which is never nothing."""

from typing import Any

import pytest
import yaml

from orchestrator.assessing.costs import cost_of
from orchestrator.assessing.prices import FIXED, FREE, UNKNOWN, USAGE, prices_load

TABLE = prices_load()


def change(kind: str, before: Any, after: Any, name: str = "this", unknown: Any = None) -> dict[str, Any]:
    actions = (
        ["no-op"] if before == after else ["create"] if before is None else ["delete"] if after is None else ["update"]
    )
    sides = {"before": before, "after": after, "after_unknown": unknown or {}}
    return {
        "address": f"module.stack.{kind}.{name}",
        "mode": "managed",
        "type": kind,
        "change": {"actions": actions, **sides},
    }


@pytest.mark.parametrize(
    ("kind", "values", "basis", "amount"),
    [
        ("aws_instance", {"instance_type": "t3.micro"}, FIXED, 7.59),
        ("aws_instance", {"instance_type": "x99.huge"}, UNKNOWN, None),
        ("aws_instance", {}, UNKNOWN, None),
        ("aws_ebs_volume", {"type": "gp3", "size": 100}, FIXED, 8.0),
        ("aws_ebs_volume", {"size": None}, UNKNOWN, None),
        ("aws_ebs_volume", {"size": -5}, UNKNOWN, None),
        (
            "aws_db_instance",
            {"instance_class": "db.t3.micro", "engine": "postgres", "allocated_storage": 20},
            FIXED,
            15.44,
        ),
        (
            "aws_db_instance",
            {"instance_class": "db.t3.micro", "engine": "oracle-ee", "allocated_storage": 20},
            UNKNOWN,
            None,
        ),
        (
            "aws_db_instance",
            {"instance_class": "db.t3.micro", "engine": "postgres", "allocated_storage": 20, "multi_az": True},
            FIXED,
            30.88,
        ),
        ("aws_dynamodb_table", {"billing_mode": "PAY_PER_REQUEST"}, USAGE, None),
        ("aws_dynamodb_table", {"billing_mode": "PROVISIONED", "read_capacity": 10, "write_capacity": 5}, FIXED, 3.32),
        ("aws_s3_bucket", {}, USAGE, None),
        ("aws_s3_bucket_policy", {}, FREE, 0.0),
        ("aws_iam_role_policy", {}, FREE, 0.0),
        ("aws_quantum_computer", {}, UNKNOWN, None),
        ("azurerm_linux_virtual_machine", {"size": "Standard_B1s"}, UNKNOWN, None),
        ("azurerm_resource_group", {}, UNKNOWN, None),
        ("google_compute_instance", {"machine_type": "e2-micro"}, UNKNOWN, None),
    ],
)
def test_a_price_is_known_free_by_use_or_unknown(kind, values, basis, amount):
    price = TABLE.price(kind, values, {})
    assert (price.basis, price.amount) == (basis, amount)


def test_what_is_only_known_after_the_apply_has_no_price():
    assert TABLE.price("aws_instance", {"instance_type": "t3.micro"}, {"instance_type": True}).basis == UNKNOWN


def test_the_whole_stack_and_what_the_change_adds():
    cost = cost_of(
        [
            change("aws_instance", {"instance_type": "t3.micro"}, {"instance_type": "t3.small"}),
            change("aws_instance", {"instance_type": "t3.micro"}, {"instance_type": "t3.micro"}, "stays"),
            change("aws_nat_gateway", {}, None),
            change("aws_sqs_queue", None, {}),
            change("aws_quantum_computer", None, {}),
        ],
        TABLE,
        "eu-central-1",
    )
    assert cost is not None
    assert (cost.monthly, cost.delta, cost.unknown, cost.usage) == (22.77, -25.26, 1, 1)
    assert cost.sentence == (
        "About 22.77 USD a month, 25.26 USD less than now. 1 resource costs by its use. "
        f"The price of 1 resource is unknown. Prices of {TABLE.dated} in us-east-1."
    )
    assert [(each.address, each.basis) for each in cost.lines][-1] == ("aws_sqs_queue.this", USAGE)


def test_what_is_unknown_is_said_and_not_nothing():
    cost = cost_of([change("aws_quantum_computer", None, {})], TABLE, "us-east-1")
    assert cost is not None
    assert cost.sentence == f"The price of 1 resource is unknown. Prices of {TABLE.dated} in us-east-1."
    assert cost.lines[0].after is None
    assert cost_of([], TABLE, "us-east-1") is None


def test_every_entry_of_the_table_can_be_used():
    for kind, described in TABLE.resources.items():
        for part in described.get("parts", ()):
            assert ("hourly" in part) != ("monthly" in part), kind
            rate = part.get("hourly", part.get("monthly"))
            assert isinstance(rate, dict) == ("by" in part), kind
            assert set(part) <= {
                "by",
                "otherwise",
                "hourly",
                "monthly",
                "per",
                "per_otherwise",
                "when",
                "times",
                "optional",
            }
    yaml.safe_dump(dict(TABLE.usage))
    assert not set(TABLE.resources) & set(TABLE.usage)


@pytest.mark.parametrize("kind", ["azurerm_linux_virtual_machine", "google_compute_instance"])
def test_in_clouds_without_prices_the_cost_is_unknown_and_never_nothing(kind: str) -> None:
    cost = cost_of([change(kind, None, {"size": "small"})], TABLE, "westeurope")
    assert cost is not None
    assert (cost.unknown, cost.lines[0].after) == (1, None)
    assert cost.sentence.startswith("The price of 1 resource is unknown.")
    assert "0.00" not in cost.sentence
