"""What a language model may name: a bot's intents and slots by short numbers, and the schema of its answer.

The numbers say nothing: a message that talks of `approve` or of an intent's name names nothing that could be answered.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..types import EntityDefinition, IntentDefinition, TrainingData

# Decisions about a job are read word by word, and never guessed: docs/decisions/0010.
WITHHELD = frozenset({"base.affirm", "base.approve", "base.deny", "base.reject", "base.cancel"})
NONE = "none"


@dataclass(frozen=True)
class Offer:
    intents: dict[str, IntentDefinition]
    """By number: i1, i2, …"""
    slots: dict[str, EntityDefinition]
    """By number: s1, s2, …"""
    titles: Mapping[str, str] = field(default_factory=dict)
    """{intent: what it does, for people}."""

    @classmethod
    def of(cls, data: TrainingData, titles: Mapping[str, str] | None = None) -> "Offer":
        intents = [each for each in data.intents if each.name not in WITHHELD]
        wanted = {slot for each in intents for slot in each.slots}
        slots = [each for each in data.entities if each.name in wanted]
        return cls(
            {f"i{at}": each for at, each in enumerate(intents, 1)},
            {f"s{at}": each for at, each in enumerate(slots, 1)},
            titles or {},
        )

    def schema(self) -> dict[str, Any]:
        """JSON Schema of an answer: sent with the question where endpoints know how, and checked here in any case."""
        slot: dict[str, Any] = {
            "type": "object",
            "properties": {"slot": {"type": "string", "enum": [*self.slots]}, "words": {"type": "string"}},
            "required": ["slot", "words"],
            "additionalProperties": False,
        }
        properties: dict[str, Any] = {"intent": {"type": "string", "enum": [*self.intents, NONE]}}
        if self.slots:
            properties["slots"] = {"type": "array", "items": slot}
        return {
            "type": "object",
            "properties": properties,
            "required": [*properties],
            "additionalProperties": False,
        }
