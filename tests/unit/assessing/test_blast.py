"""The blast radius in one sentence, and what of a plan nothing asked for."""

from typing import Any

import pytest

from orchestrator.assessing.blast import blast_of
from orchestrator.assessing.causes import Asked, Baseline, causes_marked
from orchestrator.types import PlannedChange


def planned(kind: str, action: str, *variables: str, name: str = "this") -> PlannedChange:
    return PlannedChange(f"{kind}.{name}", kind, action, variables=variables)


def graph(*edges: tuple[str, str], new: tuple[str, ...] = ()) -> dict[str, Any]:
    names = {name for edge in edges for name in edge}
    return {
        "nodes": [{"id": each, "action": "create" if each in new else "no-op"} for each in names],
        "edges": [list(each) for each in edges],
        "complete": True,
    }


def was(kind: str, **before: Any) -> dict[str, Any]:
    return {"address": f"module.stack.{kind}.this", "change": {"before": before}}


DATABASE = graph(
    ("aws_instance.app", "aws_db_instance.this"),
    ("aws_route53_record.db", "aws_db_instance.this"),
    ("aws_lb.front", "aws_instance.app"),
    ("aws_vpc.other", "aws_vpc.another"),
    ("aws_alarm.new", "aws_db_instance.this"),
    new=("aws_alarm.new",),
)


@pytest.mark.parametrize(
    ("changes", "resources", "sentence"),
    [
        (
            [planned("aws_db_instance", "replace")],
            [was("aws_db_instance", skip_final_snapshot=True)],
            "Replaces 1 database; 3 resources depend on it; data will be lost.",
        ),
        (
            [planned("aws_db_instance", "delete")],
            [was("aws_db_instance", skip_final_snapshot=False)],
            "Deletes 1 database; 3 resources depend on it; no data is lost: a final snapshot is kept.",
        ),
        (
            [planned("aws_db_instance", "delete")],
            [],
            "Deletes 1 database; 3 resources depend on it; data will be lost.",
        ),
        (
            [
                planned("aws_db_instance", "replace"),
                planned("aws_lb_listener", "delete"),
                planned("aws_route", "create"),
            ],
            [],
            "Replaces 1 database and deletes 1 lb listener; 3 resources depend on them; data will be lost.",
        ),
        ([planned("aws_db_instance", "update")], [], "Changes 1 database in place; 3 resources depend on it."),
        ([planned("aws_instance", "create")], [], "Only adds: nothing that exists is touched."),
        ([planned("aws_security_group", "delete")], [], "Deletes 1 security group."),
    ],
)
def test_in_one_sentence(changes, resources, sentence):
    assert blast_of(changes, DATABASE, resources).sentence == sentence


def test_circles_end():
    circle = graph(("aws_a.x", "aws_b.x"), ("aws_b.x", "aws_a.x"))
    assert blast_of([planned("aws_a", "replace", name="x")], circle, []).dependents == ("aws_b.x",)


OLD = Baseline({"versioning": False, "name": "x"}, "v1")
EDGES = graph(("aws_policy.this", "aws_bucket.this"), ("aws_log.this", "aws_policy.this"))


def causes(*changes: PlannedChange, version: str = "v1", baseline: Baseline | None = OLD, **more: Any) -> list[str]:
    facts: dict[str, Any] = {"graph": EDGES, "drifted": (), **more}
    asked = Asked({"versioning": True, "name": "x"}, version)
    return [each.cause for each in causes_marked(changes, asked, baseline, **facts)]


def test_a_change_is_asked_for_by_its_values_or_by_what_it_follows_from():
    asked = planned("aws_bucket", "replace", "versioning", "name")
    follows, far = planned("aws_policy", "update", "name"), planned("aws_log", "update")
    other = planned("aws_other", "update", "name")
    assert causes(asked, follows, far, other) == ["", "", "", "nothing"]
    assert causes(other, baseline=None) == [""]
    assert causes(other, baseline=None, drifted=("aws_other.this",)) == ["drift"]


def test_what_nobody_asked_for_says_where_it_comes_from():
    other = planned("aws_other", "update", "name")
    assert causes(other, version="v2") == ["module"]
    assert causes(other, drifted=("aws_other.this",)) == ["drift"]
    tainted = [{"address": "module.stack.aws_other.this", "action_reason": "replace_because_tainted"}]
    assert causes(other, resources=tainted) == ["tainted"]
    assert causes(planned("aws_bucket", "update", "versioning"), drifted=("aws_bucket.this",)) == ["drift"]
    assert causes(planned("aws_other", "read")) == [""]
