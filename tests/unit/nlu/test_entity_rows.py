"""What an admin writes for an entity is refused at its field, before it can spoil a training."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from nlu.models import EntityType


@pytest.mark.parametrize(
    ("kind", "fields", "at", "said"),
    [
        ("pattern", {"pattern": "("}, "pattern", "no regular expression"),
        ("pattern", {"pattern": "(((a{999}){999}){999})"}, "pattern", "repeats too much"),
        ("pattern", {"pattern": "x*"}, "pattern", "fits an empty text"),
        ("pattern", {}, "pattern", "fits an empty text"),
        ("list", {}, "values", "has no values"),
        ("list", {"values": {"a": ["x"], "b": ["X"]}}, "values", "stands for"),
        ("list", {"values": {"a": "x"}}, "values", "each with a list of synonyms"),
        ("boolean", {"values": {"yes": ["on"]}}, "values", '"true" and "false"'),
    ],
)
def test_a_mistake_is_said_at_its_field(kind: str, fields: dict[str, Any], at: str, said: str) -> None:
    with pytest.raises(ValidationError) as refused:
        EntityType(bot_id="default", name="ticket", kind=kind, **fields).clean()
    assert list(refused.value.message_dict) == [at]
    assert said in refused.value.message_dict[at][0]


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("pattern", {"pattern": r"OPS-\d+"}),
        ("list", {"values": {"staging": ["stage"]}}),
        ("region", {}),
        ("nonsense", {}),
    ],
)
def test_what_is_right_passes_and_a_wrong_kind_is_the_fields_to_say(kind: str, fields: dict[str, Any]) -> None:
    EntityType(bot_id="default", name="ticket", kind=kind, **fields).clean()
