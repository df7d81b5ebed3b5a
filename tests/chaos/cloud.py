"""The ground truth: what the emulated cloud has, what Terraform's states say of it, and what was ever asked of it."""

import base64
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
from botocore.client import Config

from chatbot_project.devstack.environment import emulated_cloud

STACK_TAG = "infrachat:stack"
STATE_BUCKET = "infrachat-state"
# The archive of models and conversations is made once something is to be kept there.
_OURS = (STATE_BUCKET, "infrachat-artefacts", "infrachat-archive")
# What makes a resource, as its Terraform type.
CREATING = {
    "CreateVpc": "aws_vpc",
    "CreateSubnet": "aws_subnet",
    "CreateInternetGateway": "aws_internet_gateway",
    "CreateRouteTable": "aws_route_table",
    "AllocateAddress": "aws_eip",
    "CreateNatGateway": "aws_nat_gateway",
}
# EC2's lists of such, and the member with the id.
_LISTS = {
    "aws_vpc": ("describe_vpcs", "Vpcs", "VpcId"),
    "aws_subnet": ("describe_subnets", "Subnets", "SubnetId"),
    "aws_internet_gateway": ("describe_internet_gateways", "InternetGateways", "InternetGatewayId"),
    "aws_route_table": ("describe_route_tables", "RouteTables", "RouteTableId"),
    "aws_eip": ("describe_addresses", "Addresses", "AllocationId"),
    "aws_nat_gateway": ("describe_nat_gateways", "NatGateways", "NatGatewayId"),
}
_RECORDED = re.compile(r'\{"headers": \{[^{}]*\}, "method": "[A-Z]+", "url": "[^"]*", "body": [^{}]*\}')


@dataclass(frozen=True)
class Thing:
    """One resource that somebody made."""

    type: str
    id: str
    """A bucket's name, or EC2's id."""
    stack: str
    """From its tag; empty when it has none."""
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Cloud:
    things: list[Thing]
    states: dict[str, set[str]]
    """Stack -> the ids of the resources in its Terraform state."""
    locks: list[str]
    """State locks that are still there."""
    creations: Counter[tuple[str, str]]
    """(stack or bucket, type) -> how often its creation was asked for and done."""

    def of_stack(self, stack_id: str, resource_type: str) -> list[Thing]:
        return [each for each in self.things if each.stack == stack_id and each.type == resource_type]

    def bucket(self, name: str) -> Thing | None:
        return next((each for each in self.things if each.type == "aws_s3_bucket" and each.id == name), None)


def look(endpoint: str, recording: Path) -> Cloud:
    """Everything there is now. The cloud must be at rest."""
    s3, ec2 = _client("s3", endpoint), _client("ec2", endpoint)
    states, locks = _states(s3)
    things = [*_buckets(s3), *_networks(ec2)]
    return Cloud(things, states, locks, _creations(recording))


def dead_letters(endpoint: str) -> int:
    """How many messages the broker has put aside."""
    sqs = _client("sqs", endpoint)
    queues = [url for url in sqs.list_queues().get("QueueUrls", ()) if url.endswith("-dead")]
    name = "ApproximateNumberOfMessages"
    depths = [sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"][name] for url in queues]
    return sum(map(int, depths))


def _client(service: str, endpoint: str) -> Any:
    keys = emulated_cloud(endpoint)
    # boto3's stubs know services by their literal names alone.
    make: Any = boto3.client
    return make(
        service,
        endpoint_url=endpoint,
        region_name=keys["AWS_REGION"],
        aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
        config=Config(s3={"addressing_style": "path"}),
    )


def _buckets(s3: Any) -> Iterator[Thing]:
    for bucket in s3.list_buckets()["Buckets"]:
        name = bucket["Name"]
        if name not in _OURS:
            versioning = s3.get_bucket_versioning(Bucket=name).get("Status", "")
            yield Thing("aws_s3_bucket", name, _bucket_stack(s3, name), {"versioning": versioning})


def _bucket_stack(s3: Any, name: str) -> str:
    try:
        tags = s3.get_bucket_tagging(Bucket=name)["TagSet"]
    except s3.exceptions.ClientError:
        return ""
    return _stack_of(tags)


def _networks(ec2: Any) -> Iterator[Thing]:
    """Without what every account has from its beginning, and what comes and goes with a VPC."""
    default = {each["VpcId"] for each in ec2.describe_vpcs()["Vpcs"] if each["IsDefault"]}
    for resource_type, (operation, listed, id_member) in _LISTS.items():
        for each in getattr(ec2, operation)()[listed]:
            is_main = any(link.get("Main") for link in each.get("Associations", ()))
            is_deleted = each.get("State") in {"deleted", "deleting"}
            if each.get("VpcId") in default or _attached_to(each) & default or is_main or is_deleted:
                continue
            facts = {"cidr": each.get("CidrBlock")}
            yield Thing(resource_type, each[id_member], _stack_of(each.get("Tags", ())), facts)


def _attached_to(gateway: dict[str, Any]) -> set[str]:
    attachments = gateway.get("Attachments", ())
    return {each["VpcId"] for each in attachments if "VpcId" in each}


def _stack_of(tags: Any) -> str:
    return next((str(tag["Value"]) for tag in tags if tag["Key"] == STACK_TAG), "")


def _states(s3: Any) -> tuple[dict[str, set[str]], list[str]]:
    states: dict[str, set[str]] = {}
    locks: list[str] = []
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=STATE_BUCKET):
        for entry in page.get("Contents", ()):
            key = entry["Key"]
            if key.endswith(".tflock"):
                locks.append(key)
            elif key.endswith(".tfstate"):
                state = json.loads(s3.get_object(Bucket=STATE_BUCKET, Key=key)["Body"].read())
                states[key.split("/")[-2]] = set(_ids(state))
    return states, locks


def _ids(state: dict[str, Any]) -> Iterator[str]:
    for resource in state.get("resources", ()):
        if resource["mode"] == "managed":
            for instance in resource["instances"]:
                yield str(instance["attributes"].get("id"))


def _creations(recording: Path) -> Counter[tuple[str, str]]:
    """By the requests that the cloud wrote down. Two writers may have mixed their lines; a request is found anyway."""
    counted: Counter[tuple[str, str]] = Counter()
    for found in _RECORDED.finditer(recording.read_text(errors="replace")):
        try:
            request = json.loads(found.group())
        except ValueError:
            continue
        counted.update(_creation(request))
    return counted


def _creation(request: dict[str, Any]) -> list[tuple[str, str]]:
    address = urlsplit(request["url"])
    if request["method"] == "PUT" and not address.query and address.path.count("/") == 1:
        return [(address.path.strip("/"), "aws_s3_bucket")]
    if request["method"] != "POST" or not request["body"]:
        return []
    body = base64.b64decode(request["body"]) if request.get("body_encoded") else request["body"].encode()
    fields = {name: values[0] for name, values in parse_qs(body.decode(errors="replace")).items()}
    resource_type = CREATING.get(fields.get("Action", ""))
    if resource_type is None:
        return []
    named = [name for name, value in fields.items() if value == STACK_TAG]
    stacks = [fields.get(f"{name.removesuffix('Key')}Value", "") for name in named]
    return [(stacks[0] if stacks else "", resource_type)]
