"""An action's check: its mistakes are found when it is loaded, and values cannot change its expression."""

import re
import textwrap
from typing import Any

import pytest
import yaml

from orchestrator.executors.aws.definition import BadDefinition, definition_check
from orchestrator.executors.aws.recipes import is_done

CREATE: dict[str, Any] = {
    "name": "make-queue",
    "service": "sqs",
    "operation": "CreateQueue",
    "parameters": {"name": "QueueName"},
    "result": {"jmespath": "QueueUrl", "template": "{items}"},
    "risk": "low",
}


def checked(**changes: Any) -> dict[str, Any]:
    check = {"operation": "GetQueueUrl", "parameters": {"name": "QueueName"}, "jmespath": "ends_with(QueueUrl, {name})"}
    return {**CREATE, "check": {name: value for name, value in {**check, **changes}.items() if value is not None}}


def test_a_check_is_accepted_with_all_it_may_have() -> None:
    definition_check(checked(missing="not_done", result={"jmespath": "QueueUrl", "template": "Made {result}."}))
    tagged = {
        "service": "resourcegroupstaggingapi",
        "operation": "GetResources",
        "input": {"TagFilters": [{"Key": "job"}]},
        "jmespath": "length(ResourceTagMappingList) == `1`",
    }
    definition_check({**CREATE, "check": tagged})


def test_the_check_of_the_howto(request: pytest.FixtureRequest) -> None:
    page = (request.config.rootpath / "docs/howto/add-an-action.md").read_text()
    (block,) = re.findall(r"^ +```yaml\n( +check:\n.*?)^ +```$", page, re.MULTILINE | re.DOTALL)
    start = {
        "service": "ec2",
        "operation": "StartInstances",
        "parameters": {"instances": "InstanceIds"},
        "result": {"jmespath": "StartingInstances[].InstanceId"},
        "risk": "low",
    }
    definition_check({**start, **yaml.safe_load(textwrap.dedent(block))})


@pytest.mark.parametrize(
    ("definition", "sentence"),
    [
        ({**CREATE, "check": "ListQueues"}, "check must have an operation and a jmespath"),
        (checked(jmespath=None), "check needs jmespath"),
        (checked(jinja="x"), "check has an unknown field jinja"),
        (checked(operation="GetQueueUlr"), "check: sqs has no operation GetQueueUlr. Near it: GetQueueUrl"),
        (checked(parameters={"name": "Name"}), "check: GetQueueUrl has no member Name. Near it: QueueName"),
        (checked(parameters={}), "check: GetQueueUrl needs the member QueueName"),
        (checked(parameters={"other": "QueueName"}), "check.parameters has other, which is no slot of the action"),
        (checked(operation="PurgeQueue", parameters={"name": "QueueUrl"}), "PurgeQueue may change something"),
        (checked(jmespath="QueueUlr == {name}"), "check.jmespath: GetQueueUrl has no member QueueUlr"),
        (checked(jmespath="QueueUrl == {nam}"), "check.jmespath has {nam}, which nothing fills in. Near it: name"),
        (checked(jmespath="["), "check.jmespath is no JMESPath expression"),
        (checked(jmespath="{url: QueueUrl}"), "check.jmespath must say true or false"),
        (checked(missing="maybe"), "check.missing must be done or not_done"),
        (checked(result={"jmespath": "Url"}), "GetQueueUrl has no member Url"),
        ({**checked(), "risk": "read"}, "check is for actions that change something"),
    ],
)
def test_a_mistake_is_a_sentence(definition: dict[str, Any], sentence: str) -> None:
    with pytest.raises(BadDefinition) as failed:
        definition_check(definition)
    assert sentence in str(failed.value)


def test_a_token_is_filled_in_and_not_named() -> None:
    run = {
        "service": "secretsmanager",
        "operation": "PutSecretValue",
        "parameters": {"secret": "SecretId", "token": "ClientRequestToken"},
        "result": {"jmespath": "VersionId"},
    }
    with pytest.raises(BadDefinition, match=r"PutSecretValue\.ClientRequestToken is filled in by itself"):
        definition_check(run)


@pytest.mark.parametrize(
    ("expression", "answer", "said"),
    [
        ("State == 'running'", {"State": "running"}, True),
        ("State == 'running'", {"State": "stopped"}, False),
        ("State == {wanted}", {"State": "a`b'c\"d"}, True),
        ("State == {wanted}", {"State": "a"}, False),
        ("contains(Names, {wanted})", {"Names": ["a`b'c\"d"]}, True),
        ("Known", {"Known": True}, True),
        ("Known", {}, None),
        ("Known", {"Known": "true"}, None),
        ("contains(Names, {wanted})", {}, None),
        ("Known == {nothing}", {"Known": None}, True),
    ],
)
def test_the_answer_is_yes_no_or_neither(expression: str, answer: Any, said: bool | None) -> None:
    assert is_done({"jmespath": expression}, answer, {"wanted": "a`b'c\"d"}) is said


def test_a_value_cannot_change_the_expression() -> None:
    hostile = "` || `true"
    assert is_done({"jmespath": "State == {wanted}"}, {"State": "a"}, {"wanted": hostile}) is False
