from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.entities import EntityExtractor
from nlu.entities.candidates import Candidate
from nlu.entities.extractor import as_entities
from nlu.types import EntityDefinition, IntentDefinition, TrainingData


@pytest.fixture
def extractor(small_data: TrainingData) -> EntityExtractor:
    return EntityExtractor(small_data)


def found(extractor: EntityExtractor, text: str, wanted: tuple[str, ...] = ()) -> list[tuple[str, Any, str]]:
    kept = extractor.entities(extractor.candidates(text), wanted)
    return [(each.slot, each.value, text[each.start : each.end]) for each in kept]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("create a staging bucket with versioning", [("environment", "staging"), ("versioning", True)]),
        ("in STAGE", [("environment", "staging")]),
        ("on the test-system", [("environment", "staging")]),
        ("in staging and prod", [("environment", "staging"), ("environment", "production")]),
        ("backstage pass", []),
        ("see OPS-123", [("ticket", "123")]),
        ("a single bucket", []),
        ("with a single nat gateway", [("nat", "single")]),
        ("nat: none", [("nat", "none")]),
        ("Single.", [("nat", "single")]),
        ("nat per zone", [("nat", "per_zone")]),
    ],
)
def test_lists_and_patterns(extractor: EntityExtractor, text: str, expected: list[tuple[str, Any]]) -> None:
    assert [each[:2] for each in found(extractor, text)] == expected


@pytest.mark.parametrize(
    ("text", "value", "span"),
    [
        ("with versioning", True, "versioning"),
        ("a versioned bucket", True, "versioned"),
        ("without versioning", False, "without versioning"),
        ("without any versioning", False, "without any versioning"),
        ("no versioning please", False, "no versioning"),
        ("don't enable versioning", False, "don't enable versioning"),
        ("I do not want to have versioning", None, None),
        ("turn off versioning", False, "turn off versioning"),
        ("turn on versioning", True, "versioning"),
        ("disable the versioning", False, "disable the versioning"),
        ("versioning: off", False, "versioning: off"),
        ("versioning should be disabled", False, "versioning should be disabled"),
        ("versioning = true", True, "versioning = true"),
        ("versioning on production", True, "versioning"),
        ("not versioned", False, "not versioned"),
        ("unversioned", False, "unversioned"),
        ("not unversioned", True, "not unversioned"),
        ("non-versioned", False, "non-versioned"),
        ("no, with versioning", True, "versioning"),
    ],
)
def test_yes_or_no(extractor: EntityExtractor, text: str, value: bool | None, span: str | None) -> None:
    values = [each for each in found(extractor, text) if each[0] == "versioning"]
    if value is None:
        assert [each[1] for each in values] == [False]
    else:
        assert values == [("versioning", value, span)]


