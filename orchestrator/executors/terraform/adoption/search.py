"""Matches what is in the cloud with what was planned: one thing for one address, or it is unknown; never guessed."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from orchestrator.executors.base import ExecutorError
from orchestrator.executors.cloudwords import cloud_words

from .kinds import STACK_TAG, Cloud, Found, Planned
from .table import KINDS, exists

_Name = tuple[str, str]
"""A service and the last part of an ARN: other parts are not known everywhere."""


@dataclass(frozen=True)
class Recorded:
    """What the state has."""

    arns: frozenset[str]
    ids: frozenset[tuple[str, str]]
    """With their types."""

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Recorded":
        """From the content of a state file, version 4."""
        managed = (each for each in document.get("resources") or () if each.get("mode") == "managed")
        every = [
            (str(resource["type"]), instance.get("attributes") or {})
            for resource in managed
            for instance in resource.get("instances") or ()
        ]
        return cls(
            frozenset(str(each["arn"]) for _, each in every if each.get("arn")),
            frozenset((kind, str(each["id"])) for kind, each in every if each.get("id")),
        )

    def has(self, arn: str) -> bool:
        service, last = _name(arn)
        return arn in self.arns or (service == "ec2" and any(identity == last for _, identity in self.ids))


@dataclass
class Search:
    """Goes on from round to round, as more of the planned values become known."""

    cloud: Cloud
    recorded: Recorded
    adopted: dict[str, str] = field(default_factory=dict)
    """Address -> id to import."""
    _seen: dict[_Name, str] = field(default_factory=dict)
    """ARNs of what carries the stack's tag or would fit, and is not recorded."""
    _mine: set[_Name] = field(default_factory=set)

    def look(self, planned: Iterable[Planned]) -> bool:
        """Adopt what can be; whether there was something new. Raises ExecutorError when the cloud does not answer."""
        with _in_words():
            fitting = {each: self._fitting(each) for each in planned if each.address not in self.adopted}
        claims = Counter((each.type, found.import_id) for each, every in fitting.items() for found in every)
        for each, every in fitting.items():
            if len(every) == 1 and claims[each.type, every[0].import_id] == 1:
                self.adopted[each.address] = every[0].import_id
                self._mine.add(_name(every[0].arn))
        return any(each.address in self.adopted for each in fitting)

    def recognise(self, arns: Iterable[str]) -> None:
        """These belong to what is adopted: to what the approved plan itself imports, of which only the id was known."""
        self._mine |= {_name(arn) for arn in arns}

    def unknown(self) -> tuple[str, ...]:
        """ARNs of what carries the stack's tag and belongs to nothing that is recorded or adopted."""
        with _in_words():
            tagged = {_name(arn): arn for arn in self._tagged() if not self.recorded.has(arn)}
            new = {name: arn for name, arn in tagged.items() if name in self._seen or exists(arn, self.cloud)}
        return tuple(arn for name, arn in {**self._seen, **new}.items() if name not in self._mine)

    def _fitting(self, planned: Planned) -> list[Found]:
        kind, fitting = KINDS.get(planned.type), []
        for found in kind.find(planned, self.cloud) if kind else ():
            if found.tags is not None and self._has(planned.type, found):
                continue
            fits = _fits(planned, found)
            if found.arn and (fits or (found.tags or {}).get(STACK_TAG) == self.cloud.stack_id):
                self._seen[_name(found.arn)] = found.arn
            if fits and not (found.arn and _name(found.arn) in self._mine):
                fitting.append(found)
        return fitting

    def _has(self, kind: str, found: Found) -> bool:
        return (kind, found.import_id) in self.recorded.ids

    def _tagged(self) -> Iterator[str]:
        if not self.cloud.can_be_asked:
            return
        client = self.cloud.client("resourcegroupstaggingapi")
        filters = [{"Key": STACK_TAG, "Values": [self.cloud.stack_id]}]
        for page in client.get_paginator("get_resources").paginate(TagFilters=filters):
            yield from (str(each["ResourceARN"]) for each in page["ResourceTagMappingList"])


def _fits(planned: Planned, found: Found) -> bool:
    for name, value in found.attributes.items():
        wanted = planned.known(name)
        if wanted not in (None, "") and wanted != value:
            return False
    if found.tags is None:
        return True
    tags = {name: value for name, value in found.tags.items() if not name.startswith("aws:")}
    return (found.fresh and not tags) or (bool(tags) and tags == planned.known("tags_all"))


def _name(arn: str) -> _Name:
    parts = arn.split(":")
    return (parts[2], parts[-1].rpartition("/")[2]) if len(parts) > 5 else ("", arn)


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        words = cloud_words(str(error))
        detail = words.detail if words else f"The cloud does not say what exists: {error}"
        raise ExecutorError(words.code if words else "cloud_error", detail, retryable=True) from error
