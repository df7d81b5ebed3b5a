"""Who depends on whom: through variables, locals, outputs, data sources, modules within modules, and the state."""

from typing import Any

from orchestrator.executors.terraform.graph import node_id, resource_graph
from orchestrator.executors.terraform.written import Written


def refers(*names: str) -> dict[str, Any]:
    return {"references": list(names)}


def configured(kind: str, name: str = "this", mode: str = "managed", **more: Any) -> dict[str, Any]:
    return {"mode": mode, "type": kind, "name": name, **more}


def changed(address: str, *actions: str) -> dict[str, Any]:
    module, _dot, rest = address.rpartition(".")[0].rpartition(".")
    kind = address.rpartition(".")[0].rpartition(".")[2] or rest
    return {
        "address": address,
        "module_address": module,
        "mode": "managed",
        "type": kind,
        "change": {"actions": list(actions or ["create"])},
    }


def plan(resources: list[Any], changes: list[Any], calls: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    module = {"resources": resources, "module_calls": calls or {}}
    root = {"module_calls": {"stack": {"module": module, "expressions": {"name": refers("var.name")}}}}
    return {"configuration": {"root_module": root}, "resource_changes": changes, **more}


def edges(document: dict[str, Any], **written: Written) -> set[tuple[str, str]]:
    return {tuple(each) for each in resource_graph(document, written)["edges"]}


def test_references_lead_through_locals_data_and_depends_on():
    document = plan(
        [
            configured("aws_a"),
            configured("aws_b", expressions={"a": refers("local.a", "var.name")}),
            configured("aws_d", "look", mode="data", expressions={"a": refers("aws_b.this.id", "aws_b.this")}),
            configured("aws_c", expressions={"d": refers("data.aws_d.look.id", "data.aws_d.look")}),
            configured("aws_e", depends_on=["aws_c.this"], for_each_expression=refers("aws_a.this")),
        ],
        [changed(f"module.stack.aws_{each}.this") for each in "abce"],
    )
    written = Written(locals={"a": frozenset({"aws_a.this"})})
    assert edges(document, stack=written) == {
        ("aws_b.this", "aws_a.this"),
        ("aws_c.this", "aws_b.this"),
        ("aws_e.this", "aws_c.this"),
        ("aws_e.this", "aws_a.this"),
    }


def test_references_lead_into_and_out_of_modules():
    inner = {
        "resources": [configured("aws_in", expressions={"x": refers("var.vpc")})],
        "outputs": {"id": {"expression": refers("aws_in.this.id", "aws_in.this")}},
    }
    document = plan(
        [
            configured("aws_vpc"),
            configured("aws_out", expressions={"y": refers("module.net.id", "module.net")}),
            configured("aws_after", depends_on=["module.net"]),
        ],
        [changed(f"module.stack.{each}.this") for each in ("aws_vpc", "aws_out", "aws_after", "module.net.aws_in")],
        {"net": {"module": inner, "expressions": {"vpc": refers("aws_vpc.this.id", "aws_vpc.this")}}},
    )
    assert edges(document) == {
        ("module.net.aws_in.this", "aws_vpc.this"),
        ("aws_out.this", "module.net.aws_in.this"),
        ("aws_after.this", "module.net.aws_in.this"),
    }


def test_instances_are_one_node_with_the_worst_that_happens_to_them():
    document = plan(
        [configured("aws_a", count_expression=refers("var.n"))],
        [
            changed("module.stack.aws_a.this[0]", "no-op"),
            changed("module.stack.aws_a.this[1]", "delete", "create"),
            changed('module.stack.aws_a.this["x.y]z"]', "update"),
        ],
    )
    (node,) = resource_graph(document, {})["nodes"]
    assert (node["id"], node["action"], node["instances"]) == ("aws_a.this", "replace", 3)


def test_what_the_configuration_has_no_more_is_known_from_the_state():
    state = {
        "values": {
            "root_module": {
                "child_modules": [
                    {
                        "resources": [
                            {"address": "module.stack.aws_gone.this", "depends_on": ["module.stack.aws_a.this"]},
                            {"address": "module.stack.aws_b.this", "depends_on": ["module.stack.aws_gone.this"]},
                            {"address": "module.stack.aws_b.this", "depends_on": ["module.stack.aws_a.this"]},
                        ]
                    }
                ]
            }
        }
    }
    document = plan(
        [configured("aws_a"), configured("aws_b")],
        [changed(f"module.stack.aws_{each}.this", "delete") for each in ("a", "b", "gone")],
        prior_state=state,
    )
    assert edges(document) == {("aws_gone.this", "aws_a.this"), ("aws_b.this", "aws_gone.this")}


def test_nothing_of_an_index_stays_in_a_node():
    assert node_id('module.stack.module.net["a.b"].aws_a.this["secret \\" ]"]') == "module.net.aws_a.this"
    assert resource_graph({}, {}) == {"nodes": [], "edges": [], "complete": True}