def test_a_negation_covers_a_series(extractor: EntityExtractor) -> None:
    values = {slot: value for slot, value, _ in found(extractor, "without versioning or encryption")}
    assert values == {"versioning": False, "encryption": False}
    values = {slot: value for slot, value, _ in found(extractor, "without versioning but with encryption")}
    assert values == {"versioning": False, "encryption": True}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("create a bucket called acme-reports for two hours", "acme-reports"),
        ("a bucket named Reports", "Reports"),
        ("call it acme.data, please", "acme.data"),
        ("name it billing", "billing"),
        ("name: billing-events.", "billing-events"),
        ("with the name logs2", "logs2"),
        ("called “my logs”", "my logs"),
        ("called ../../etc/passwd", "../../etc/passwd"),
        ("make it as acme-x1", "acme-x1"),
        ("delete `old_stuff`", "old_stuff"),
        ("delete 'old stuff' now", "old stuff"),
        ("new bucket acme-logs", "acme-logs"),
        ("new bucket sunflower", "sunflower"),
        ("delete acme-staging-logs", "acme-staging-logs"),
        ("delete the acme-logs bucket", "acme-logs"),
        ("a bucket called staging", "staging"),
        ("spin up a bucket named foo-bar in production", "foo-bar"),
        ("create a staging bucket with versioning", None),
        ("delete the bucket tomorrow", None),
        ("delete the bucket", None),
        ("a read-only bucket", None),
        ("call it something nice", None),
        ("as soon as possible", None),
        ("what is the name of my bucket", None),
        ("it's what's called for", None),
        ("i don't know what it's doing, isn't it", None),
        ("a two-hour bucket", None),
        ("bucket 10.0.0.0/16", None),
    ],
)
def test_names(extractor: EntityExtractor, text: str, name: str | None) -> None:
    names = [value for slot, value, _ in found(extractor, text) if slot == "name"]
    assert names == ([] if name is None else [name])


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("in Ireland", "eu-west-1"),
        ("in frankfurt", "eu-central-1"),
        ("in N. Virginia", "us-east-1"),
        ("in north virginia", "us-east-1"),
        ("in EU-WEST-2", "eu-west-2"),
        ("in eu-west-9", "eu-west-9"),
        ("in são paulo", "sa-east-1"),
        ("logs-us-east-1", None),
        ("irelander", None),
    ],
)
def test_regions(extractor: EntityExtractor, text: str, region: str | None) -> None:
    assert [value for slot, value, _ in found(extractor, text) if slot == "region"] == ([region] if region else [])


@pytest.mark.parametrize(
    ("text", "slot", "value"),
    [
        ("for two hours", "duration", 7200),
        ("3 days", "duration", 259200),
        ("1h30m", "duration", 5400),
        ("an hour and a half", "duration", 5400),
        ("half an hour", "duration", 1800),
        ("1 day and 4 hours", "duration", 100800),
        ("1.5 minutes", "duration", 90),
        ("a couple of weeks", "duration", 1209600),
        ("two more hours", "duration", 7200),
        ("forty five minutes", "duration", 2700),
        ("retention of 5", "retention_days", 5),
        ("retention of two weeks", "retention_days", 14),
        ("keeps messages for 36 hours", "retention_days", 1.5),
        ("over three availability zones", "zones", 3),
        ("zones = 2", "zones", 2),
        ("with 10.20.0.0/16", "cidr", "10.20.0.0/16"),
        ("with 10.20.1.5/16", "cidr", "10.20.1.5/16"),
        ("with 300.1.1.1/99", "cidr", "300.1.1.1/99"),
    ],
)
def test_quantities(extractor: EntityExtractor, text: str, slot: str, value: Any) -> None:
    assert [each[:2] for each in found(extractor, text)] == [(slot, value)]


def test_numbers_without_their_slot_are_nobodys(extractor: EntityExtractor) -> None:
    assert found(extractor, "i have 3 cats") == []
    assert "__number__" in extractor.mask("3 cats", extractor.resolve(extractor.candidates("3 cats")))


def test_a_wanted_slot_comes_before_the_stronger_one(extractor: EntityExtractor) -> None:
    text = "retention 3 days"
    assert [each[0] for each in found(extractor, text)] == ["retention_days"]
    assert [each[0] for each in found(extractor, text, ("duration",))] == ["duration"]


def test_overlaps_are_resolved_the_same_way_in_any_order() -> None:
    short = Candidate("environment", "list", "staging", 5, 12, "list")
    long = Candidate("name", "name", "acme-staging", 0, 12, "name")
    for order in ([short, long], [long, short]):
        assert EntityExtractor.resolve(order) == [long]


def test_everything_in_one_message(extractor: EntityExtractor) -> None:
    text = "Create a prod bucket “acme-1” in frankfurt, no versioning, encrypted, for 2 days, see OPS-7"
    assert found(extractor, text) == [
        ("environment", "production", "prod"),
        ("name", "acme-1", "acme-1"),
        ("region", "eu-central-1", "frankfurt"),
        ("versioning", False, "no versioning"),
        ("encryption", True, "encrypted"),
        ("duration", 172800, "2 days"),
        ("ticket", "7", "7"),
    ]


