"""What admins say of a bot's language model: what is stored is what is asked, and what cannot be right is refused."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from nlu import language_models
from nlu.llm.config import Mode
from nlu.llm_models import LanguageModel

from .opinions import teach


@pytest.fixture(autouse=True)
def bot(mongo_db: Any) -> None:
    teach()


def test_what_the_admin_page_stores_is_what_is_asked() -> None:
    row = LanguageModel(bot_id="default", mode=Mode.REPLACEMENT.value, base_url="http://10.0.0.7/v1", model="small")
    row.full_clean()
    row.save()
    found = language_models.language_model("default")
    assert found is not None
    assert (found.mode, found.base_url, found.key_name, found.problem) == (row.mode, row.base_url, "", None)
    row.mode = Mode.OFF.value
    row.save()
    assert language_models.language_model("default") is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("base_url", "http://169.254.169.254/latest"),
        ("key_name", "MONGODB_URI"),
        ("timeout_seconds", 600),
        ("mode", "x"),
    ],
)
def test_the_admin_page_refuses_what_cannot_be_right(field: str, value: Any) -> None:
    row = LanguageModel(bot_id="default", mode="replacement", base_url="http://10.0.0.7/v1", model="small")
    setattr(row, field, value)
    with pytest.raises(ValidationError) as refused:
        row.full_clean()
    assert set(refused.value.message_dict) == {field}
