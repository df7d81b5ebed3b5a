from pathlib import Path

from chatbot_project.devstack import banner, state
from chatbot_project.devstack.addresses import SERVERS

from .test_environment import addresses


def said(own: frozenset[str] = frozenset(SERVERS), directory: Path = Path("/no where")) -> str:
    return "\n".join(banner.lines(addresses(own), {"DEMO_PASSWORD": "shown"}, 1.0, directory))


def test_that_an_emulated_cloud_forgets_is_said_and_of_a_real_one_it_is_not() -> None:
    assert "what you make in it is gone after a stop" in said()
    assert "gone after a stop" not in said(frozenset(SERVERS) - {"emulator-cloud"})


def test_the_terminal_client_is_told_where_the_stack_is_when_it_is_not_in_the_usual_place() -> None:
    assert "Terminal .venv/bin/python manage.py chat\n" in said(directory=state.PROJECT / ".infrachat")
    assert "Terminal INFRACHAT_STATE='/no where' .venv/bin/python manage.py chat\n" in said()
