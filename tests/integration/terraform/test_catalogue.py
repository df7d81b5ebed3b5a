"""Every blueprint of the catalogue through its life: made, found unchanged, changed, deleted; as far as the emulated
cloud knows its services. What it does not know is named in docs/reference/catalogue.md."""

from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest

from tests.integration.terraform.running import Site, blueprint, bucket_name

pytestmark = [pytest.mark.terraform, pytest.mark.full, pytest.mark.timeout(900)]


@dataclass(frozen=True)
class Life:
    """`made` are its values, `changed` what is different later; `outputs` some that must not be empty."""

    name: str
    made: dict[str, Any]
    changed: dict[str, Any]
    outputs: tuple[str, ...] = ()
    unstable: frozenset[str] = field(default_factory=frozenset)
    """Addresses that the emulator never gives back as they were set."""
    is_tagged: bool = True
    """Whether the emulator's tagging service knows of any of its resources."""


LIVES = (
    Life("key-value-table", {"name": "carts", "sort_key": "at"}, {"ttl_attribute": "ends"}, ("table_arn",)),
    Life(
        "application-role",
        {"name": "shop", "runs_on": "ec2", "read_buckets": ["acme-reports"]},
        {"write_buckets": ["acme-uploads"], "queue_arns": ["arn:aws:sqs:us-east-1:123456789012:orders"]},
        ("role_arn", "instance_profile_name"),
        is_tagged=False,
    ),
    Life(
        "virtual-server",
        {"name": "web-1"},
        {"open_ports": [443], "allowed_cidrs": ["10.0.0.0/16"]},
        ("server_id", "private_address"),
        unstable=frozenset({"aws_instance.this"}),
    ),
    Life(
        "relational-database",
        {"name": "orders", "allowed_cidrs": ["10.0.0.0/16"]},
        {"backup_days": 14},
        ("endpoint", "database_arn", "password_secret_arn"),
        unstable=frozenset({"aws_db_parameter_group.this"}),
    ),
    Life(
        "container-service",
        {"name": "shop"},
        {"tasks": 3},
        ("url", "cluster_arn"),
        unstable=frozenset({"aws_ecs_service.this"}),
    ),
    Life(
        "static-site",
        {"name": bucket_name()},
        {"single_page": True},
        ("url", "distribution_id"),
        unstable=frozenset({"aws_cloudfront_distribution.this"}),
    ),
    Life("network", {"name": "shop", "nat": "single"}, {"nat": "none"}, ("vpc_id",)),
)


@pytest.mark.parametrize("life", LIVES, ids=[each.name for each in LIVES])
def test_it_is_made_changed_and_deleted(site: Site, life: Life) -> None:
    module = blueprint(life.name)
    first = site.job(module, life.made, timeout_seconds=400)
    done = first.apply(first.plan().plan_hash)
    assert done.status == "succeeded", done.sentence
    assert all(done.outputs[name] for name in life.outputs), done.outputs
    assert bool(tagged(first.stack.id)) is life.is_tagged, "the provider's default tags tell what belongs to a stack"

    again = site.job(module, life.made, stack=first.stack, timeout_seconds=400).plan()
    left = {each.address: each.attributes for each in again.changes if each.address not in life.unstable}
    assert not left, left

    changed = {**life.made, **life.changed}
    change = site.job(module, changed, stack=first.stack, timeout_seconds=400)
    plan = change.plan()
    assert plan.has_changes
    assert change.apply(plan.plan_hash).status == "succeeded"

    destroy = site.job(module, changed, kind="destroy", stack=first.stack, timeout_seconds=400)
    gone = destroy.apply(destroy.plan().plan_hash)
    assert (gone.status, gone.resource_count) == ("succeeded", 0), gone.sentence


def test_a_cache_is_planned(site: Site) -> None:
    """The emulator makes the group without the nodes in it, which the provider then looks for in vain."""
    values = {"name": "sessions", "replicas": 2, "allowed_cidrs": ["10.0.0.0/16"], "password": "a-long-enough-password"}
    outcome = site.job(blueprint("cache"), values).plan()

    assert "a-long-enough-password" not in str(outcome)
    planned = {each.address: {one["path"]: one["after"] for one in each.attributes} for each in outcome.changes}
    group = planned["aws_elasticache_replication_group.this"]
    wanted = {"num_cache_clusters": 3, "automatic_failover_enabled": True, "port": 6379}
    assert {name: group[name] for name in wanted} == wanted
    encrypted = [group[f"{where}_encryption_enabled"] for where in ("at_rest", "transit")]
    assert {str(each).lower() for each in encrypted} == {"true"}, "the provider gives one of them as a text"
    assert set(planned) >= {"aws_security_group.this", 'aws_vpc_security_group_ingress_rule.cidr["10.0.0.0/16"]'}


def tagged(stack: str) -> list[str]:
    """What the cloud knows to belong to a stack; it may not be able to tell of all services."""
    found = boto3.client("resourcegroupstaggingapi").get_resources(
        TagFilters=[{"Key": "infrachat:stack", "Values": [stack]}]
    )
    return [each["ResourceARN"] for each in found["ResourceTagMappingList"]]
