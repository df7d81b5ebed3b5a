"""The rule of the how-to page can be run, denies what it says, and lets the rest through."""

from pathlib import Path

from orchestrator.policy.evaluating import Limits, rules_judge
from orchestrator.policy.ruleset import RuleSource
from tests.howtos import files_written


def test_the_rule_of_the_howto(tmp_path: Path) -> None:
    (path,) = files_written("write-a-policy.md", tmp_path).values()
    rule = RuleSource("keep-old-versions", "", path.read_text(encoding="utf-8"))

    def denied(environment: str, status: str) -> list[dict[str, object]]:
        after = {"versioning_configuration": [{"status": status}]}
        resource = {"address": "module.stack.aws_s3_bucket_versioning.this", "type": "aws_s3_bucket_versioning"}
        plan = {"resource_changes": [{**resource, "change": {"after": after}}]}
        document = {"request": {"environment": environment}, "plan": plan}
        found = rules_judge([rule], document, Limits()).denials
        assert not any(each.error for each in found)
        return [each.suggest for each in found]

    assert denied("staging", "Suspended") == [{"versioning": True}]
    assert not denied("staging", "Enabled")
    assert not denied("sandbox", "Suspended")
