"""The model of the catalogue as it is trained, without and with the sentence encoder."""

import pytest

from nlu.encoder import Encoder
from nlu.pipeline import Pipeline
from tests.servers.trained import Trained
from tests.unit.conversations.dialogue import catalogue


@pytest.fixture(scope="session")
def letters(trained: Trained) -> Pipeline:
    """As it is where no encoder can be had."""
    return Pipeline(trained(catalogue.training_data(), None))


@pytest.fixture(scope="session")
def encoded(trained: Trained, encoder: Encoder) -> Pipeline:
    """As `make run` trains it."""
    return Pipeline(trained(catalogue.training_data(), encoder), encoder)
