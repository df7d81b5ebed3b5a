"""What goes into the language engine and what comes out."""

from collections.abc import Sequence
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
    Built-ins: boolean (with `values` {"true": [...], "false": [...]}), region, number, duration, cidr, instance_type
    (t3.micro), size (large), arn, moment (yesterday, until friday).
    Where slots of one kind compete for a value (`from staging to production`), the words before the slots in training
    phrases tell them apart.
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
    guarded: bool = True
    """It stands among intents that change something: a sentence that creates or deletes, or asks how that is done, is
    taken for it only if one of its phrases does so too (see nlu.verbs, nlu.asking). False for those that only talk."""


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
class Sense:
    """One of several intents that a message may mean, and the words of it that speak most for this one."""

    intent: str
    words: tuple[str, ...] = ()


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
    senses: tuple[Sense, ...] = ()
    """The intents between which the model cannot tell, the best first; empty where one of them is clear, or none is."""
    source: str = ""
    """The language model that was asked as well (see nlu.llm); empty when the bot's own model answered alone."""
    alone: float | None = None
    """How sure the bot's own model was of this intent, where a language model was asked as well."""

    def first(self, slot: str) -> Entity | None:
        return next((each for each in self.entities if each.slot == slot), None)


@dataclass(frozen=True)
class Place:
    """Where in the training data something stands; what is empty is not known or does not apply."""

    intent: str = ""
    phrase: str = ""
    entity: str = ""
    line: int | None = None
    """The line of the file it was read from, from 1."""


@dataclass(frozen=True)
class Mistake:
    """One sentence that names what is wrong and what would be right, and every place it is about."""

    sentence: str
    places: tuple[Place, ...] = ()


class TrainingError(Exception):
    """The training data cannot be used. `mistakes` has them all; `detail` tells ten of them, one a line."""

    code = "training_error"
    status = 422
    retryable = False
    told = 10

    def __init__(self, detail: str = "", *, field: str | None = None, mistakes: Sequence[Mistake] = ()) -> None:
        self.mistakes = tuple(mistakes) or (Mistake(detail),)
        self.detail = detail or self._sentences()
        self.field = field
        super().__init__(self.detail)

    def _sentences(self) -> str:
        told = [each.sentence for each in self.mistakes[: self.told]]
        more = [f"And {len(self.mistakes) - self.told} more."] if len(self.mistakes) > self.told else []
        return "\n".join([*told, *more])


@dataclass(frozen=True)
class Person:
    """Who asked for something; without an id a part of the system, a command for example."""

    id: str | None
    name: str


@dataclass(frozen=True)
class BotView:
    name: str
    title: str
    rejection_rate: float
    active_model_id: str | None


@dataclass(frozen=True)
class BotSettings:
    """What an admin decided about a bot.

    `parts` are `blueprint.<name>` and `action.<name>`, and count where `all_parts` is false; `groups` are names, none
    of them meaning everybody; `threshold` None is what training found.
    """

    name: str
    title: str
    enabled: bool = True
    groups: tuple[str, ...] = ()
    all_parts: bool = True
    parts: tuple[str, ...] = ()
    tone: str = "plain"
    greeting: str = ""
    help_text: str = ""
    threshold: float | None = None
    revision: str = ""
    is_trained: bool = False


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
