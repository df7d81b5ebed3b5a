"""Actions: their files checked against the service's model, their texts rendered, their plans bound."""

import dataclasses
from typing import Any

import pytest
import yaml

from chatbot_project.templating import fill, render, render_result
from orchestrator.catalog.action_files import ACTIONS
from orchestrator.executors import registry
from orchestrator.executors.aws.calls import call_input, plain
from orchestrator.executors.aws.definition import definition_check, slot_types
from orchestrator.executors.aws.errors import call_words, outcome_unknown
from orchestrator.executors.aws.executor import AwsExecutor
from orchestrator.executors.aws.mistakes import BadDefinition
from orchestrator.executors.base import ExecutorError, PlanVoid, Stopped
from tests.unit.executors.contexts import context

CREATE: dict[str, Any] = {
    "name": "make-queue",
    "title": "Make a queue",
    "kind": "aws",
    "service": "sqs",
    "operation": "CreateQueue",
    "parameters": {"name": "QueueName", "tags": "tags"},
    "input": {"Attributes": {"DelaySeconds": "5"}},
    "variables": {"name": {"sensitive": False}},
    "result": {"jmespath": "QueueUrl", "template": "{items}"},
    "risk": "low",
}


def broken(**changes: Any) -> dict[str, Any]:
    return {**CREATE, **changes}


def test_the_catalogue_is_right() -> None:
    for path in ACTIONS.glob("*.yaml"):
        definition_check(yaml.safe_load(path.read_text()))


@pytest.mark.parametrize(
    ("definition", "sentence"),
    [
        (broken(service="sqss"), "There is no service sqss. Near it: sqs"),
        (broken(operation="CreateQeue"), "sqs has no operation CreateQeue. Near it: CreateQueue"),
        (broken(parameters={"name": "QueueNam"}), "CreateQueue has no member QueueNam. Near it: QueueName"),
        (broken(parameters={}), "CreateQueue needs the member QueueName"),
        (broken(input={"Atributes": {}}), "CreateQueue has no member Atributes"),
        (broken(input={"Attributes": {"DelaySeconds": "{secret}"}}), "input.Attributes.DelaySeconds has {secret}"),
        (broken(result={"jmespath": "a["}), "result.jmespath is no JMESPath expression"),
        (broken(result={"template": "x"}), "result needs a jmespath expression"),
        (broken(result={"jmespath": "a", "jinja": "x"}), "result has an unknown field jinja"),
        (
            {
                "service": "kinesis",
                "operation": "SubscribeToShard",
                "parameters": {"a": "ConsumerARN", "b": "ShardId", "c": "StartingPosition"},
                "result": {"jmespath": "a"},
            },
            "SubscribeToShard answers with a stream",
        ),
    ],
)
def test_a_mistake_is_a_sentence_that_names_it(definition: dict[str, Any], sentence: str) -> None:
    with pytest.raises(BadDefinition, match=sentence.replace("[", r"\[").replace("{", r"\{")):
        definition_check(definition)


def test_slots_have_the_types_of_their_members() -> None:
    definition = {
        "service": "ec2",
        "operation": "DescribeInstances",
        "parameters": {"ids": "InstanceIds", "dry": "DryRun", "most": "MaxResults"},
    }
    assert slot_types(definition) == {"ids": "list(string)", "dry": "bool", "most": "number"}


def test_input_is_filled_from_slots_and_fixed_values() -> None:
    made = call_input(context(values={"name": "orders", "tags": {"a": "b"}}), CREATE)
    assert made == {"QueueName": "orders", "tags": {"a": "b"}, "Attributes": {"DelaySeconds": "5"}}


def test_a_value_of_the_wrong_type_is_refused() -> None:
    with pytest.raises(ExecutorError, match="CreateQueue does not accept this") as failed:
        call_input(context(values={"name": 5}), CREATE)
    assert failed.value.code == "invalid_value"


def test_a_plan_says_what_would_be_called_and_calls_nothing() -> None:
    outcome = registry.get("action").plan(context(kind="action", action=CREATE, values={"name": "orders"}, stack=None))

    assert outcome.sentence == "Calls sqs:CreateQueue with QueueName=orders in eu-central-1, which changes the cloud."
    assert (outcome.counts.create, outcome.has_changes, outcome.changes[0].address) == (1, True, "sqs:CreateQueue")


