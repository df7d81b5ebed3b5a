"""Phrases with learned entities marked in them: what the tagger learns from, and what values say of unseen phrases."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from .annotations import read_marked, unique
from .classifier import OUT_OF_SCOPE, Heard
from .codebook import Codebook
from .encoder import Encoder, Sentence
from .entities.extractor import LEARNED
from .expansion import PLACEHOLDER
from .fitting import Sample
from .tagging.agreement import Agreement
from .tagging.fitting import Corpus, MarkedText, fit_field, read_corpus
from .types import TrainingData

_BATCH = 512


@dataclass(frozen=True)
class LearnedValues:
    """All that is marked in the training phrases with learned entities."""

    corpus: Corpus
    phrases: Sequence[tuple[str, str]]
    """Intent and phrase of each text of the corpus, as written in the training data."""
    slots: dict[str, tuple[str, ...]]
    """Of each intent."""
    encoder: Encoder | None

    def agreeing(self, heard: Sequence[Heard], held_out: Sequence[Sample], classes: Sequence[str]) -> list[Heard]:
        """`heard`, which are the samples in `held_out`, with what a tagger that learned all other phrases says."""
        if self.encoder is None:
            return list(heard)
        unseen = {(each.label, each.phrase) for each in held_out}
        rows = [at for at, each in enumerate(self.phrases) if each not in unseen]
        tagger = fit_field(self.corpus.only(rows), alone=True)
        agreement = Agreement.of(tagger, self.of_classes(classes))
        texts = [each.plain for each in held_out]
        return [
            replace(each, agreement=agreement.scores(tagger.words(text, sentence)))
            for each, text, sentence in zip(heard, texts, _sentences(self.encoder, texts), strict=True)
        ]

    def of_classes(self, classes: Sequence[str]) -> list[tuple[str, ...] | None]:
        return [None if name == OUT_OF_SCOPE else self.slots[name] for name in classes]


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
    return LearnedValues(read_corpus(texts, encoder, codebook), phrases, slots, encoder)


def _sentences(encoder: Encoder, texts: Sequence[str]) -> Iterator[Sentence]:
    for start in range(0, len(texts), _BATCH):
        yield from encoder.sentences_of(texts[start : start + _BATCH])
