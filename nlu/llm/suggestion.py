"""What is left of a language model's answer after it was checked: small, JSON, kept with the turn."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Suggestion:
    """`intent` is None when the model finds that none fits; `slots` are (slot, words as they stand in the message)."""

    model: str
    intent: str | None
    slots: tuple[tuple[str, str], ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {"model": self.model, "intent": self.intent, "slots": [list(each) for each in self.slots]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Suggestion":
        slots = tuple((str(slot), str(words)) for slot, words in data["slots"])
        return cls(str(data["model"]), data["intent"], slots)
