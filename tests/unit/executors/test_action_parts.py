"""What a file says besides its one call: lookups, batches, calls that follow, waiting, dry runs. Mistakes are found
when it is loaded."""

from typing import Any

import pytest

from orchestrator.executors.aws.definition import definition_check, secret_slots, slot_choices, slot_types
from orchestrator.executors.aws.mistakes import BadDefinition
from orchestrator.executors.aws.shapes import operation_of, secrets_in

STOP: dict[str, Any] = {
    "name": "stop",
    "title": "Stop",
    "kind": "aws",
    "service": "ec2",
    "operation": "StopInstances",
    "find": [
        {
            "operation": "DescribeInstances",
            "jmespath": "Reservations[].Instances[?InstanceId == {name}][].{id: InstanceId, state: State.Name}",
            "refuse": [{"when": "state == 'stopped'", "because": "{name} is stopped already."}],
        }
    ],
    "input": {"InstanceIds": ["{found.id}"]},
    "variables": {"name": {"description": "Which one."}},
    "dry_run": True,
    "preview": "Stops {name} ({found.id}).",
    "wait": {"for": "InstanceStopped", "input": {"InstanceIds": ["{found.id}"]}, "seconds": 60},
    "result": {"jmespath": "StoppingInstances[].InstanceId", "template": "{name} ({found.id}) is stopped."},
    "risk": "low",
}
EMPTY: dict[str, Any] = {
    "service": "s3",
    "operation": "DeleteObjects",
    "parameters": {"name": "Bucket"},
    "input": {"Delete": {"Quiet": True}},
    "each": {
        "operation": "ListObjectVersions",
        "parameters": {"name": "Bucket"},
        "jmespath": "[Versions, DeleteMarkers][].{Key: Key, VersionId: VersionId}",
        "member": "Delete.Objects",
        "at_most": 1000,
    },
    "result": {"jmespath": "@", "template": "{done} deleted."},
    "risk": "high",
}
ROTATE: dict[str, Any] = {
    "service": "iam",
    "operation": "CreateAccessKey",
    "parameters": {"name": "UserName"},
    "then": [
        {
            "name": "stored",
            "service": "secretsmanager",
            "operation": "CreateSecret",
            "input": {"Name": "{answer.AccessKey.AccessKeyId}", "SecretString": {"k": "{answer.AccessKey.UserName}"}},
            "otherwise": {"operation": "DeleteAccessKey", "input": {"AccessKeyId": "{answer.AccessKey.AccessKeyId}"}},
        }
    ],
    "result": {"jmespath": "AccessKey.AccessKeyId", "template": "{result}: {stored.ARN}"},
    "risk": "high",
}


