"""What the newest news of a job has already told, so that the bot's words about it repeat none of it."""

import re
from collections.abc import Iterator
from typing import Any

from .frames import Data

_CODE = re.compile(r"`([^`]+)`")
_BULLET = re.compile(r"^\s*[-*•]\s+")
_EMPTY_LINES = re.compile(r"\n{3,}")


def plain(markdown: str) -> str:
    """The bot's markdown as a person would write it without."""
    return _CODE.sub(r"\1", markdown.replace("**", ""))


class Told:
    """Sentences, lines and values that are on the screen."""

    def __init__(self) -> None:
        self._sentences: list[str] = []
        self._values: set[str] = set()

    def job(self, job: Data) -> None:
        """Its card has been printed; what an older one told may be said again."""
        plan = job.get("plan") if job.get("state") in {"awaiting_approval", "denied"} else None
        error, outputs = job.get("error") or {}, job.get("outputs") or {}
        said = [error.get("detail"), job.get("result_text"), (plan or {}).get("sentence")]
        said += [((plan or {}).get(part) or {}).get("sentence") for part in ("blast", "cost")]
        # The longest first: it may contain another.
        self._sentences = sorted({str(each).strip() for each in said if each}, key=len, reverse=True)
        changes = {str(each.get("address")) for each in (plan or {}).get("changes", [])}
        self._values = changes | set(outputs) | {part for value in outputs.values() for part in _parts(value)}

    def rest(self, markdown: str) -> str:
        """`markdown` without what was told; nothing when it was all of it."""
        text = markdown
        for sentence in self._sentences:
            text = text.replace(sentence, "")
        kept = [line.rstrip() for line in text.splitlines() if not self._is_told(line)]
        return _EMPTY_LINES.sub("\n\n", "\n".join(kept)).strip()

    def _is_told(self, line: str) -> bool:
        """Whether a line of a list names nothing new."""
        named = list(self._named(line))
        return bool(named) and all(each in self._values for each in named)

    def _named(self, line: str) -> Iterator[str]:
        if _BULLET.match(line):
            yield from _CODE.findall(line)


def _parts(value: Any) -> Iterator[str]:
    """A value as the bot names it: lists by what is in them."""
    for each in value if isinstance(value, list) else [value]:
        yield str(each)
