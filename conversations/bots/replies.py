"""What a bot does about an intent of its own: a text, after an HTTP call or without one. Pure data."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

RESERVED_SLOTS = frozenset({"environment", "stack", "job", "count", "items", "item", "result", "secret", "confirmed"})
"""Names that mean something else in a form or in a text."""


@dataclass(frozen=True)
class Slot:
    """A value of the message. `type` is string, number, bool or choice; `question` asks for it when it is missing."""

    name: str
    type: str = "string"
    question: str = ""
    required: bool = True
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReplyText:
    """A template; empty `language` or `tone` means any."""

    text: str
    language: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Tool:
    """An HTTP call. `{slot}` stands for a value in the path, the query and the body; `{secret.NAME}` in a header for
    the variable TOOL_SECRET_NAME of the background worker's environment. `body` is JSON, None for no body."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: Any = None
    seconds: float = 10.0
    response_kb: int = 256
    jmespath: str = "@"
    item: str = ""
    empty: str = ""

    @property
    def is_safe(self) -> bool:
        """Whether it only reads, and so may be repeated and needs nobody's yes."""
        return self.method == "GET"

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "headers": [list(each) for each in self.headers]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Tool":
        return cls(**{**data, "headers": tuple((name, value) for name, value in data["headers"])})


@dataclass(frozen=True)
class Reply:
    """`phrase` is something to say that means this intent."""

    intent: str
    title: str
    phrase: str
    texts: tuple[ReplyText, ...]
    slots: tuple[Slot, ...] = ()
    tool: Tool | None = None

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "tool": self.tool.to_json() if self.tool else None}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Reply":
        slots = tuple(Slot(**{**each, "choices": tuple(each["choices"])}) for each in data["slots"])
        texts = tuple(ReplyText(**each) for each in data["texts"])
        tool = Tool.from_json(data["tool"]) if data["tool"] else None
        return cls(**{**data, "slots": slots, "texts": texts, "tool": tool})


def text_choose(texts: Sequence[ReplyText], *, language: str, tone: str, number: int) -> str:
    """The text that fits language and tone best; among those that fit alike, the `number`th."""

    def fit(each: ReplyText) -> tuple[int, int]:
        return (_fit(each.language, language), _fit(each.tone, tone))

    best = max((fit(each) for each in texts), default=(0, 0))
    fitting = [each for each in texts if fit(each) == best]
    return fitting[number % len(fitting)].text if fitting else ""


def _fit(said: str, wanted: str) -> int:
    return 2 if said == wanted else 1 if not said else 0
