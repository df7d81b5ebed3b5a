"""Which variables ask for which planned change: through locals, counts, dynamic blocks and modules within modules."""

import json
from pathlib import Path
from typing import Any

import pytest

from orchestrator.executors.masking import Secrets
from orchestrator.executors.terraform.changes import planned_changes
from orchestrator.executors.terraform.ties import Ties
from orchestrator.executors.terraform.written import Written, module_written, modules_written, references

CATALOG = Path(__file__).parents[3] / "orchestrator" / "catalog" / "blueprints"


def refers(*names: str) -> dict[str, Any]:
    return {"references": list(names)}


def configured(name: str, kind: str = "aws_s3_bucket", mode: str = "managed", **more: Any) -> dict[str, Any]:
    return {"mode": mode, "type": kind, "name": name, **more}


def changed(name: str, kind: str = "aws_s3_bucket", module: str = "module.stack", **after: Any) -> dict[str, Any]:
    change = {"actions": ["create"], "before": None, "after": after}
    where = {"address": f"{module}.{kind}.{name}", "module_address": module}
    return {**where, "mode": "managed", "type": kind, "name": name, "change": change}


def plan(*resources: dict[str, Any], **module: Any) -> dict[str, Any]:
    stack = {"module": {"resources": list(resources), **module}, "expressions": {"name": refers("var.name")}}
    return {"configuration": {"root_module": {"module_calls": {"stack": stack}}}}


def ties(document: dict[str, Any], **written: Written) -> Ties:
    return Ties(document, {key.replace("__", "."): each for key, each in written.items()})


def test_arguments_name_their_variables():
    document = plan(
        configured(
            "this",
            expressions={
                "bucket": refers("var.name"),
                "rule": [{"on": {"constant_value": True}}, {"days": refers("var.days")}],
                "tags": refers("var.tags"),
            },
        )
    )
    found = ties(document)
    assert found.of_change(changed("this")) == ("days", "name", "tags")
    assert found.of_attribute(changed("this"), "bucket") == ("name",)
    assert found.of_attribute(changed("this"), "rule[1].days") == ("days",)
    assert found.of_attribute(changed("this"), "rule[0].on") == ()
    assert found.of_attribute(changed("this"), "rule[7].on") == ()
    assert found.of_attribute(changed("this"), "tags_all.Name") == ("tags",)
    assert found.of_attribute(changed("this"), "tags_all.infrachat:stack") == ()
    assert found.of_attribute(changed("this"), "arn") == ()


def test_counts_and_each_lead_to_what_decides_them():
    document = plan(
        configured("some", count_expression=refers("var.on"), expressions={"index": refers("count.index")}),
        configured("each", for_each_expression=refers("local.zones"), expressions={"cidr": refers("each.value")}),
    )
    found = ties(document, stack=Written(locals={"zones": frozenset({"local.all"}), "all": frozenset({"var.zones"})}))
    assert found.of_change(changed("some")) == ("on",)
    assert found.of_attribute(changed("some"), "index") == ("on",)
    assert found.of_change(changed("each")) == ("zones",)
    assert found.of_attribute(changed("each"), "cidr") == ("zones",)


def test_what_has_no_variable_of_its_own_is_there_for_what_it_refers_to():
    document = plan(
        configured("this", expressions={"bucket": refers("var.name")}),
        configured("policy", expressions={"bucket": refers("aws_s3_bucket.block.id", "aws_s3_bucket.block")}),
        configured("block", expressions={"bucket": refers("aws_s3_bucket.this.id", "aws_s3_bucket.this")}),
    )
    assert ties(document).of_change(changed("policy")) == ("name",)
    assert ties(document).of_attribute(changed("policy"), "bucket") == ()


