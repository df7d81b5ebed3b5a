"""Names that AWS gives: instance types, size classes and ARNs."""

import re
from collections.abc import Iterable

from ..types import EntityDefinition
from .candidates import END, START, Candidate

# https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html; with the prefix of the service's API.
_SIZES = r"(?:nano|micro|small|medium|large|x-?large|\d{1,3}x-?large|metal(?:-\d{1,3}xl)?)"
_TYPE = re.compile(
    rf"{START}(?:(?:db|cache|ml|mq|kafka)\.)?[a-z]{{1,3}}(?:-\d{{1,2}}tb\d|\d{{1,2}}[a-z]*(?:-flex)?)\.{_SIZES}(?:\.search)?{END}",
    re.IGNORECASE,
)
_SIZE = re.compile(rf"{START}(?:extra[\s-]large|{_SIZES}){END}", re.IGNORECASE)
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
_ARN = re.compile(
    r"(?<![\w:/-])arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:(?:\d{12}|aws)?:[^\s'\"`,;()<>\[\]{}]+", re.IGNORECASE
)


class InstanceTypeFinder:
    """`t3.micro`, `db.r6g.2xlarge`; in lower case, as the API takes it."""

    def __init__(self, definition: EntityDefinition) -> None:
        self._slot = definition.name

    def find(self, text: str) -> Iterable[Candidate]:
        for match in _TYPE.finditer(text):
            value = match.group().casefold().replace("x-large", "xlarge")
            yield Candidate(self._slot, "instance_type", value, *match.span(), "built-in", opaque=True)


class SizeFinder:
    """`small`, `2xlarge`, `extra large` (`xlarge`): a size without its family."""

    def __init__(self, definition: EntityDefinition) -> None:
        self._slot = definition.name

    def find(self, text: str) -> Iterable[Candidate]:
        for match in _SIZE.finditer(text):
            value = re.sub(r"extra[\s-]|x-", "x", match.group().casefold())
            yield Candidate(self._slot, "size", value, *match.span(), "built-in")


class ArnFinder:
    """`arn:aws:s3:::acme-logs`, as written, without the full stop of the sentence."""

    def __init__(self, definition: EntityDefinition) -> None:
        self._slot = definition.name

    def find(self, text: str) -> Iterable[Candidate]:
        for match in _ARN.finditer(text):
            value = match.group().rstrip(".!?:")
            end = match.start() + len(value)
            yield Candidate(self._slot, "arn", value, match.start(), end, "built-in", opaque=True)