@pytest.mark.parametrize(
    "changes",
    [
        {"values": {"name": "other"}},
        {"policy_version": "2"},
        {"environment": "production"},
        {"action": broken(risk="high")},
    ],
)
def test_what_is_not_as_planned_is_not_called(changes: dict[str, Any]) -> None:
    planned = context(kind="action", action=CREATE, values={"name": "orders"}, stack=None)
    plan_hash = AwsExecutor().plan(planned).plan_hash

    with pytest.raises(PlanVoid, match="Nothing was called"):
        AwsExecutor().apply(dataclasses.replace(planned, **changes), plan_hash)


def test_a_sensitive_slot_is_masked() -> None:
    secretive = broken(variables={"name": {"sensitive": True}})

    outcome = AwsExecutor().plan(context(kind="action", action=secretive, values={"name": "opensesame"}))

    assert "opensesame" not in f"{outcome.sentence}{outcome.masked_plan}{outcome.changes}"


def test_what_an_action_lacks_is_said() -> None:
    needing = broken(needs_stack=True)
    for changed, code in (
        ({"action": None}, "action_missing"),
        ({"action": needing, "stack": None}, "stack_missing"),
        ({"action": broken(operation="Nothing")}, "action_invalid"),
    ):
        with pytest.raises(ExecutorError) as failed:
            AwsExecutor().plan(context(values={"name": "x"}, **changed))
        assert failed.value.code == code
    with pytest.raises(Stopped):
        AwsExecutor().plan(context(action=CREATE, should_stop=lambda: "cancel"))


def test_templates_look_names_up_and_do_nothing_else() -> None:
    names = {"name": "x", "stack.id": "1", "on": True, "none": None, "many": ["a", "b"]}

    assert render("{name} {stack.id} {on} {none} {many}", names) == "x 1 yes - a, b"
    for hostile in ("{name.__class__}", "{name!r}", "{name[0]}", "{0}", "{}", "{{name", "{unknown}"):
        assert render(hostile, {"name": "x"}) == hostile or render(hostile, {"name": "x"}) == "{{name"
    assert render("{name}", {"name": "{stack.id}", "stack.id": "1"}) == "{stack.id}"
    assert fill({"a": ["{name}", 1]}, names) == {"a": ["x", 1]}


def test_results_are_lists_numbers_or_nothing() -> None:
    result = {"template": "{count}:\n{items}", "item": "- {name}", "empty": "nothing in {environment}"}

    assert render_result(result, [{"name": "a"}, {"name": None}, {}], {}) == "3:\n- a\n- -\n- -"
    assert render_result(result, [], {"environment": "staging"}) == "nothing in staging"
    assert render_result({"template": "{result}"}, 5, {}) == "5"


def test_answers_become_json() -> None:
    import datetime

    answer = {
        "ResponseMetadata": {},
        "At": datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC),
        "Body": b"x",
        "N": [1, None],
    }
    assert plain(answer) == {"At": "2026-01-02T00:00:00+00:00", "Body": "x", "N": [1, None]}


def test_the_clouds_errors_in_words() -> None:
    from botocore.exceptions import ClientError, ConnectTimeoutError, NoCredentialsError, ReadTimeoutError

    denied = ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "ListBuckets")
    odd = ClientError({"Error": {"Code": "Odd", "Message": "Something odd."}}, "ListBuckets")
    assert call_words(denied, "s3:ListBuckets").code == "access_denied"
    assert call_words(odd, "s3:ListBuckets").detail == "The cloud refused s3:ListBuckets: Something odd."
    assert call_words(NoCredentialsError(), "x").code == "credentials_missing"
    assert call_words(ConnectTimeoutError(endpoint_url="http://x"), "x").retryable
    assert outcome_unknown(ReadTimeoutError(endpoint_url="http://x"))
    assert not outcome_unknown(denied)


def test_kinds_without_an_executor_are_said() -> None:
    with pytest.raises(ExecutorError, match="no executor for jobs of kind teleport"):
        registry.get("teleport")
    assert registry.get("apply") is registry.get("destroy")
