"""The sentence encoder that tests run: made once per checkout, whoever comes first; the others wait for it."""

import os

import pytest
from django.conf import settings

from chatbot_project.encoder import encoder_make
from nlu.encoder import Encoder
from nlu.errors import EncoderNotMade


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    """The test is skipped where the weights cannot be had, or fails when REQUIRE_ENCODER=1."""
    directory = settings.NLU["ENCODER_DIR"]
    try:
        encoder_make(directory)
    except EncoderNotMade as error:
        if os.environ.get("REQUIRE_ENCODER") == "1":
            pytest.fail(error.detail)
        pytest.skip(error.detail)
    return Encoder.load(directory)
