"""Every blueprint of the catalogue through its life: made, found unchanged, changed, deleted; as far as the emulated
cloud knows its services. What it does not know is named in docs/reference/catalogue.md."""

import boto3
import pytest

from tests.integration.terraform.lives import LIVES, PLANNED_ONLY, Life
from tests.integration.terraform.running import Site, blueprint

pytestmark = [pytest.mark.terraform, pytest.mark.full, pytest.mark.timeout(900)]


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
    values = {"name": "sessions", "replicas": 2, "allowed_cidrs": ["10.0.0.0/16"], "password": "a-long-enough-password"}
    outcome = site.job(blueprint(PLANNED_ONLY[0]), values).plan()

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
