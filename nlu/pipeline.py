"""From a message to an Understanding, by one model. Thread-safe: nothing changes after construction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from .annotations import as_said
from .asking import Question, question_of
from .classifier import Guess, Heard, guess
from .encoder import Encoder, Sentence
from .entities.candidates import Candidate
from .entities.extractor import LEARNED, as_entities
from .errors import EncoderMissing
from .features import Floats
from .model import Model
from .moments import without_times
from .negation import is_negated
from .plainness import is_artificial
from .reading import Reader, Reading
from .tagging.agreement import Agreement
from .tagging.tagger import Words
from .text import normalise
from .types import Entity, Reason, ScoredIntent, Sense, Understanding
from .verbs import CREATE, DELETE, first_verb

_ALTERNATIVES = 4
_REASONS = 3
_SENSES = 3


@dataclass(frozen=True)
class Filled:
    """What a text says for one intent: its values, and whether it is negated."""

    entities: tuple[Entity, ...]
    unlisted: tuple[Entity, ...]
    negated: bool


@dataclass(frozen=True)
class _Guessed:
    heard: Heard
    guess: Guess
    confidence: float


class Pipeline:
    """Raises EncoderMissing when the model needs a sentence encoder that `encoder` is not."""

    def __init__(self, model: Model, encoder: Encoder | None = None) -> None:
        if model.encoder_id and (encoder is None or encoder.id != model.encoder_id):
            raise EncoderMissing(
                f"The active model was trained with the sentence encoder {model.encoder_id}, which this process does "
                "not have: run `python manage.py nlu_encoder`, or train again without one.",
                field="encoder",
            )
        self.model = model
        self._reader = Reader(model.data, encoder if model.encoder_id else None)
        self.extractor = self._extractor = self._reader.extractor
        self._terms = model.features.terms()
        self.slots = {intent.name: intent.slots for intent in model.data.intents}
        self._agreement = self._values_of(model)
        self._learned_slots = {each.name for each in model.data.entities if each.kind == LEARNED}
        guarded = [intent for intent in model.data.intents if intent.guarded]
        said = {intent.name: [as_said(each) for each in intent.examples] for intent in guarded}
        verbs = {name: {first_verb(normalise(each)) for each in phrases} for name, phrases in said.items()}
        # An intent none of whose phrases creates (deletes) anything is not what a sentence that does so means.
        self._contradicted = {
            verb: frozenset(name for name, known in verbs.items() if verb not in known) for verb in (CREATE, DELETE)
        }
        self.guarded = frozenset(verbs)
        self.deleting = frozenset(name for name, known in verbs.items() if DELETE in known)
        # Nor is one that no phrase asks for in this manner: `how would i delete a bucket` deletes none.
        questions = {name: {question_of(each) for each in phrases} for name, phrases in said.items()}
        self._not_asked = {
            kind: frozenset(name for name, known in questions.items() if kind not in known) for kind in Question
        }

    def _values_of(self, model: Model) -> Agreement | None:
        """What says how well values suit an intent; None where they are not asked."""
        if model.tagger is None or not model.features.uses_frames:
            return None
        return Agreement.of(model.tagger, [self.slots.get(name) for name in model.heads.classes])

    def understand(self, text: str, now: datetime | None = None) -> Understanding:
        """Never raises for any text; nothing to go by is understood as nothing, with confidence 0.

        `now` is when it was written, in the zone of who wrote it: without, this moment in UTC.
        """
        now = now or datetime.now(UTC)
        read = self._reader.read(text)
        candidates = read.candidates
        verb = first_verb(read.masked)
        sentence = self._reader.sentence(read.plain)
        unfit = self.unfit(text, verb)
        words = self._words(read, sentence)
        best_guess = self._sure(self._heard(read, sentence, words), unfit)
        if best_guess is None:
            entities = as_entities(text, self._extractor.entities(candidates), now)
            return Understanding(text, None, 0.0, self.model.threshold, (), entities, (), verb=verb)
        if verb == CREATE:
            best_guess = self._without_its_end(text, best_guess, unfit)
        heard, result, confidence = best_guess.heard, best_guess.guess, best_guess.confidence
        best = self.model.heads.classes[result.order[0]]
        intent = best if confidence >= self.model.threshold else None
        same = read.plain == text
        learned = self._learned(text, best, sentence if same else None, words if same else None)
        # What is not understood is no refusal that its negation would belong to.
        filled = self._filled(text, [*candidates, *learned], intent, self.slots[best] if intent else (), now)
        return Understanding(
            text=text,
            intent=intent,
            confidence=confidence,
            threshold=self.model.threshold,
            alternatives=self._alternatives(result, confidence, skip_best=intent is not None),
            entities=filled.entities,
            reasons=(*self._near_examples(result), *self._weighty_terms(heard, result.order[0])),
            negated=filled.negated,
            verb=verb,
            unlisted=filled.unlisted,
            senses=self._senses(heard, result, confidence),
        )

    def fill(self, text: str, intent: str, more: Sequence[Candidate] = (), now: datetime | None = None) -> Filled:
        """The values and the negation of a text that means `intent`; `more` are values that somebody else found.
        `now` as in `understand`."""
        found = [*self._extractor.candidates(text), *self._learned(text, intent), *more]
        return self._filled(text, found, intent, self.slots[intent], now or datetime.now(UTC))

    def unfit(self, text: str, verb: str | None) -> frozenset[str]:
        """The intents that a text cannot mean by its form, whoever says that it does: code and the like means none, and
        no intent is meant by a verb or a manner of asking in which no phrase of it is said."""
        if is_artificial(text):
            return frozenset(self.slots)
        question = question_of(text)
        without = self._contradicted.get(verb or "", frozenset())
        return without | self._not_asked[question] if question is not None else without

    def _filled(
        self, text: str, found: Sequence[Candidate], intent: str | None, wanted: Sequence[str], now: datetime
    ) -> Filled:
        kept = self._extractor.entities(found, wanted)
        negated = intent not in self.model.negated_intents and is_negated(
            text, [(each.start, each.end) for each in kept if each.negates]
        )
        unlisted = self._extractor.unlisted(text, found)
        return Filled(
            entities=as_entities(text, kept, now),
            unlisted=as_entities(text, unlisted, now),
            negated=negated,
        )

    def _learned(
        self, text: str, intent: str, sentence: Sentence | None = None, words: Words | None = None
    ) -> list[Candidate]:
        """The values of learned entities, as they stand in phrases of the best intent; `sentence` and `words` where
        they are known already."""
        slots = [slot for slot in self.slots[intent] if slot in self._learned_slots]
        tagger = self.model.tagger
        if tagger is None or not slots:
            return []
        found = tagger.find(words or tagger.words(text, sentence or self._reader.sentence(text)), intent, slots)
        return [Candidate(slot, LEARNED, text[start:end], start, end, LEARNED) for slot, start, end in found]

    def _words(self, read: Reading, sentence: Sentence | None) -> Words | None:
        """None where values are not asked what is meant."""
        return self._agreement.tagger.words(read.plain, sentence) if self._agreement else None

    def _heard(self, read: Reading, sentence: Sentence | None, words: Words | None) -> Heard:
        features, codebook = self.model.features, self.model.codebook
        if sentence is None:
            return Heard(read.masked, features.vector(read.masked))
        codes = codebook.written(sentence.tokens) if codebook and features.uses_codes else ""
        if words is None or self._agreement is None:
            return Heard(read.masked, features.vector(read.masked, codes), sentence.pooled)
        terms = features.vector(read.masked, codes, self._agreement.tagger.frame(words))
        return Heard(read.masked, terms, sentence.pooled, self._agreement.scores(words))

    def _sure(self, heard: Heard, without: frozenset[str]) -> "_Guessed | None":
        result = self._guess(heard, without)
        return _Guessed(heard, result, round(self.model.confidence.of(result.signals), 4)) if result else None

    def _without_its_end(self, text: str, whole: "_Guessed", without: frozenset[str]) -> "_Guessed":
        """How long something that is to be made is wanted says nothing about what it is: a text that is not understood
        with `until tomorrow at 6 pm` in it is read without, and taken for the same intent alone."""
        shorter = without_times(text)
        if whole.confidence >= self.model.threshold or shorter == text:
            return whole
        read = self._reader.read(shorter)
        sentence = self._reader.sentence(read.plain)
        again = self._sure(self._heard(read, sentence, self._words(read, sentence)), without)
        same = again is not None and again.guess.order[0] == whole.guess.order[0]
        return again if again is not None and same and again.confidence > whole.confidence else whole

    def _guess(self, heard: Heard, without: frozenset[str]) -> Guess | None:
        """None when there is nothing to go by, or no intent that the text can mean."""
        if not self.model.features.knows(heard.terms) or len(without) == len(self.model.data.intents):
            return None
        return guess(heard, self.model.features, self.model.heads, self.model.examples, without=without)

    def _alternatives(self, result: Guess, confidence: float, *, skip_best: bool) -> tuple[ScoredIntent, ...]:
        """The next best intents, on the scale of the best one's confidence; with the best when it was not accepted."""
        best = float(result.probabilities[result.order[0]])
        scored = [
            ScoredIntent(self.model.heads.classes[at], round(confidence * float(result.probabilities[at]) / best, 4))
            for at in result.order[: _ALTERNATIVES + 1]
        ]
        return tuple(scored[1:] if skip_best else scored[:-1])

    def _senses(self, heard: Heard, result: Guess, confidence: float) -> tuple[Sense, ...]:
        """The best intents, where none of them is clear and together they are sure enough."""
        shares = result.probabilities / float(result.probabilities[result.order[0]])
        close = [at for at in result.order[:_SENSES] if shares[at] >= self.model.closeness]
        if len(close) < 2 or confidence * float(shares[close].sum()) < self.model.threshold:
            return ()
        return tuple(
            Sense(self.model.heads.classes[at], tuple(each.text for each in self._weighty_terms(heard, at)))
            for at in close
        )

    def _near_examples(self, result: Guess) -> list[Reason]:
        nearest: dict[str, float] = {}
        for at in _largest(result.similarities, 3 * _REASONS):
            nearest.setdefault(self.model.examples.phrases[result.first_example + at], float(result.similarities[at]))
        return [
            Reason("example", phrase, round(weight, 3))
            for phrase, weight in list(nearest.items())[:_REASONS]
            if weight > 0
        ]

    def _weighty_terms(self, heard: Heard, intent: int) -> list[Reason]:
        """The words that speak most for an intent; pieces of words would tell a reader nothing."""
        weights = self.model.heads.words.contributions(heard.terms, intent)
        found: list[Reason] = []
        for at in np.argsort(-weights, kind="stable").tolist():
            analyser, term = self._terms[int(heard.terms.indices[at])]
            if weights[at] <= 0 or len(found) == _REASONS:
                break
            if analyser == "word" and not term.startswith("__"):
                found.append(Reason("term", term, round(float(weights[at]), 3)))
        return found


def _largest(numbers: Floats, count: int) -> list[int]:
    """Where the largest are, the largest first: an intent may have thousands of phrases, of which few matter."""
    some = np.argpartition(-numbers, count)[:count] if len(numbers) > count else np.arange(len(numbers))
    found: list[int] = some[np.lexsort((some, -numbers[some]))].tolist()
    return found
