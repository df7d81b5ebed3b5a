"""The rules that come with the product, each with a plan that it stops and one that it lets through."""

from typing import Any

import pytest

from orchestrator.policy.evaluating import Limits, rules_judge
from orchestrator.policy.ruleset import rules_shipped
from orchestrator.policy.verdicts import Verdict


def resource(kind: str, after: dict[str, Any] | None, actions: tuple[str, ...] = ("create",), **more: Any) -> Any:
    change = {"actions": list(actions), "before": None, "after": after, "after_unknown": more.pop("unknown", {})}
    return {"address": f"module.stack.{kind}.this", "mode": "managed", "type": kind, "name": "this", "change": change}


def judged(*resources: Any, environment: str = "sandbox", values: dict[str, Any] | None = None) -> Verdict:
    """By all shipped rules; every argument named like a value is decided by it."""
    changes = {}
    for each in resources:
        after = each["change"]["after"] or {}
        verb = {("create",): "create", ("delete",): "delete"}.get(tuple(each["change"]["actions"]), "replace")
        changes[each["address"]] = {
            "address": each["address"].removeprefix("module.stack."),
            "type": each["type"],
            "action": verb,
            "variables": sorted(values or {}),
            "cause": "",
            "attributes": {name: [name] for name in after if name in (values or {})},
        }
    document = {
        "request": {"kind": "apply", "environment": environment, "values": values or {}},
        "plan": {"resource_changes": list(resources)},
        "changes": changes,
    }
    return rules_judge(rules_shipped(), document, Limits())


LOCKED = dict.fromkeys(
    ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"), True
)
TAGGED = {"infrachat:stack": "s", "infrachat:environment": "e", "owner": "ann"}
OPEN = '{"Statement": [{"Effect": "Allow", "Principal": {"AWS": ["*"]}, "Action": "s3:GetObject"}]}'
CLOSED = '{"Statement": {"Effect": "Deny", "Principal": "*", "Action": "s3:*"}}'


def test_what_is_in_order_passes_every_rule():
    verdict = judged(
        resource("aws_s3_bucket", {"bucket": "x", "tags_all": TAGGED}),
        resource("aws_s3_bucket_public_access_block", LOCKED),
        resource("aws_s3_bucket_policy", {"policy": CLOSED}),
        resource("aws_db_instance", {"storage_encrypted": True, "instance_class": "db.t3.micro", "tags_all": TAGGED}),
        resource("aws_sqs_queue", {"sqs_managed_sse_enabled": True, "tags_all": TAGGED}),
        environment="production",
    )
    assert verdict == Verdict()


@pytest.mark.parametrize(
    ("found", "values", "message", "suggest"),
    [
        (
            resource("aws_s3_bucket_public_access_block", {**LOCKED, "block_public_acls": False}),
            {"block_public_acls": False},
            "aws_s3_bucket_public_access_block.this lets the public in: block_public_acls is off.",
            {"block_public_acls": True},
        ),
        (
            resource("aws_s3_bucket_acl", {"acl": "public-read"}),
            {},
            "aws_s3_bucket_acl.this is open to the public: its acl is public-read.",
            {},
        ),
        (
            resource("aws_s3_bucket_policy", {"policy": OPEN}),
            {},
            "aws_s3_bucket_policy.this allows everybody something, without a condition.",
            {},
        ),
        (
            resource("aws_db_instance", {"storage_encrypted": False}),
            {"storage_encrypted": False},
            "aws_db_instance.this is not encrypted: storage_encrypted is off.",
            {"storage_encrypted": True},
        ),
        (
            resource("aws_sqs_queue", {"sqs_managed_sse_enabled": False}),
            {},
            "aws_sqs_queue.this is not encrypted: it has neither SQS's own keys nor one of yours.",
            {},
        ),
        (
            resource("aws_instance", {"instance_type": "m5.4xlarge"}),
            {"instance_type": "m5.4xlarge"},
            "aws_instance.this is m5.4xlarge; in sandbox nothing may be larger than medium.",
            {"instance_type": "m5.medium"},
        ),
        (
            resource("aws_instance", {"instance_type": "u-12tb1.112xlarge"}),
            {},
            "aws_instance.this is u-12tb1.112xlarge; in sandbox nothing may be larger than medium.",
            {},
        ),
        (
            resource("aws_ebs_volume", {"encrypted": True, "size": 4096}),
            {"size": 4096},
            "aws_ebs_volume.this has 4096 GB; in sandbox at most 100 GB are allowed.",
            {"size": 100},
        ),
    ],
)
def test_what_is_not_is_denied_with_what_would_be_right(found, values, message, suggest):
    verdict = judged(found, values=values)
    assert [each.message for each in verdict.denials] == [message]
    assert [each.suggest for each in verdict.denials] == [suggest]
    assert not any(each.error for each in verdict.denials)


def test_what_is_there_already_and_stays_is_nobody_s_request():
    assert judged(resource("aws_db_instance", {"storage_encrypted": False}, actions=("no-op",))) == Verdict()


def test_what_is_known_only_later_is_a_warning():
    verdict = judged(
        resource("aws_db_instance", {}, unknown={"storage_encrypted": True}),
        resource("aws_s3_bucket_policy", {}, unknown={"policy": True}),
    )
    assert not verdict.denials
    assert {each.rule for each in verdict.warnings} == {"encryption", "public-buckets"}


def test_tags_count_in_production():
    bare = resource("aws_vpc", {"tags_all": {"infrachat:stack": "s"}})
    assert judged(bare) == Verdict()
    verdict = judged(bare, environment="production")
    assert [each.rule for each in verdict.denials] == ["tags"]
    assert [each.message for each in verdict.warnings] == ["Without the tag owner: aws_vpc.this."]


def test_destroying_in_production_takes_two():
    gone = resource("aws_vpc", None, actions=("delete",))
    assert [each.rule for each in judged(gone, environment="production").demands] == ["two"]
    assert not judged(gone, environment="staging").demands
