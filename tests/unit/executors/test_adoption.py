"""What is in the cloud belongs to one planned address, or nobody says to which."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from orchestrator.executors.base import ExecutorError
from orchestrator.executors.terraform.adoption import search as module
from orchestrator.executors.terraform.adoption.kinds import Cloud, Found, Kind, Planned
from orchestrator.executors.terraform.adoption.search import Recorded, Search

TAGS = {"infrachat:stack": "one", "Name": "a"}


class Tagging:
    """The tagging API, which lists these ARNs."""

    def __init__(self, arns: Iterable[str]) -> None:
        self._arns = list(arns)

    def get_paginator(self, operation: str) -> "Tagging":
        return self

    def paginate(self, **arguments: Any) -> Iterator[dict[str, Any]]:
        yield {"ResourceTagMappingList": [{"ResourceARN": arn} for arn in self._arns]}


def arn(identity: str, kind: str = "thing") -> str:
    return f"arn:aws:test:eu-central-1:1:{kind}/{identity}"


def found(identity: str, *, fresh: bool = False, tags: dict[str, str] | None = TAGS, **attributes: Any) -> Found:
    return Found(identity, arn(identity), attributes, tags, fresh=fresh)


def planned(address: str, unknown: dict[str, Any] | None = None, **after: Any) -> Planned:
    return Planned(address, "test_thing", {"tags_all": TAGS, **after}, unknown or {})


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> list[Found]:
    """What is in the cloud."""
    things: list[Found] = []
    monkeypatch.setattr(module, "KINDS", {"test_thing": Kind(lambda planned, cloud: things)})
    return things


def searching(there: list[Found], *, tagged: Iterable[str] = (), state: dict[str, Any] | None = None) -> Search:
    arns = {*tagged, *(each.arn for each in there if (each.tags or {}).get("infrachat:stack") == "one")}
    cloud = Cloud(lambda service: Tagging(sorted(arns)), "one", datetime.now(UTC))
    return Search(cloud, Recorded.of(state or {}))


def test_one_thing_for_one_address(there: list[Found]) -> None:
    there += [found("x", cidr="1"), found("y", cidr="2")]
    search = searching(there)

    assert search.look([planned("a", cidr="1"), planned("b", cidr="2")])

    assert search.adopted == {"a": "x", "b": "y"}
    assert search.unknown() == ()
    assert not search.look([planned("a", cidr="1")])


def test_what_is_not_known_yet_tells_nothing_apart(there: list[Found]) -> None:
    there += [found("x", cidr="1"), found("y", cidr="2")]
    search = searching(there)

    assert not search.look([planned("a", {"cidr": True}), planned("b", {"cidr": True})])
    assert search.unknown() == (arn("x"), arn("y"))

    # "x" could be either's as long as nobody knows what "b" is to be.
    assert not search.look([planned("a", cidr="1"), planned("b", {"cidr": True})])
    assert search.look([planned("a", cidr="1"), planned("b", cidr="2")])
    assert search.adopted == {"a": "x", "b": "y"}


def test_two_things_for_one_address_are_both_unknown(there: list[Found]) -> None:
    there += [found("x"), found("y")]
    search = searching(there)

    assert not search.look([planned("a")])
    assert search.unknown() == (arn("x"), arn("y"))


def test_one_thing_for_two_addresses_is_unknown(there: list[Found]) -> None:
    there += [found("x")]
    search = searching(there)

    assert not search.look([planned("a"), planned("b")])
    assert search.unknown() == (arn("x"),)


@pytest.mark.parametrize(
    ("thing", "adopted", "unknown"),
    [
        (found("x", cidr="9"), False, True),
        (found("x", tags={**TAGS, "Name": "b"}), False, True),
        (found("x", tags={**TAGS, "aws:made-by": "us"}), True, False),
        (found("x", tags={"infrachat:stack": "two"}), False, False),
        (found("x", tags={}), False, False),
        (found("x", tags={}, fresh=True), True, False),
        (found("x", tags={"infrachat:stack": "two"}, fresh=True), False, False),
        (found("x", tags=None), True, False),
    ],
)
def test_what_fits(there: list[Found], thing: Found, adopted: bool, unknown: bool) -> None:
    there.append(thing)
    search = searching(there)

    search.look([planned("a", cidr="1")])

    assert bool(search.adopted) is adopted
    assert bool(search.unknown()) is unknown


def test_what_is_recorded_is_neither_adopted_nor_unknown(there: list[Found]) -> None:
    there += [found("x"), found("y")]
    attributes = {"id": "x", "arn": arn("x")}
    resource = {"mode": "managed", "type": "test_thing", "instances": [{"attributes": attributes}]}
    search = searching(there, state={"resources": [resource]})

    search.look([planned("a")])

    assert search.adopted == {"a": "y"}
    assert search.unknown() == ()


def test_what_only_the_list_of_tags_knows_is_unknown(there: list[Found]) -> None:
    other = arn("by-hand", "topic")
    assert searching(there, tagged=[other]).unknown() == (other,)


def test_a_cloud_that_cannot_be_asked_is_not(there: list[Found]) -> None:
    def asked(service: str) -> Any:
        raise AssertionError(f"{service} was asked")

    cloud = Cloud(asked, "one", datetime.now(UTC), can_be_asked=False)
    assert Search(cloud, Recorded.of({})).unknown() == ()


def test_what_the_approved_plan_imports_itself_is_known_by_its_arn(there: list[Found]) -> None:
    mine = arn("imported")
    search = searching(there, tagged=[mine])
    search.recognise([mine])
    assert search.unknown() == ()


def test_a_cloud_that_does_not_answer_is_tried_again(there: list[Found], monkeypatch: pytest.MonkeyPatch) -> None:
    from botocore.exceptions import EndpointConnectionError

    def away(planned: Planned, cloud: Cloud) -> Iterable[Found]:
        raise EndpointConnectionError(endpoint_url="http://cloud")

    monkeypatch.setattr(module, "KINDS", {"test_thing": Kind(away)})
    with pytest.raises(ExecutorError) as failed:
        searching(there).look([planned("a")])
    assert failed.value.retryable
