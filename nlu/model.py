"""A trained model: everything that understanding needs, and what it was made from."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Any

from .classifier import Confidence, Examples, Heads
from .codebook import Codebook
from .features import Features
from .tagging import Tagger
from .types import EntityDefinition, IntentDefinition, TrainingData

ENGINE_VERSION = 6
"""Raised whenever models must be trained anew to be of use to this code."""


@dataclass(frozen=True)
class Model:
    data: TrainingData
    features: Features
    heads: Heads
    examples: Examples
    confidence: Confidence
    threshold: float
    """Below this confidence no intent is named."""
    trained_at: str
    """ISO 8601, UTC."""
    metrics: dict[str, Any] = field(default_factory=dict)
    """Figures for people; see nlu.evaluation."""
    closeness: float = 1.0
    """An intent whose probability is at least this share of the best one's is as good (see nlu.evaluation)."""
    tagger: Tagger | None = None
    """Finds learned entities; None where there are none."""
    codebook: Codebook | None = None
    """Groups of tokens; None without an encoder, or where there are too few tokens to find groups among."""
    negated_intents: frozenset[str] = frozenset()
    """Intents that are said with a negation (`do not approve it`), for which it turns nothing round."""

    @property
    def encoder_id(self) -> str | None:
        """The sentence encoder without which this model understands nothing; None when it needs none."""
        return self.heads.encoded.encoder_id if self.heads.encoded else None


def data_as_json(data: TrainingData) -> dict[str, Any]:
    return asdict(data)


def data_from_json(document: dict[str, Any]) -> TrainingData:
    return TrainingData(
        intents=tuple(
            IntentDefinition(
                each["name"], tuple(each["examples"]), tuple(each["slots"]), bool(each.get("guarded", True))
            )
            for each in document["intents"]
        ),
        entities=tuple(
            EntityDefinition(
                each["name"],
                each["kind"],
                {value: tuple(synonyms) for value, synonyms in each["values"].items()},
                each["pattern"],
            )
            for each in document["entities"]
        ),
        out_of_scope=tuple(document["out_of_scope"]),
    )


def data_digest(data: TrainingData, encoder_id: str | None) -> str:
    """SHA-256 over training data, engine and encoder: models with the same one understand alike."""
    document = {"engine": ENGINE_VERSION, "encoder": encoder_id, **data_as_json(data)}
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()
