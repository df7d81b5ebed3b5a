"""A network whose Terraform was killed: many resources, most of them known by their tags, some by what they connect."""

from collections.abc import Callable
from typing import Any

import boto3
import pytest

from tests.integration.terraform.interrupting import Interrupted
from tests.integration.terraform.running import KEYS, REGION, Site, blueprint

pytestmark = [pytest.mark.terraform, pytest.mark.full, pytest.mark.timeout(900)]

VALUES = {"name": "shop", "cidr": "10.20.0.0/16", "zones": 2, "nat": "single"}
ONCE = {
    "aws_vpc": 1,
    "aws_subnet": 4,
    "aws_internet_gateway": 1,
    "aws_route_table": 3,
    "aws_eip": 1,
    "aws_nat_gateway": 1,
    "routes": 3,
    "associations": 4,
}


@pytest.fixture
def killed(site: Site) -> Interrupted:
    return Interrupted(site, site.job(blueprint("network"), VALUES))


@pytest.mark.parametrize(
    ("count", "kind"),
    [(1, "resource_start"), (1, "resource_done"), (5, "resource_done"), (10, "resource_done"), (15, "resource_done"),
     (17, "resource_start"), (19, "resource_done")],
)  # fmt: skip
def test_every_resource_is_made_once(site: Site, killed: Interrupted, count: int, kind: str) -> None:
    killed.kill_after(count, kind)

    found = killed.reconcile()

    assert found.unknown == (), found.sentence
    killed.finish(found)
    assert existing(site, killed.job.stack.id) == ONCE
    assert killed.job.context.kind == "apply"


@pytest.mark.parametrize("count", [1, 8, 16])
def test_a_deletion_is_finished(site: Site, count: int) -> None:
    made = site.job(blueprint("network"), VALUES)
    made.apply(made.plan().plan_hash)
    killed = Interrupted(site, site.job(made.context.module, VALUES, kind="destroy", stack=made.stack))
    killed.kill_after(count)

    found = killed.reconcile()

    assert found.unknown == (), found.sentence
    killed.finish(found)
    assert set(existing(site, made.stack.id).values()) == {0}


def existing(site: Site, stack_id: str) -> dict[str, int]:
    """How many there are of everything that carries the stack's tag."""
    ec2 = boto3.client(
        "ec2",
        endpoint_url=site.endpoint,
        region_name=REGION,
        aws_access_key_id=KEYS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=KEYS["AWS_SECRET_ACCESS_KEY"],
    )
    tagged = [{"Name": "tag:infrachat:stack", "Values": [stack_id]}]

    def listed(operation: Callable[..., Any], items: str) -> list[Any]:
        return [each for each in operation(Filters=tagged)[items] if each.get("State") != "deleted"]

    tables = listed(ec2.describe_route_tables, "RouteTables")
    return {
        "aws_vpc": len(listed(ec2.describe_vpcs, "Vpcs")),
        "aws_subnet": len(listed(ec2.describe_subnets, "Subnets")),
        "aws_internet_gateway": len(listed(ec2.describe_internet_gateways, "InternetGateways")),
        "aws_route_table": len(tables),
        "aws_eip": len(listed(ec2.describe_addresses, "Addresses")),
        "aws_nat_gateway": len(listed(ec2.describe_nat_gateways, "NatGateways")),
        "routes": sum(route.get("Origin") == "CreateRoute" for table in tables for route in table["Routes"]),
        "associations": sum("SubnetId" in each for table in tables for each in table["Associations"]),
    }
