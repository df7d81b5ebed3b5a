"""A command line says what kind of process it starts, also where INFRACHAT_PROCESS is not set."""

import pytest

from manage import role_of


@pytest.mark.parametrize(
    ("line", "role"),
    [
        ("web --port 8000", "web"),
        ("scheduler", "scheduler"),
        ("worker --queue infrastructure", "infrastructure"),
        ("worker --queue=background", "background"),
        ("provision", None),
        ("", None),
    ],
)
def test_the_role_of_a_command_line(line: str, role: str | None) -> None:
    assert role_of(line.split()) == role
