"""How a text is read before it is classified: the same in training and in answering."""

from dataclasses import dataclass

from .encoder import Encoder, Sentence
from .entities import EntityExtractor
from .entities.candidates import Candidate
from .text import normalise
from .types import TrainingData


@dataclass(frozen=True)
class Reading:
    candidates: list[Candidate]
    """Everything any finder sees, overlapping."""
    masked: str
    """Normalised, with marks in place of opaque values: what words and letters are counted in."""
    plain: str
    """What the encoder sees."""


class Reader:
    def __init__(self, data: TrainingData, encoder: Encoder | None = None) -> None:
        self.extractor = EntityExtractor(data)
        self._encoder = encoder

    def read(self, text: str) -> Reading:
        candidates = self.extractor.candidates(text)
        kept = self.extractor.resolve(candidates)
        plain = self.extractor.without_names(text, kept)
        return Reading(candidates, normalise(self.extractor.mask(text, kept)), plain)

    def sentence(self, text: str) -> Sentence | None:
        """What the encoder makes of a text, or of a reading's `plain`; None without one."""
        return self._encoder.sentence(text) if self._encoder else None
