"""Values that other frameworks mark by numbers of characters."""

from collections.abc import Sequence

from ..annotations import Marked
from .collecting import Collector
from .content import FilePlace


def spans_checked(text: str, spans: Sequence[Marked], place: FilePlace, collector: Collector) -> list[Marked]:
    """In the order of the text; of two that overlap the longer one, with a note. One outside of the text is refused."""
    kept: list[Marked] = []
    for each in sorted(spans, key=lambda span: (span.start - span.end, span.start)):
        if not 0 <= each.start < each.end <= len(text):
            place.refuse(f"the value of {each.slot} reaches from {each.start} to {each.end}, outside of {text!r}.")
        if any(each.start < other.end and other.start < each.end for other in kept):
            collector.note(f"values of {each.slot} inside of another value: only the longer one is marked", place)
        else:
            kept.append(_without_space(text, each))
    return sorted(kept, key=lambda span: span.start)


def from_utf16(text: str, start: int, end: int) -> tuple[int, int]:
    """Offsets in UTF-16 code units as offsets in characters; outside of the text they stay outside."""
    if text.isascii():
        return start, end
    ends = [0]
    for character in text:
        ends.append(ends[-1] + (2 if ord(character) > 0xFFFF else 1))
    numbers = {units: at for at, units in enumerate(ends)}
    return numbers.get(start, -1), numbers.get(end, len(text) + 1)


def _without_space(text: str, span: Marked) -> Marked:
    words = text[span.start : span.end]
    start = span.start + len(words) - len(words.lstrip())
    return Marked(span.slot, start, start + len(words.strip())) if words.strip() else span
