"""The stack makes its sentence encoder once, and goes on without one."""

from pathlib import Path

from django.conf import settings

from chatbot_project.devstack.encoder import encoder_provided
from nlu.encoder import Encoder


def test_nothing_is_said_or_done_where_it_is_made(encoder: Encoder) -> None:
    said: list[str] = []
    encoder_provided({"NLU_ENCODER_DIR": str(settings.NLU["ENCODER_DIR"])}, say=said.append)
    assert said == []


def test_what_cannot_be_made_is_said_and_stops_nothing(tmp_path: Path) -> None:
    said: list[str] = []
    (tmp_path / "file").touch()
    encoder_provided({"NLU_ENCODER_DIR": str(tmp_path / "file" / "below")}, say=said.append)
    assert said[0].startswith("The sentence encoder was not found")
    assert len(said) == 2
