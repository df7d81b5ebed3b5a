"""From a message to an Understanding, by one model. Thread-safe: nothing changes after construction."""

import numpy as np

from .classifier import Guess, guess
from .entities import EntityExtractor
from .entities.extractor import as_entity
from .features import SparseVector
from .model import Model
from .negation import is_negated
from .text import normalise
from .types import Reason, ScoredIntent, TrainingData, Understanding
from .verbs import CREATE, DELETE, first_verb

_ALTERNATIVES = 4
_REASONS = 3


class Pipeline:
    def __init__(self, model: Model) -> None:
        self.model = model
        self._extractor = EntityExtractor(model.data)
        self._terms = model.features.terms()
        self._slots = {intent.name: intent.slots for intent in model.data.intents}
        verbs = {
            intent.name: {first_verb(normalise(each)) for each in intent.examples} for intent in model.data.intents
        }
        # An intent none of whose phrases creates (deletes) anything is not what a sentence that does so means.
        self._contradicted = {
            verb: frozenset(name for name, known in verbs.items() if verb not in known) for verb in (CREATE, DELETE)
        }

    def understand(self, text: str) -> Understanding:
        """Never raises for any text; nothing to go by is understood as nothing, with confidence 0."""
        candidates = self._extractor.candidates(text)
        masked = normalise(self._extractor.mask(text, self._extractor.resolve(candidates)))
        vector = self.model.features.vector(masked)
        verb = first_verb(masked)
        result = self._guess(masked, vector, verb)
        if result is None:
            entities = tuple(as_entity(text, each) for each in self._extractor.entities(candidates))
            return Understanding(text, None, 0.0, self.model.threshold, (), entities, (), verb=verb)
        confidence = round(self.model.confidence.of(result.signals), 4)
        best = self.model.head.classes[result.order[0]]
        intent = best if confidence >= self.model.threshold else None
        kept = self._extractor.entities(candidates, self._slots[best] if intent else ())
        return Understanding(
            text=text,
            intent=intent,
            confidence=confidence,
            threshold=self.model.threshold,
            alternatives=self._alternatives(result, confidence, skip_best=intent is not None),
            entities=tuple(as_entity(text, each) for each in kept),
            reasons=(*self._near_examples(result), *self._weighty_terms(vector, result)),
            negated=best not in self.model.negated_intents
            and is_negated(text, [(each.start, each.end) for each in kept if each.negates]),
            verb=verb,
            unlisted=tuple(as_entity(text, each) for each in self._extractor.unlisted(text, candidates)),
        )

    def _guess(self, masked: str, vector: SparseVector, verb: str | None) -> Guess | None:
        """None when there is nothing to go by, or no intent that goes with the verb."""
        without = self._contradicted.get(verb or "", frozenset())
        if not len(vector.indices) or len(without) == len(self.model.data.intents):
            return None
        return guess(masked, vector, self.model.features, self.model.head, self.model.examples, without=without)

    def _alternatives(self, result: Guess, confidence: float, *, skip_best: bool) -> tuple[ScoredIntent, ...]:
        """The next best intents, on the scale of the best one's confidence; with the best when it was not accepted."""
        best = float(result.probabilities[result.order[0]])
        scored = [
            ScoredIntent(self.model.head.classes[at], round(confidence * float(result.probabilities[at]) / best, 4))
            for at in result.order[: _ALTERNATIVES + 1]
        ]
        return tuple(scored[1:] if skip_best else scored[:-1])

    def _near_examples(self, result: Guess) -> list[Reason]:
        nearest: dict[str, float] = {}
        for at in np.argsort(-result.similarities, kind="stable")[: 3 * _REASONS].tolist():
            nearest.setdefault(self.model.examples.phrases[result.first_example + at], float(result.similarities[at]))
        return [
            Reason("example", phrase, round(weight, 3))
            for phrase, weight in list(nearest.items())[:_REASONS]
            if weight > 0
        ]

    def _weighty_terms(self, vector: SparseVector, result: Guess) -> list[Reason]:
        """The words that speak most for the best intent; pieces of words would tell a reader nothing."""
        weights = self.model.head.contributions(vector, result.order[0])
        found: list[Reason] = []
        for at in np.argsort(-weights, kind="stable").tolist():
            analyser, term = self._terms[int(vector.indices[at])]
            if weights[at] <= 0 or len(found) == _REASONS:
                break
            if analyser == "word" and not term.startswith("__"):
                found.append(Reason("term", term, round(float(weights[at]), 3)))
        return found


def _without_verb(data: TrainingData, verb: str) -> frozenset[str]:
    """The intents none of whose phrases asks for `verb`: a sentence that does so cannot mean one of them."""
    return frozenset(
        intent.name
        for intent in data.intents
        if not any(first_verb(normalise(each)) == verb for each in intent.examples)
    )
