"""Models that tests only read, trained once in a checkout: whoever comes first, the others load its work."""

from collections.abc import Callable

import pytest
from django.conf import settings

from nlu import kept
from nlu.encoder import Encoder
from nlu.fitting import DEFAULTS
from nlu.model import Model
from nlu.types import TrainingData

Trained = Callable[[TrainingData, Encoder | None], Model]


@pytest.fixture(scope="session")
def trained() -> Trained:
    """trained(data, encoder) is a model of this data, as it comes out of storage."""
    # Where the development stack keeps its own: theirs is mostly the same.
    directory = settings.NLU["ENCODER_DIR"].parent / "trained"

    def get(data: TrainingData, encoder: Encoder | None) -> Model:
        return kept.trained(data, options=DEFAULTS, progress=lambda *_: None, encoder=encoder, directory=directory)

    return get
