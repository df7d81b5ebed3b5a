"""A mistake in what an action shows is found in its file, not in front of the person who asks."""

from typing import Any

import pytest

from orchestrator.executors.aws.definition import definition_check
from orchestrator.executors.aws.mistakes import BadDefinition

LIST = {"service": "s3", "operation": "ListBuckets"}
DESCRIBE = {"service": "ec2", "operation": "DescribeInstances"}


def check(result: dict[str, Any], **fields: Any) -> None:
    definition_check({**LIST, "risk": "read", "result": result, **fields})


@pytest.mark.parametrize(
    ("expression", "sentence"),
    [
        ("Bukkets[].Name", "ListBuckets has no member Bukkets. Near it: Buckets"),
        ("Buckets[].Nam", "ListBuckets.Buckets[] has no member Nam. Near it: Name"),
        ("Buckets.Name", "ListBuckets.Buckets is a list; write [].Name"),
        ("Buckets[].Name.first", "ListBuckets.Buckets[].Name is a single value, which has no member first."),
        ("Owner[].ID", "ListBuckets.Owner is no list, so [] finds nothing in it. Leave [] out."),
        ("Owner[0]", "ListBuckets.Owner is no list, so [0] finds nothing in it."),
        ("Owner[1:]", "ListBuckets.Owner is no list, so [:] finds nothing in it."),
        ("Buckets.*", "ListBuckets.Buckets has no members, so .* finds nothing in it."),
        ("Buckets[?Nam=='a'].Name", "has no member Nam"),
        ("Buckets[*].{name: Nam}", "has no member Nam"),
        ("Buckets[].[Name, Created]", "has no member Created"),
        ("Buckets[].{name: Name}[].nam", "has no member nam. Near it: name"),
        ("Buckets | [0].Nam", "has no member Nam"),
        ("Owner || Ownr", "has no member Ownr"),
        ("!Ownr", "has no member Ownr"),
        ("sort_by(Buckets, &Nam)[].Name", "ListBuckets.Buckets[] has no member Nam"),
        ("sort_bye(Buckets, &Name)", "there is no function sort_bye. Near it: sort_by"),
        ("sort_by(Buckets)", "sort_by() takes 2 argument(s), not 1."),
        ("merge()", "merge() takes at least 1 argument(s), not 0."),
        ("sort_by(Buckets, Name)", "argument 2 of sort_by() is written with &"),
        ("join(', ', Owner)", "argument 2 of join() must be array, and is object."),
        ("map(&Nam, Buckets)", "has no member Nam"),
        ("max_by(Buckets, &CreationDate).Nam", "has no member Nam"),
        ("reverse(Buckets)[].Nam", "has no member Nam"),
        ("ResponseMetadata.RequestId", "has no member ResponseMetadata"),
        ("Buckets[", "is no JMESPath expression: it goes wrong at column 9 of 'Buckets['"),
        ("Buckets[].{name Name}", "is no JMESPath expression: it goes wrong at column"),
        ("Buckets[]#", "is no JMESPath expression: it goes wrong at column 10"),
        ("", "result.jmespath is empty. For the whole answer write '@'."),
    ],
)
def test_an_expression_that_can_find_nothing_is_refused(expression: str, sentence: str) -> None:
    with pytest.raises(BadDefinition) as refused:
        check({"jmespath": expression})
    assert str(refused.value).startswith("result.jmespath")
    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    "expression",
    [
        "@",
        "Buckets",
        "Buckets[0].Name",
        "Buckets[-1:].Name",
        "Owner.*",
        "length(Buckets)",
        "length(Buckets[?starts_with(Name, 'a')])",
        "sort_by(Buckets, &Name)[].{name: Name, created: CreationDate}",
        "Buckets[].{name: Name, of: join(' ', [Name, 'x'])}",
        "Buckets[?CreationDate > '2026' && !(Name == 'a')] | [0]",
        "not_null(Owner, Buckets).anything",
        'merge(Owner, `{"a": 1}`).a',
        "[Owner, Buckets][0].Name",
        "values(Owner)[0]",
        "keys(Owner)",
        "map(&Name, Buckets)[0]",
        "Owner.ID || 'nobody'",
        "max_by(Buckets, &CreationDate).Name",
    ],
)
def test_what_may_find_something_is_accepted(expression: str) -> None:
    check({"jmespath": expression})


