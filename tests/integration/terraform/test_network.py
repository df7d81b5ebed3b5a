import pytest

from tests.integration.terraform.running import Site, blueprint

pytestmark = [pytest.mark.terraform, pytest.mark.full]


def test_a_network_with_nat_in_every_zone_is_planned(site: Site) -> None:
    values = {"name": "shop", "cidr": "10.20.0.0/16", "zones": 3, "nat": "per_zone"}

    outcome = site.job(blueprint("network"), values).plan()

    made = [change.address for change in outcome.changes]
    assert sum(address.startswith("aws_subnet.") for address in made) == 6
    assert sum(address.startswith("aws_nat_gateway.") for address in made) == 3
    blocks = {
        attribute["after"]
        for change in outcome.changes
        if change.resource_type == "aws_subnet"
        for attribute in change.attributes
        if attribute["path"] == "cidr_block"
    }
    assert blocks == {
        "10.20.0.0/20",
        "10.20.16.0/20",
        "10.20.32.0/20",
        "10.20.128.0/20",
        "10.20.144.0/20",
        "10.20.160.0/20",
    }
    assert "1 network" in outcome.sentence
    asked = {change.address: set(change.variables) for change in outcome.changes}
    zoned = next(each for address, each in asked.items() if address.startswith("aws_subnet.private"))
    assert {"cidr", "zones", "name"} <= zoned  # through locals and for_each
    assert {"nat", "zones"} <= next(each for address, each in asked.items() if address.startswith("aws_nat_gateway"))
    assert asked["aws_vpc.this"] == {"cidr", "name", "tags"}
