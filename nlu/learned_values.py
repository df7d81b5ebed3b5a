"""Phrases with learned entities marked in them: what the tagger learns from, and what values say of unseen phrases."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from .annotations import read_marked, unique
from .codebook import Codebook
from .encoder import Encoder, Sentence
from .entities.extractor import LEARNED
from .expansion import PLACEHOLDER
from .features import Floats
from .fitting import Sample
from .tagging.agreement import Agreement
from .tagging.fitting import Corpus, MarkedText, fit_field, read_corpus
from .tagging.tagger import OUTSIDE
from .tagging.words import framed, split
from .types import TrainingData

_BATCH = 512


class Told(NamedTuple):
    """What a tagger says of a text while no intent is known."""

    frame: str
    """What stands around the values."""
    agreement: Floats
    """How well they suit each class."""


@dataclass(frozen=True)
class LearnedValues:
    """All that is marked in the training phrases with learned entities."""

    corpus: Corpus
    phrases: Sequence[tuple[str, str]]
    """Intent and phrase of each text of the corpus, as written in the training data."""
    slots: dict[str, tuple[str, ...]]
    """Of each intent."""

    def framed(self, samples: Sequence[Sample]) -> list[Sample]:
        """With what stands around the values that are marked in them."""
        return [replace(each, frame=self._frame(each)) for each in samples]

    def told(self, encoder: Encoder, held_out: Sequence[Sample], classes: Sequence[str]) -> list[Told]:
        """Of each sample, by a tagger that learned all other phrases."""
        unseen = {(each.label, each.phrase) for each in held_out}
        rows = [at for at, each in enumerate(self.phrases) if each not in unseen]
        tagger = fit_field(self.corpus.only(rows), alone=True)
        agreement = Agreement.of(tagger, [self.slots.get(name) for name in classes])
        texts = [each.plain for each in held_out]
        read = [tagger.words(*each) for each in zip(texts, _sentences(encoder, texts), strict=True)]
        return [Told(tagger.frame(words), agreement.scores(words)) for words in read]

    def _frame(self, sample: Sample) -> str:
        at = self._rows.get((sample.label, sample.phrase))
        if at is None:
            spans = split(sample.plain)
            return framed(sample.plain, spans, [True] * len(spans))
        outside = [label == OUTSIDE for label in self.corpus.labels[at]]
        return framed(self.corpus.texts[at].text, self.corpus.spans[at], outside)

    @cached_property
    def _rows(self) -> dict[tuple[str, str], int]:
        return {each: at for at, each in enumerate(self.phrases)}


def learned_values(data: TrainingData, encoder: Encoder | None, codebook: Codebook | None) -> LearnedValues | None:
    """None where no entity is learned."""
    learned = {each.name for each in data.entities if each.kind == LEARNED}
    if not learned:
        return None
    texts, phrases = [], []
    for intent in data.intents:
        for phrase in unique(intent.examples):
            text, marked = read_marked(phrase)
            if not PLACEHOLDER.search(text):
                texts.append(MarkedText(text, intent.name, tuple(each for each in marked if each.slot in learned)))
                phrases.append((intent.name, phrase))
    slots = {intent.name: intent.slots for intent in data.intents}
    return LearnedValues(read_corpus(texts, encoder, codebook), phrases, slots)


def _sentences(encoder: Encoder, texts: Sequence[str]) -> Iterator[Sentence]:
    for start in range(0, len(texts), _BATCH):
        yield from encoder.sentences_of(texts[start : start + _BATCH])
