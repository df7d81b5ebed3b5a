"""The sentence encoder of this process, opened once; without one, words and letters must do."""

import logging
import threading

from django.conf import settings

from .encoder import Encoder
from .errors import EncoderNotMade

logger = logging.getLogger(__name__)

_lock = threading.Lock()
_opened: dict[str, Encoder] = {}
_told: set[str] = set()


def current_encoder() -> Encoder | None:
    """None where none was made, which is said once; one that is made later is found."""
    directory = settings.NLU["ENCODER_DIR"]
    key = str(directory)
    with _lock:
        if key not in _opened:
            try:
                _opened[key] = Encoder.load(directory)
            except EncoderNotMade as error:
                if key not in _told:
                    logger.warning("%s", error.detail)
                    _told.add(key)
                return None
        return _opened[key]
