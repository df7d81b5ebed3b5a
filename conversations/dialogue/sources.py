"""Where a request and each of its values came from: what the answer to "why?" is made of. JSON all the way down."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Source:
    """Where one value came from. `seq` is the number of the message in its conversation, 0 where there is none.

    `kind`: message (the words it was asked in), answer (to a question), form, correction, default (left as it is
    preselected), memory (what this conversation was about), stack (what is there already), only (nothing else fits).
    """

    kind: str
    seq: int = 0
    words: str = ""
    """As they stand in the message; never those of a secret."""
    start: int | None = None
    end: int | None = None
    entity: str = ""
    """How the words were recognised: list, pattern, name, built-in, learned, unlisted."""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Source":
        return cls(**{name: data[name] for name in cls.__dataclass_fields__ if name in data})


@dataclass(frozen=True)
class Heard:
    """How the message that began a request was understood."""

    intent: str
    by: str
    """model (above its threshold), words (which mean one thing) or correction (a person chose it)"""
    seq: int = 0
    text: str = ""
    """The message, secrets masked."""
    confidence: float | None = None
    threshold: float | None = None
    alternatives: tuple[dict[str, Any], ...] = ()
    """Each {"intent", "confidence"}, the likeliest first."""
    reasons: tuple[dict[str, Any], ...] = field(default=())
    """Each {"kind": example or term, "text", "weight"}."""
    source: str = ""
    """The language model that was asked as well; empty when the bot's own model answered alone."""
    corrects: str | None = None
    """The job that this request was proposed in the place of."""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Heard":
        known = {name: data[name] for name in cls.__dataclass_fields__ if name in data}
        return cls(**{**known, **{name: tuple(known.get(name) or ()) for name in ("alternatives", "reasons")}})
