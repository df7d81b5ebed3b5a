import pytest

from orchestrator.assessing.blast import blast_of
from orchestrator.assessing.costs import cost_of
from orchestrator.assessing.judging import judged_document
from orchestrator.assessing.prices import prices_load
from orchestrator.executors.base import PlanOutcome
from orchestrator.policy.evaluating import Limits, rules_judge
from orchestrator.policy.ruleset import rules_shipped
from orchestrator.states import Risk
from orchestrator.types import EnvironmentView
from tests.integration.terraform.running import Site, blueprint

pytestmark = [pytest.mark.terraform, pytest.mark.full]


def test_a_network_with_nat_in_every_zone_is_planned(site: Site) -> None:
    values = {"name": "shop", "cidr": "10.20.0.0/16", "zones": 3, "nat": "per_zone"}

    outcome = site.job(blueprint("network"), values).plan()

    made = [change.address for change in outcome.changes]
    assert sum(address.startswith("aws_subnet.") for address in made) == 6
    assert sum(address.startswith("aws_nat_gateway.") for address in made) == 3
    blocks = {
        attribute["after"]
        for change in outcome.changes
        if change.resource_type == "aws_subnet"
        for attribute in change.attributes
        if attribute["path"] == "cidr_block"
    }
    assert blocks == {
        "10.20.0.0/20",
        "10.20.16.0/20",
        "10.20.32.0/20",
        "10.20.128.0/20",
        "10.20.144.0/20",
        "10.20.160.0/20",
    }
    assert "1 network" in outcome.sentence
    asked = {change.address: set(change.variables) for change in outcome.changes}
    zoned = next(each for address, each in asked.items() if address.startswith("aws_subnet.private"))
    assert {"cidr", "zones", "name"} <= zoned  # through locals and for_each
    assert {"nat", "zones"} <= next(each for address, each in asked.items() if address.startswith("aws_nat_gateway"))
    assert asked["aws_vpc.this"] == {"cidr", "name", "tags"}

    _is_known_before_it_is_approved(outcome)


def _is_known_before_it_is_approved(outcome: PlanOutcome) -> None:
    """Who depends on whom, what it costs, and that no shipped rule objects, not even in production."""
    edges = {tuple(each) for each in outcome.graph["edges"]}
    assert {
        ("aws_subnet.private", "aws_vpc.this"),
        ("aws_nat_gateway.this", "aws_subnet.public"),
        ("aws_nat_gateway.this", "aws_eip.nat"),
    } <= edges
    assert {each["id"]: each["instances"] for each in outcome.graph["nodes"]}["aws_subnet.private"] == 3
    resources = outcome.masked_plan["resource_changes"]
    cost = cost_of(resources, prices_load(), "us-east-1")
    assert cost is not None
    assert (cost.monthly, cost.delta, cost.unknown) == (109.5, 109.5, 0)
    blast = blast_of(outcome.changes, outcome.graph, resources)
    assert blast.sentence == "Only adds: nothing that exists is touched."
    job = dict.fromkeys(("kind", "subject", "title", "risk", "requester_name", "stack_id", "blueprint_version"), "x")
    production = EnvironmentView("production", "Production", "us-east-1", Risk.HIGH)
    document = judged_document(
        {**job, "environment": "production"},
        production,
        values={"name": "shop"},
        masked_plan=outcome.masked_plan,
        counts=outcome.counts,
        changes=outcome.changes,
        cost=cost,
    )
    verdict = rules_judge(rules_shipped(), document, Limits())
    assert not verdict.denials
    assert [each.rule for each in verdict.warnings] == ["tags"]
