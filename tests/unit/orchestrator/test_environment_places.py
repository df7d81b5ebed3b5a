from typing import Any

import pytest

from orchestrator.catalog_documents import _target
from orchestrator.environment_places import CLOUDS, PLACE_FIELDS, place_problems
from orchestrator.executors.credentials.base import Place
from orchestrator.executors.credentials.registry import ADAPTERS

ID = "00000000-0000-4000-8000-000000000000"
AWS = {"cloud": "aws", "region": "us-east-1"}
AZURE = {"cloud": "azure", "region": "westeurope", "tenant_id": ID, "subscription_id": ID}
GOOGLE = {"cloud": "google", "region": "europe-west1", "project_id": "acme-staging-4711"}
ROLE = "arn:aws:iam::123456789012:role/path/infrachat-staging"


def test_there_is_an_adapter_for_each_cloud_that_takes_what_an_environment_says() -> None:
    assert {kind: adapter.title for kind, adapter in ADAPTERS.items()} == CLOUDS
    fields = {"prefix" if name == "credentials_prefix" else name for name in PLACE_FIELDS}
    assert fields == set(Place.__dataclass_fields__) - {"environment", "region"}


@pytest.mark.parametrize(
    "place",
    [
        AWS,
        {**AWS, "role_arn": ROLE, "session_policy": '{"Version": "2012-10-17", "Statement": [{"Effect": "Deny"}]}'},
        {**AZURE, "client_id": ID, "credentials_prefix": "STAGING"},
        {**GOOGLE, "service_account": "infrachat@acme-staging-4711.iam.gserviceaccount.com"},
        {**GOOGLE, "project_id": "example.com:acme-staging"},
    ],
)
def test_what_is_right_passes(place: dict[str, str]) -> None:
    assert place_problems(place) == {}


@pytest.mark.parametrize(
    ("place", "field", "told"),
    [
        ({**AWS, "cloud": "oracle"}, "cloud", "aws, azure, google"),
        ({**AWS, "role_arn": "infrachat"}, "role_arn", "whole ARN"),
        ({**AWS, "session_policy": "{}"}, "session_policy", "name the role as well"),
        ({**AWS, "role_arn": ROLE, "session_policy": "{"}, "session_policy", "no JSON"),
        ({**AWS, "role_arn": ROLE, "session_policy": "[]"}, "session_policy", "as IAM has them"),
        ({**AWS, "role_arn": ROLE, "session_policy": "x" * 2049}, "session_policy", "2048"),
        ({**AWS, "tenant_id": ID}, "tenant_id", "for Azure, and the environment is in AWS"),
        ({**AWS, "credentials_prefix": "A-B"}, "credentials_prefix", "underscores"),
        ({**AZURE, "tenant_id": ""}, "tenant_id", "the id of the tenant"),
        ({**AZURE, "subscription_id": "Pay-as-you-go"}, "subscription_id", "the id of the subscription"),
        ({**AZURE, "client_id": "infrachat"}, "client_id", "ARM_CLIENT_ID"),
        ({**AZURE, "region": "us-east-1"}, "region", "westeurope"),
        ({**AZURE, "role_arn": ROLE}, "role_arn", "for AWS, and the environment is in Azure"),
        ({**GOOGLE, "project_id": "123456789"}, "project_id", "not its name or number"),
        ({**GOOGLE, "service_account": "somebody@gmail.com"}, "service_account", "gserviceaccount.com"),
        ({**GOOGLE, "region": "eu-central-1"}, "region", "europe-west1"),
    ],
)
def test_what_is_wrong_is_told_by_field(place: dict[str, str], field: str, told: str) -> None:
    problems = place_problems(place)
    assert list(problems) == [field]
    assert told in problems[field]


def test_an_approval_is_bound_to_the_account_whatever_the_cloud() -> None:
    others: list[dict[str, Any]] = [
        {"subscription_id": "1"},
        {"tenant_id": "1"},
        {"client_id": "1"},
        {"project_id": "1"},
        {"service_account": "1"},
        {"session_policy": "1"},
        {"role_arn": "1"},
        {"credentials_prefix": "1"},
        {"region": "1"},
        {"endpoint_url": "1"},
        {"cloud": "azure"},
        {"cloud": "google"},
        {},
    ]
    assert len({_target({**AWS, **each}) for each in others}) == len(others)
    assert _target(AWS) == _target({**AWS, **dict.fromkeys(PLACE_FIELDS, "")}), "as it was before there were others"


def test_a_policy_that_is_nested_without_end_is_told() -> None:
    role = "arn:aws:iam::123456789012:role/infrachat"
    found = place_problems({"cloud": "aws", "region": "eu-west-1", "role_arn": role, "session_policy": "[" * 2000})
    assert "nested too deeply" in found["session_policy"]
