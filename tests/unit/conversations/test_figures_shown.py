"""Numbers as the dashboard shows them."""

import pytest

from conversations.web.templatetags.figures import seconds, share


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "0 s"), (0.44, "0.4 s"), (45.2, "45 s"), (150, "2.5 min"), (9_000, "2.5 h"), (12 * 86_400, "12 d")],
)
def test_how_long_something_took(value: float, shown: str) -> None:
    assert seconds(value) == shown


@pytest.mark.parametrize(("value", "shown"), [(0, "0 %"), (0.034, "3.4 %"), (1, "100 %")])
def test_a_share(value: float, shown: str) -> None:
    assert share(value) == shown
