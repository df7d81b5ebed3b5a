"""Networks: what carries tags is found by the stack's; routes and associations by what they connect."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .kinds import STACK_TAG, Cloud, Found, Kind, Planned

_ENDED = {"deleting", "deleted", "failed"}


@dataclass(frozen=True)
class _Tagged:
    """How a type is listed: the operation, the list in its answer, the id in each, and in which ARNs it stands."""

    operation: str
    items: str
    id: str
    arn: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    """Terraform's name -> the answer's."""
    wanted: Callable[[Mapping[str, Any]], bool] = lambda item: True

    def find(self, planned: Planned, cloud: Cloud) -> Iterator[Found]:
        return self.list(cloud)

    def list(self, cloud: Cloud) -> Iterator[Found]:
        client = cloud.client("ec2")
        filters = [{"Name": f"tag:{STACK_TAG}", "Values": [cloud.stack_id]}]
        for page in _pages(client, self.operation, Filters=filters):
            for item in page[self.items]:
                if self.wanted(item):
                    yield self._found(item, client.meta.region_name)

    def _found(self, item: Mapping[str, Any], region: str) -> Found:
        attributes = {name: item[key] for name, key in self.attributes.items() if item.get(key)}
        tags = {tag["Key"]: tag["Value"] for tag in item.get("Tags") or ()}
        arn = f"arn:aws:ec2:{region}:{item.get('OwnerId', '')}:{self.arn}/{item[self.id]}"
        return Found(item[self.id], arn, attributes, tags)


_VPC = {"vpc_id": "VpcId"}
_TAGGED = {
    "aws_vpc": _Tagged("describe_vpcs", "Vpcs", "VpcId", "vpc", {"cidr_block": "CidrBlock"}),
    "aws_subnet": _Tagged(
        "describe_subnets", "Subnets", "SubnetId", "subnet",
        {**_VPC, "cidr_block": "CidrBlock", "availability_zone": "AvailabilityZone"},
    ),
    "aws_internet_gateway": _Tagged(
        "describe_internet_gateways", "InternetGateways", "InternetGatewayId", "internet-gateway"
    ),
    "aws_route_table": _Tagged("describe_route_tables", "RouteTables", "RouteTableId", "route-table", _VPC),
    "aws_eip": _Tagged("describe_addresses", "Addresses", "AllocationId", "elastic-ip", {"domain": "Domain"}),
    "aws_nat_gateway": _Tagged(
        "describe_nat_gateways", "NatGateways", "NatGatewayId", "natgateway",
        {"subnet_id": "SubnetId"}, lambda item: item["State"] not in _ENDED,
    ),
    "aws_security_group": _Tagged(
        "describe_security_groups", "SecurityGroups", "GroupId", "security-group",
        {**_VPC, "name": "GroupName"}, lambda item: item["GroupName"] != "default",
    ),
    "aws_default_security_group": _Tagged(
        "describe_security_groups", "SecurityGroups", "GroupId", "security-group",
        _VPC, lambda item: item["GroupName"] == "default",
    ),
}  # fmt: skip
_DESTINATIONS = {
    "destination_cidr_block": "DestinationCidrBlock",
    "destination_ipv6_cidr_block": "DestinationIpv6CidrBlock",
    "destination_prefix_list_id": "DestinationPrefixListId",
}
_TARGETS = {
    "gateway_id": "GatewayId",
    "nat_gateway_id": "NatGatewayId",
    "transit_gateway_id": "TransitGatewayId",
    "vpc_peering_connection_id": "VpcPeeringConnectionId",
    "network_interface_id": "NetworkInterfaceId",
}


def exists(arn: str, cloud: Cloud) -> bool:
    """Whether it is still there; of types that are not listed here nobody says otherwise. A network's default group is
    no thing of its own: AWS makes it, and it goes with the network."""
    kind, _, identity = arn.split(":", 5)[5].partition("/")
    known = [each for name, each in _TAGGED.items() if each.arn == kind and name != "aws_default_security_group"]
    return not known or any(found.import_id == identity for each in known for found in each.list(cloud))


def _routes(planned: Planned, cloud: Cloud) -> Iterator[Found]:
    """A route is named by its table and its destination."""
    table = planned.known("route_table_id")
    name = next((each for each in _DESTINATIONS if planned.known(each)), None)
    if not table or name is None:
        return
    for found in _tables(cloud, {"Name": "route-table-id", "Values": [table]}):
        for route in found["Routes"]:
            if route.get(_DESTINATIONS[name]) == planned.known(name) and route.get("Origin") == "CreateRoute":
                attributes = {target: route[key] for target, key in _TARGETS.items() if route.get(key)}
                yield Found(f"{table}_{planned.known(name)}", "", attributes)


def _associations(planned: Planned, cloud: Cloud) -> Iterator[Found]:
    table = planned.known("route_table_id")
    ends = {"subnet_id": "SubnetId", "gateway_id": "GatewayId"}
    name = next((each for each in ends if planned.known(each)), None)
    if not table or name is None:
        return
    for found in _tables(cloud, {"Name": "route-table-id", "Values": [table]}):
        for association in found["Associations"]:
            if association.get(ends[name]) == planned.known(name):
                yield Found(f"{planned.known(name)}/{table}")


def _tables(cloud: Cloud, *filters: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    for page in _pages(cloud.client("ec2"), "describe_route_tables", Filters=list(filters)):
        yield from page["RouteTables"]


def _pages(client: Any, operation: str, **arguments: Any) -> Iterable[Mapping[str, Any]]:
    if client.can_paginate(operation):
        pages: Iterable[Mapping[str, Any]] = client.get_paginator(operation).paginate(**arguments)
        return pages
    return [getattr(client, operation)(**arguments)]


KINDS = {
    **{name: Kind(tagged.find) for name, tagged in _TAGGED.items()},
    "aws_route": Kind(_routes),
    "aws_route_table_association": Kind(_associations),
}
