"""One message of a person, as the decision gets it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from nlu.asking import question_of
from nlu.types import Entity, Understanding

_TAKEN_BACK = re.compile(
    r"\b(?:not|instead\s+of|rather\s+than|no\s+longer|except)\s+(?:in\s+|the\s+|called\s+)*[\"'`]?$", re.I
)
_CORRECTS = re.compile(
    r"\b(?:no|sorry|wait|actually|rather|instead|i\s+mean|i\s+meant|scratch\s+that)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Correction:
    """What was meant instead: another intent, other values (`environment` and `stack` included; None: ask me again)."""

    job_id: str
    intent: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Turn:
    """Words (`text` with their `understanding`), a submitted form (`form_id` and `form_values`), or the correction of a
    proposal. `seq` is the number of the message in its conversation."""

    id: str
    text: str = ""
    understanding: Understanding | None = None
    form_id: str | None = None
    form_values: Mapping[str, Any] | None = None
    correction: Correction | None = None
    seq: int = 0
    parts: tuple[Understanding, ...] = ()
    """Each of several requests in `text`, understood by itself; empty when it is one."""
    block: Any = None
    """The value of a block of YAML or JSON that was written below the words (blocks.py); `text` is without it."""
    block_problem: str = ""
    """Why the block cannot be read."""

    def new_id(self, purpose: str) -> str:
        """A UUID that is the same whenever this turn is processed again, so that a repeat repeats nothing."""
        return str(uuid5(NAMESPACE_URL, f"infrachat:turn:{self.id}:{purpose}"))

    @property
    def entities(self) -> tuple[Entity, ...]:
        return self.understanding.entities if self.understanding else ()

    @property
    def negated(self) -> bool:
        return bool(self.understanding and self.understanding.negated)

    def mentioned(self, slot: str) -> Any:
        """The value mentioned last for `slot` ("not staging, production" means production), or None."""
        found = self.mentions(slot)
        return found[-1] if found else None

    def mentions(self, slot: str) -> list[Any]:
        """The different values mentioned for `slot`, without those that are taken back ("not staging, production")."""
        found = [each for each in self.entities if each.slot == slot]
        if len(found) > 1 and _CORRECTS.search(self.text[found[0].end : found[-1].start]):
            found = found[-1:]
        kept: list[Any] = []
        for each in found:
            if each.value not in kept and not _TAKEN_BACK.search(self.text[: each.start]):
                kept.append(each.value)
        return kept

    def unlisted(self, slot: str) -> str | None:
        """What stands where a value of `slot` belongs and is none ("in narnia"); None when a real one is mentioned."""
        found = [each.text for each in self.understanding.unlisted if each.slot == slot] if self.understanding else []
        return found[-1] if found and self.mentioned(slot) is None else None

    @property
    def asks(self) -> bool:
        """Whether the message is a question about something; a request in polite form is none."""
        return question_of(self.text) is not None

    @property
    def verb(self) -> str | None:
        """create, delete or look, when the message asks for one of them by its words."""
        return self.understanding.verb if self.understanding else None
