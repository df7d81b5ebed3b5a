"""AWS regions by name or nickname, and address ranges."""

import ipaddress
import re
from collections.abc import Iterable

from ..text import phrase_pattern, straighten
from ..types import EntityDefinition
from .candidates import END, START, Candidate

# https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html
REGIONS: dict[str, tuple[str, ...]] = {
    "us-east-1": ("virginia", "n virginia", "n. virginia", "north virginia", "northern virginia"),
    "us-east-2": ("ohio", "columbus"),
    "us-west-1": ("california", "northern california", "north california", "n. california", "san francisco"),
    "us-west-2": ("oregon", "portland"),
    "af-south-1": ("cape town", "south africa"),
    "ap-east-1": ("hong kong",),
    "ap-east-2": ("taipei", "taiwan"),
    "ap-south-1": ("mumbai", "bombay"),
    "ap-south-2": ("hyderabad",),
    "ap-northeast-1": ("tokyo",),
    "ap-northeast-2": ("seoul", "korea", "south korea"),
    "ap-northeast-3": ("osaka",),
    "ap-southeast-1": ("singapore",),
    "ap-southeast-2": ("sydney",),
    "ap-southeast-3": ("jakarta", "indonesia"),
    "ap-southeast-4": ("melbourne",),
    "ap-southeast-5": ("malaysia", "kuala lumpur"),
    "ap-southeast-7": ("thailand", "bangkok"),
    "ca-central-1": ("montreal", "canada", "canada central"),
    "ca-west-1": ("calgary", "canada west"),
    "eu-central-1": ("frankfurt", "germany"),
    "eu-central-2": ("zurich", "zürich", "switzerland"),
    "eu-north-1": ("stockholm", "sweden"),
    "eu-south-1": ("milan", "milano", "italy"),
    "eu-south-2": ("spain", "aragon"),
    "eu-west-1": ("ireland", "dublin"),
    "eu-west-2": ("london",),
    "eu-west-3": ("paris", "france"),
    "il-central-1": ("tel aviv", "israel"),
    "me-central-1": ("uae", "united arab emirates", "dubai"),
    "me-south-1": ("bahrain",),
    "mx-central-1": ("mexico", "queretaro"),
    "sa-east-1": ("sao paulo", "são paulo", "brazil"),
    "us-gov-east-1": ("govcloud east",),
    "us-gov-west-1": ("govcloud", "govcloud west"),
    "cn-north-1": ("beijing",),
    "cn-northwest-1": ("ningxia",),
}
# Anything of a region's form counts, so that a wrong one can be answered instead of overlooked.
_FORM = r"[a-z]{2}(?:-gov)?-(?:north|south|east|west|central){1,2}-\d{1,2}"
_CIDR = re.compile(r"(?<![\w./-])\d{1,3}(?:\.\d{1,3}){3}\s?/\s?\d{1,3}(?![\w/]|\.\d)")


class RegionFinder:
    """`values` of the definition add nicknames: {region: (nickname, ...)}."""

    def __init__(self, definition: EntityDefinition) -> None:
        self._slot = definition.name
        self._nicknames = {
            straighten(name).casefold(): region
            for names in (REGIONS, definition.values)
            for region, nicknames in names.items()
            for name in nicknames
        }
        self._pattern = re.compile(f"{START}(?:{_FORM}|{phrase_pattern(self._nicknames)}){END}", re.IGNORECASE)

    def find(self, text: str) -> Iterable[Candidate]:
        for match in self._pattern.finditer(text):
            word = re.sub(r"\s+", " ", match.group().casefold())
            value = self._nicknames.get(word) or self._nicknames.get(word.replace("-", " "), word)
            yield Candidate(self._slot, "region", value, match.start(), match.end(), "built-in", opaque=True)


class CidrFinder:
    """IPv4 ranges such as 10.0.0.0/16; one that cannot be right is reported as written, for the answer to say so."""

    def __init__(self, definition: EntityDefinition) -> None:
        self._slot = definition.name

    def find(self, text: str) -> Iterable[Candidate]:
        for match in _CIDR.finditer(text):
            written = re.sub(r"\s", "", match.group())
            yield Candidate(self._slot, "cidr", _range(written), *match.span(), "built-in", opaque=True)


def _range(written: str) -> str:
    try:
        return str(ipaddress.ip_network(written))
    except ValueError:
        return written
