"""How a text is read before it is classified: the same in training and in answering."""

from collections.abc import Sequence
from dataclasses import dataclass

from .encoder import Encoder, Sentence
from .encoder.runtime import Vectors
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

    def pooled(self, reading: Reading) -> Vectors | None:
        """The encoder's poolings; None without one."""
        return self._encoder.pooled(reading.plain) if self._encoder else None

    def sentence(self, text: str) -> Sentence | None:
        """The encoder's tokens of the text as it was written."""
        return self._encoder.sentence(text) if self._encoder else None

    def pooled_of(self, readings: Sequence[Reading]) -> Vectors | None:
        """(len(readings), poolings) at once, equal texts once."""
        if self._encoder is None:
            return None
        rows: dict[str, int] = {}
        for reading in readings:
            rows.setdefault(reading.plain, len(rows))
        found = self._encoder.pooled_of(list(rows))
        return found[[rows[reading.plain] for reading in readings]]
