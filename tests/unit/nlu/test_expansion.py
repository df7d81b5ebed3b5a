from nlu.expansion import expand
from nlu.types import EntityDefinition

ENTITIES = {
    "name": EntityDefinition("name", "name"),
    "environment": EntityDefinition("environment", "list", {"staging": ("stage",), "production": ()}),
    "versioning": EntityDefinition("versioning", "boolean", {"true": ("versioning",)}),
    "ticket": EntityDefinition("ticket", "pattern", pattern="x+"),
}


def test_a_phrase_without_slots_stays_as_it_is() -> None:
    assert expand("create a bucket", ENTITIES) == ["create a bucket"]


def test_slots_get_different_values_the_same_every_time() -> None:
    first = expand("create {name} in {environment}", ENTITIES)
    assert first == expand("create {name} in {environment}", ENTITIES)
    assert len(set(first)) == 3
    assert {each.rsplit(" ", 1)[1] for each in first} == {"staging", "stage", "production"}


def test_values_without_samples_become_their_mark() -> None:
    assert expand("see {ticket}", ENTITIES) == ["see __pattern__"]
    assert expand("with {versioning}", ENTITIES) == ["with versioning"]