def test_modules_within_modules():
    inner = {
        "expressions": {"title": refers("local.title"), "fixed": {"constant_value": 1}},
        "count_expression": refers("var.wanted"),
        "module": {
            "resources": [configured("in", expressions={"bucket": refers("var.title"), "fixed": refers("var.fixed")})],
            "outputs": {"name": {"expression": refers("var.title")}},
        },
    }
    outer = configured("out", expressions={"bucket": refers("module.inner.name", "module.inner")})
    document = plan(outer, module_calls={"inner": inner})
    found = ties(document, stack=Written(locals={"title": frozenset({"var.name", "each.key"})}))
    assert found.of_change(changed("in", module="module.stack.module.inner[0]")) == ("name", "wanted")
    assert found.of_change(changed("out")) == ("name",)


@pytest.mark.parametrize(
    "document", [{}, {"configuration": None}, {"configuration": {"root_module": {"resources": []}}}, plan()]
)
def test_nothing_known_ties_nothing(document: dict[str, Any]):
    assert ties(document).of_change(changed("this")) == ()
    assert ties(document).of_attribute(changed("this"), "a.b[0]") == ()


def test_circles_end():
    loops = Written(locals={"a": frozenset({"local.b"}), "b": frozenset({"local.a", "var.name"})})
    document = plan(
        configured("one", expressions={"x": refers("aws_s3_bucket.two")}),
        configured("two", expressions={"x": refers("aws_s3_bucket.one")}),
        configured("three", expressions={"x": refers("local.a")}),
    )
    assert ties(document, stack=loops).of_change(changed("one")) == ()
    assert ties(document, stack=loops).of_change(changed("three")) == ("name",)


def test_a_long_chain_ends_before_the_stack_does():
    chain = [configured(f"r{n}", expressions={"x": refers(f"aws_s3_bucket.r{n + 1}")}) for n in range(2_000)]
    end = configured("r2000", expressions={"x": refers("var.name")})
    assert ties(plan(*chain, end)).of_change(changed("r0")) == ()
    assert ties(plan(*chain, end)).of_change(changed("r1900")) == ("name",)


def test_locals_and_dynamic_blocks_are_read_from_the_files():
    network = module_written(CATALOG / "network" / "module")
    assert {"var.cidr", "local.zones"} <= network.locals["public_subnets"]
    bucket = module_written(CATALOG / "object-storage" / "module")
    assert "var.expire_days" in bucket.dynamic["aws_s3_bucket.this"]["lifecycle_rule"]


def test_dynamic_blocks_count():
    written = Written(dynamic={"aws_s3_bucket.this": {"rule": frozenset({"var.days"})}})
    document = plan(configured("this", expressions={"bucket": refers("var.name")}))
    assert ties(document, stack=written).of_change(changed("this")) == ("days", "name")
    assert ties(document, stack=written).of_attribute(changed("this"), "rule[0].days") == ("days",)


def test_unreadable_files_tell_nothing(tmp_path: Path):
    (tmp_path / "broken.tf").write_text("locals {\n  a = (((\n")
    (tmp_path / "bytes.tf").write_bytes(b"locals {\xff\xfe}")
    (tmp_path / "good.tf").write_text('locals {\n  a = "${var.name}-x"\n}\n')
    assert module_written(tmp_path).locals == {"a": frozenset({"var.name"})}
    assert modules_written(tmp_path) == {}
    (tmp_path / ".terraform" / "modules").mkdir(parents=True)
    manifest = {"Modules": [{"Key": "", "Dir": "."}, {"Key": "stack", "Dir": "."}]}
    (tmp_path / ".terraform" / "modules" / "modules.json").write_text(json.dumps(manifest))
    assert modules_written(tmp_path)["stack"].locals == {"a": frozenset({"var.name"})}


def test_names_in_texts_are_found_and_numbers_are_not():
    assert references(["${var.a}-x", 1.5, {"k": "${local.b[0].c}"}]) == {"var.a", "local.b"}


def test_a_change_and_its_attributes_say_who_asks_for_them():
    document = plan(configured("this", expressions={"bucket": refers("var.name")}))
    [planned] = planned_changes([changed("this", bucket="acme", arn="x")], Secrets(), ties(document))
    assert planned.variables == ("name",)
    assert [each.get("variables") for each in planned.attributes] == [["name"], None]