_PIECES = st.sampled_from(
    ["bucket", "called ", "'", '"', "`", "without ", "versioning", " 3 days", "10.0.0.0/8", "-", ": "]
)


@given(st.lists(st.one_of(_PIECES, st.text(max_size=5)), max_size=12).map("".join))
def test_spans_are_in_the_text_and_do_not_overlap(text: str) -> None:
    definitions = (
        EntityDefinition("name", "name"),
        EntityDefinition("versioning", "boolean", {"true": ("versioning",)}),
        EntityDefinition("duration", "duration"),
        EntityDefinition("cidr", "cidr"),
    )
    extractor = EntityExtractor(TrainingData((), definitions))
    end = 0
    for each in extractor.entities(extractor.candidates(text)):
        assert end <= each.start < each.end <= len(text)
        end = each.end


def _of(kind: str, text: str) -> list[Any]:
    extractor = EntityExtractor(TrainingData((), (EntityDefinition("it", kind),)))
    return [each.value for each in extractor.entities(extractor.candidates(text)) if each.slot == "it"]


@pytest.mark.parametrize(
    ("kind", "text", "values"),
    [
        ("instance_type", "a t3.micro and a DB.R6G.2xlarge please", ["t3.micro", "db.r6g.2xlarge"]),
        ("instance_type", "use m7i-flex.large.", ["m7i-flex.large"]),
        ("instance_type", "u-6tb1.metal or c5n.9xlarge", ["u-6tb1.metal", "c5n.9xlarge"]),
        ("instance_type", "readme.micro, t3.huge, my.t3.micro.example.com", []),
        ("size", "a small one, or extra large", ["small", "xlarge"]),
        ("size", "2XLarge", ["2xlarge"]),
        ("size", "smallish", []),
        ("arn", "empty arn:aws:s3:::acme-logs.", ["arn:aws:s3:::acme-logs"]),
        ("arn", "(arn:aws-cn:iam::123456789012:role/ops/admin)", ["arn:aws-cn:iam::123456789012:role/ops/admin"]),
        ("arn", "arn:gcp:s3:::x and arn:aws:s3", []),
    ],
)
def test_names_that_aws_gives(kind: str, text: str, values: list[str]) -> None:
    assert _of(kind, text) == values


def test_points_in_time_are_periods() -> None:
    text = "what changed since yesterday, or on 31 february?"
    extractor = EntityExtractor(TrainingData((), (EntityDefinition("since", "moment"),)))
    kept = extractor.entities(extractor.candidates(text))
    found = as_entities(text, kept, datetime(2026, 11, 21, 15, 0, tzinfo=UTC))
    assert [each.value for each in found] == [
        {"from": "2026-11-20T00:00:00+00:00", "before": "2026-11-21T00:00:00+00:00"}
    ]


_PLACES = {"staging": ("stage",), "production": ("prod",), "sandbox": ()}


@pytest.mark.parametrize(
    ("text", "source", "target"),
    [
        ("copy it from staging to production", ["staging"], ["production"]),
        ("copy it to prod from the stage", ["staging"], ["production"]),
        ("copy staging to production", ["staging"], ["production"]),
        ("copy it into our sandbox", [], ["sandbox"]),
        ("copy it from production", ["production"], []),
        ("copy staging", ["staging"], []),
    ],
)
def test_the_words_before_values_of_one_kind_tell_their_roles(text: str, source: list[str], target: list[str]) -> None:
    phrases = ("copy it from {source} to {target}", "copy it into [the sandbox](target)", "move from [stage](source)")
    entities = (EntityDefinition("source", "list", _PLACES), EntityDefinition("target", "list", _PLACES))
    data = TrainingData((IntentDefinition("copy", phrases, ("source", "target")),), entities)
    extractor = EntityExtractor(data)
    kept = extractor.entities(extractor.candidates(text), ("source", "target"))
    assert [each.value for each in kept if each.slot == "source"] == source
    assert [each.value for each in kept if each.slot == "target"] == target
