"""What judging a plan of 100 resources costs: all shipped rules in their process, and the estimate."""

import resource
import time
from collections.abc import Callable
from typing import Any

from orchestrator.assessing.blast import blast_of
from orchestrator.assessing.costs import cost_of
from orchestrator.assessing.judging import judged_document, plan_judged
from orchestrator.assessing.prices import prices_load
from orchestrator.policy.ruleset import Ruleset, rules_shipped
from orchestrator.states import Risk
from orchestrator.types import EnvironmentView, PlanCounts, PlannedChange
from tests.bench.figures import Figure, median

_RESOURCES = 100
_ROUNDS = 15
_KINDS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("aws_instance", {"instance_type": "t3.micro", "ami": "ami-0123456789abcdef0", "monitoring": True}),
    ("aws_db_instance", {"instance_class": "db.t3.micro", "engine": "postgres", "storage_encrypted": True}),
    ("aws_s3_bucket", {"bucket": "acme-reports", "force_destroy": False}),
    ("aws_sqs_queue", {"name": "orders", "sqs_managed_sse_enabled": True}),
    ("aws_security_group_rule", {"type": "ingress", "from_port": 443, "to_port": 443, "protocol": "tcp"}),
)
_TAGS = {"infrachat:stack": "0" * 36, "infrachat:environment": "production", "owner": "ann", "Name": "x"}


def measure() -> list[Figure]:
    changes, resources, graph = _plan()
    environment = EnvironmentView("production", "Production", "us-east-1", Risk.HIGH)
    rules, counts = Ruleset(rules_shipped()), PlanCounts(create=_RESOURCES)
    job = dict.fromkeys(("kind", "subject", "title", "risk", "requester_name", "stack_id", "blueprint_version"), "x")
    facts = {"masked_plan": {"resource_changes": resources}, "counts": counts, "changes": changes, "values": {}}
    table = prices_load()
    cost = cost_of(resources, table, "us-east-1")

    def judge() -> None:
        document = judged_document({**job, "environment": "production"}, environment, cost=cost, **facts)
        policy, _demands = plan_judged(rules, document)
        if policy.denials:
            raise RuntimeError(f"the plan of the measurement is denied: {policy.denials[0].message}")

    def estimate() -> None:
        cost_of(resources, table, "us-east-1")
        blast_of(changes, graph, resources)

    return [
        *_timed(f"policy: {len(rules.rules)} rules over a plan of {_RESOURCES} resources", judge),
        *_timed(f"cost and blast radius of a plan of {_RESOURCES} resources", estimate),
    ]


def _timed(name: str, work: Callable[[], None]) -> list[Figure]:
    clock, processor = [], []
    for _ in range(_ROUNDS):
        began, used = time.perf_counter(), _processor_seconds()
        work()
        clock.append((time.perf_counter() - began) * 1_000)
        processor.append((_processor_seconds() - used) * 1_000)
    return [
        Figure(f"{name}, on the clock", median(clock), "ms", samples=_ROUNDS),
        Figure(f"{name}, processor", median(processor), "ms", samples=_ROUNDS),
    ]


def _processor_seconds() -> float:
    """Of this process and of those it has waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _plan() -> tuple[tuple[PlannedChange, ...], list[dict[str, Any]], dict[str, Any]]:
    changes, resources, nodes, edges = [], [], [], []
    for number in range(_RESOURCES):
        kind, values = _KINDS[number % len(_KINDS)]
        after = {**values, "allocated_storage": 20, "tags": {"Name": "x"}, "tags_all": _TAGS, "region": "us-east-1"}
        address = f"{kind}.n{number}"
        change = {"actions": ["create"], "before": None, "after": after, "after_unknown": {"arn": True, "id": True}}
        resources.append(
            {
                "address": f"module.stack.{address}",
                "mode": "managed",
                "type": kind,
                "name": f"n{number}",
                "change": {**change, "before_sensitive": False, "after_sensitive": {}},
            }
        )
        attributes = tuple(
            {"path": name, "before": None, "after": value, "unknown": False, "sensitive": False}
            for name, value in after.items()
        )
        changes.append(PlannedChange(address, kind, "create", attributes, ("name",)))
        nodes.append({"id": address, "type": kind, "module": "", "action": "create", "instances": 1})
        if number:
            edges.append([address, f"{_KINDS[(number - 1) % len(_KINDS)][0]}.n{number - 1}"])
    return tuple(changes), resources, {"nodes": nodes, "edges": edges, "complete": True}
