"""What files of any format come to: intents, entities, phrases out of scope, each with where it stands."""

from dataclasses import dataclass
from typing import NoReturn

from ..errors import ImportRefused
from ..types import EntityDefinition


@dataclass(frozen=True, slots=True)
class FilePlace:
    path: str
    line: int

    def __str__(self) -> str:
        return f"{self.path}, line {self.line}"

    def refuse(self, sentence: str) -> NoReturn:
        raise ImportRefused(f"{self}: {sentence}", field=self.path)


@dataclass(frozen=True)
class Phrase:
    """As a training phrase is written: `{slot}` stands for a value, `[words](slot)` marks one."""

    text: str
    place: FilePlace


@dataclass(frozen=True)
class IntentItem:
    name: str
    title: str
    slots: tuple[str, ...]
    phrases: tuple[Phrase, ...]
    place: FilePlace


@dataclass(frozen=True)
class EntityItem:
    definition: EntityDefinition
    place: FilePlace


@dataclass(frozen=True)
class Note:
    """Something in a file that is not taken over as it stands there, by name."""

    text: str
    place: FilePlace


@dataclass(frozen=True)
class Content:
    intents: tuple[IntentItem, ...] = ()
    entities: tuple[EntityItem, ...] = ()
    out_of_scope: tuple[Phrase, ...] = ()
    notes: tuple[Note, ...] = ()
    format: str = ""