def changed(of: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy of a definition with another value at a dotted path; None takes it out."""
    first, _, rest = path.partition(".")
    if isinstance(of, list):
        return [changed(each, rest, value) if str(at) == first else each for at, each in enumerate(of)]  # type: ignore
    inner = changed(of[first], rest, value) if rest else value
    return {**{name: each for name, each in of.items() if name != first}, **({} if inner is None else {first: inner})}


@pytest.mark.parametrize("definition", [STOP, EMPTY, ROTATE])
def test_what_is_right_is_accepted(definition: dict[str, Any]) -> None:
    definition_check(definition)


@pytest.mark.parametrize(
    ("definition", "sentence"),
    [
        (changed(STOP, "find.0.operation", "DescribeInstance"), "ec2 has no operation DescribeInstance"),
        (changed(STOP, "find.0.operation", "StartInstances"), "find 1: StartInstances needs the member InstanceIds"),
        (changed(STOP, "find.0.jmespath", "Reservations[].Instances[].{id: InstanceID}"), "no member InstanceID. Near"),
        (changed(STOP, "find.0.jmespath", "Reservations[].Instances[].InstanceId"), "must end in {name: Member}"),
        (
            changed(STOP, "find.0.jmespath", "Reservations[?ReservationId == {nam}].{id: OwnerId}"),
            "{nam}, which nothing",
        ),
        (changed(STOP, "find.0.refuse.0.when", "sate == 'stopped'"), "has no member sate. Near it: state"),
        (changed(STOP, "find.0.refuse.0.because", "{found.name}"), "{found.name}, which nothing fills in"),
        (changed(STOP, "find.0.mising", "x"), "find 1: there is no field mising"),
        (changed(STOP, "find", {}), None),
        (changed(STOP, "input.InstanceIds", ["{found.ids}"]), "{found.ids}, which nothing fills in. Near it: found.id"),
        (changed(STOP, "input.InstanceIds", "{found.id}"), "input.InstanceIds must be a list"),
        (changed(STOP, "input.Force", "yes"), "input.Force must be true or false"),
        (changed(STOP, "preview", "Stops {found.name}."), "preview has {found.name}"),
        (changed(STOP, "wait.for", "InstanceStoped"), "wait.for is 'InstanceStoped'. Near it: InstanceStopped"),
        (changed(STOP, "wait.seconds", 0), "wait.seconds must be a whole number"),
        (changed(STOP, "wait.input", {"InstanceIdz": []}), "wait: DescribeInstances has no member InstanceIdz"),
        (changed(STOP, "dry_run", "yes"), "dry_run must be true or false"),
        (changed(ROTATE, "dry_run", True), "CreateAccessKey has no dry run; leave dry_run out"),
        (
            changed(STOP, "variables.name", {"type": "number"}),
            "variables.name.type is number, but the service has string",
        ),
        (changed(EMPTY, "each.member", "Delete.Object"), "DeleteObjects.Delete has no member Object. Near it: Objects"),
        (changed(EMPTY, "each.member", "Delete.Quiet"), "each.member Delete.Quiet is no list"),
        (changed(EMPTY, "each.at_most", 5000), "each.at_most must be a whole number from 1 to 1000"),
        (changed(EMPTY, "each.jmespath", "Name"), "each.jmespath must find a list"),
        (changed(EMPTY, "each", None), "input.Delete needs the member Objects"),
        (changed(EMPTY, "each.operation", "PutObject"), "each: PutObject needs the member Key"),
        (changed(ROTATE, "then.0.input.Name", "{answer.AccessKey.Id}"), "AccessKey has no member Id. "),
        (changed(ROTATE, "then.0.operation", "CreateSecrets"), "then 1: secretsmanager has no operation CreateSecrets"),
        (changed(ROTATE, "then.0.otherwise.input", {}), "then 1: DeleteAccessKey needs the member AccessKeyId"),
        (changed(ROTATE, "then.0.name", None), "then 1: name must be a word"),
        (
            changed(ROTATE, "result.template", "{stored.Arn}"),
            "{stored.Arn}, which nothing fills in. Near it: stored.ARN",
        ),
    ],
)
def test_a_mistake_is_a_sentence_that_names_it(definition: dict[str, Any], sentence: str | None) -> None:
    with pytest.raises(BadDefinition) as refused:
        definition_check(definition)
    assert sentence is None or sentence in str(refused.value)


def test_values_that_the_service_knows_are_the_choices() -> None:
    versioning = {
        "service": "s3",
        "operation": "PutBucketVersioning",
        "parameters": {"name": "Bucket", "status": "VersioningConfiguration.Status"},
        "result": {"jmespath": "@"},
        "risk": "low",
    }
    definition_check(versioning)
    assert slot_choices(versioning) == {"status": ("Enabled", "Suspended")}
    for wrong in ({"choices": ["On"]}, {"default": "On"}):
        with pytest.raises(BadDefinition, match=r"variables.status has 'On', which the service does not know\."):
            definition_check({**versioning, "variables": {"status": wrong}})
    fixed = {**versioning, "parameters": {"name": "Bucket"}, "input": {"VersioningConfiguration": {"Status": "On"}}}
    with pytest.raises(BadDefinition, match=r"input.VersioningConfiguration.Status is 'On'"):
        definition_check(fixed)


def test_slots_of_lookups_are_slots() -> None:
    assert slot_types(STOP) == {"name": "string"}
    assert slot_types(changed(STOP, "find.0.parameters", {"most": "MaxResults"})) == {
        "most": "number",
        "name": "string",
    }


def test_what_the_service_calls_sensitive_is_a_secret_without_being_named() -> None:
    put = {
        "service": "secretsmanager",
        "operation": "PutSecretValue",
        "parameters": {"a": "SecretId", "b": "SecretString"},
    }
    assert secret_slots(put) == {"b"}
    answer = {"AccessKey": {"AccessKeyId": "AKIA", "SecretAccessKey": "opensesame", "UserName": "ci"}}
    assert list(secrets_in(operation_of(ROTATE).output_shape, answer)) == ["opensesame"]
