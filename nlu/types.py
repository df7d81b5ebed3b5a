"""What goes into the language engine and what comes out."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Value = Any
"""A JSON value."""


@dataclass(frozen=True)
class EntityDefinition:
    """Something to find in a message. `kind` is list, pattern, name or a built-in type.

    list: `values` maps a canonical value to its synonyms (any case). pattern: `pattern` is a regular expression whose
    group `value`, or whole match, is the value. name: a resource name, found after words such as called, named, or
    where a training phrase has its {slot}. learned: as training phrases mark its values, `play [hey jude](track)`.
    Built-ins: boolean (with `values` {"true": [...], "false": [...]}), region, number, duration, cidr.
    """

    name: str
    kind: str
    values: dict[str, tuple[str, ...]] = field(default_factory=dict)
    pattern: str = ""


@dataclass(frozen=True)
class IntentDefinition:
    """`examples` are phrases; `{slot}` stands where a value would, `[words](slot)` marks one.

    `slots` names the entities that may fill them.
    """

    name: str
    examples: tuple[str, ...]
    slots: tuple[str, ...] = ()


@dataclass(frozen=True)
class TrainingData:
    intents: tuple[IntentDefinition, ...]
    entities: tuple[EntityDefinition, ...]
    out_of_scope: tuple[str, ...] = ()
    """Phrases that no intent should claim."""


@dataclass(frozen=True)
class Entity:
    """A value found: `text` is message[start:end], `value` its normalised form."""

    slot: str
    value: Value
    text: str
    start: int
    end: int
    source: str
    """list, pattern, name, built-in, learned or unlisted"""


@dataclass(frozen=True)
class ScoredIntent:
    name: str
    confidence: float


@dataclass(frozen=True)
class Reason:
    """Why an intent was chosen: `kind` is example (a near training phrase) or term (a weighty word)."""

    kind: str
    text: str
    weight: float


@dataclass(frozen=True)
class Understanding:
    """`intent` is None below the threshold; `confidence` is the best intent's, in 0..1."""

    text: str
    intent: str | None
    confidence: float
    threshold: float
    alternatives: tuple[ScoredIntent, ...]
    entities: tuple[Entity, ...]
    reasons: tuple[Reason, ...]
    negated: bool = False
    """The sentence asks that something be not done."""
    verb: str | None = None
    """What it asks to be done, by its words alone: create, delete or look (see nlu.verbs)."""
    unlisted: tuple[Entity, ...] = ()
    """Words that stand where a value of a list belongs and are none (`in narnia`); not among the entities."""

    def first(self, slot: str) -> Entity | None:
        return next((each for each in self.entities if each.slot == slot), None)


class TrainingError(Exception):
    """The training data cannot be used; the sentence names the phrase or the intent and what would be right."""

    code = "training_error"
    status = 422
    retryable = False

    def __init__(self, detail: str, *, field: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.field = field


@dataclass(frozen=True)
class BotView:
    name: str
    title: str
    rejection_rate: float
    active_model_id: str | None


@dataclass(frozen=True)
class IntentView:
    """One intent as it was last trained; `source` is built-in (from the catalogue) or own (from the admin)."""

    id: str
    bot: str
    name: str
    title: str
    source: str
    slots: tuple[str, ...]
    examples: tuple[str, ...]


@dataclass(frozen=True)
class NluModelView:
    """A trained version. `digest` is the artefact's SHA-256; `data_digest` that of what it was trained on."""

    id: str
    bot: str
    number: int
    digest: str
    data_digest: str
    size: int
    threshold: float
    metrics: dict[str, Any]
    created_at: datetime
    active: bool