def test_lists_of_lists_maps_and_values_without_a_model_are_followed_as_far_as_they_go() -> None:
    check({"jmespath": "Reservations[].Instances[].Tags[].Key"}, **DESCRIBE)
    check({"jmespath": "Reservations[*].Instances[*].InstanceId[]"}, **DESCRIBE)
    with pytest.raises(BadDefinition, match=r"Instances\[\] has no member Tag\. Near it: Tags"):
        check({"jmespath": "Reservations[].Instances[].Tag[].Key"}, **DESCRIBE)
    queue = {"service": "sqs", "operation": "GetQueueAttributes", "parameters": {"url": "QueueUrl"}}
    check({"jmespath": "Attributes.Whatever"}, **queue)
    with pytest.raises(BadDefinition, match=r"Attributes.Whatever is a single value"):
        check({"jmespath": "Attributes.Whatever.x"}, **queue)
    policy = {"service": "iam", "operation": "GetRolePolicy", "parameters": {"r": "RoleName", "p": "PolicyName"}}
    check({"jmespath": "PolicyDocument.Statement[].Effect"}, **policy)


def test_an_operation_that_answers_nothing_finds_nothing() -> None:
    delete = {"service": "sqs", "operation": "DeleteQueue", "parameters": {"url": "QueueUrl"}}
    check({"jmespath": "@", "template": "Deleted {url}."}, **delete)
    with pytest.raises(BadDefinition, match=r"DeleteQueue has no member QueueUrl\. There is: nothing\."):
        check({"jmespath": "QueueUrl"}, **delete)


@pytest.mark.parametrize(
    ("result", "sentence"),
    [
        (
            {"jmespath": "Buckets[].{name: Name}", "item": "- {nam}"},
            "result.item has {nam}, which nothing fills in. Near it: name.",
        ),
        (
            {"jmespath": "Buckets[].{name: Name}", "item": "- {item.name}"},
            "result.item has {item.name}, which nothing fills in.",
        ),
        (
            {"jmespath": "Buckets[].Name", "item": "- {Name}"},
            "result.item has {Name}, which nothing fills in. There is: item.",
        ),
        (
            {"jmespath": "Owner", "item": "{Id}"},
            "result.item has {Id}, which nothing fills in. Near it: ID.",
        ),
        ({"jmespath": "Buckets", "item": "- {Name} in {environment}"}, "result.item has {environment}"),
        ({"jmespath": "Buckets", "template": "{cuont}: {items}"}, "{cuont}, which nothing fills in. Near it: count."),
        ({"jmespath": "Buckets", "template": "{Name}"}, "result.template has {Name}, which nothing fills in."),
        ({"jmespath": "Buckets", "empty": "{count} buckets"}, "result.empty has {count}, which nothing fills in."),
        (
            {"jmespath": "Buckets", "empty": "none in {stack.name}"},
            "result.empty has {stack.name}, which nothing fills in. "
            "{stack.id} and {stack.name} need needs_stack: true.",
        ),
        ({"jmespath": "Buckets", "empty": 5}, "result.empty must be a text."),
    ],
)
def test_a_placeholder_that_nothing_fills_is_refused(result: dict[str, Any], sentence: str) -> None:
    with pytest.raises(BadDefinition) as refused:
        check(result)
    assert sentence in str(refused.value)


def test_texts_may_mention_what_was_found_and_what_was_asked() -> None:
    result = {
        "jmespath": "Buckets",
        "item": "- {Name} {BucketRegion} {item}",
        "template": "{prefix} {environment} {region} {stack.name} {count} {items} {result}",
        "empty": "none in {stack.id} with {prefix}",
    }
    check(result, parameters={"prefix": "Prefix"}, needs_stack=True)
    check({"jmespath": "not_null(Buckets, Owner)", "item": "{whatever}"})


def test_fixed_values_need_a_stack_to_name_one() -> None:
    with pytest.raises(BadDefinition, match=r"input.Prefix has \{stack.id\}.* need needs_stack: true\."):
        check({"jmespath": "Buckets"}, input={"Prefix": "{stack.id}"})
    check({"jmespath": "Buckets"}, input={"Prefix": "{stack.id}"}, needs_stack=True)
