"""A text as words, and what is said of each word to the tagger."""

import re
from collections.abc import Collection, Iterator, Sequence

import numpy as np

from ..encoder import Sentence
from ..encoder.runtime import TOKEN_SIZE, Vectors

Span = tuple[int, int]

_WORD = re.compile(r"\w+(?:[^\w\s]+\w+)*|[^\w\s]")
_VALUE = "__value__"
_NEIGHBOURS = (-3, -2, -1, 1, 2, 3)
_CARRIERS = 4


def split(text: str) -> list[Span]:
    """The words of a text (`o'clock` is one), and each mark of punctuation between them."""
    return [match.span() for match in _WORD.finditer(text)]


def describe(text: str, spans: Sequence[Span], codes: Sequence[int] = ()) -> list[list[str]]:
    """The attributes of each word, whatever is meant: itself, its form, its neighbours.

    `codes` is the group of each word in a codebook, or empty.
    """
    shapes = [_shape(text[start:end]) for start, end in spans]
    padded = _padded(text, spans)
    found = [_attributes(padded, at + 3, shapes[at]) for at in range(len(spans))]
    return [each + more for each, more in zip(found, _grouped(codes), strict=True)] if codes else found


def describe_within(
    text: str, spans: Sequence[Span], intent: str, codes: Sequence[int] = (), carriers: Collection[str] = ()
) -> list[list[str]]:
    """The attributes that each word has besides where `intent` is meant; `carriers` as `Tagger.carriers`."""
    words = _padded(text, spans)
    found = []
    for at, carried in enumerate(_carried(words[3:-3], carriers), 3):
        word, before, after = words[at], words[at - 1], words[at + 1]
        found.append([f"i={intent}", f"i|w={intent}|{word}", f"i|-1={intent}|{before}", f"i|1={intent}|{after}"])
        found[-1] += [f"i|-2|-1={intent}|{words[at - 2]}|{before}", *carried]
    return [[*each, f"i|k={intent}|{code}"] for each, code in zip(found, codes, strict=True)] if codes else found


def framed(text: str, spans: Sequence[Span], outside: Sequence[bool]) -> str:
    """What stands around the values: the words that are `outside` of them, a mark in place of each value, marks for
    the beginning and the end."""
    found = ["begin"]
    for (start, end), is_outside in zip(spans, outside, strict=True):
        if is_outside:
            found.append(text[start:end].casefold())
        elif found[-1] != _VALUE:
            found.append(_VALUE)
    return " ".join([*found, "end"])


def _padded(text: str, spans: Sequence[Span]) -> list[str]:
    """The words, with three marks for what stands before and after them."""
    return ["<", "<", "<", *(text[start:end].casefold() for start, end in spans), ">", ">", ">"]


def _attributes(words: Sequence[str], at: int, shape: str) -> list[str]:
    word, before, after = words[at], words[at - 1], words[at + 1]
    found = [f"w={word}", f"s={shape}", f"-1|w={before}|{word}", f"w|1={word}|{after}", f"-1|1={before}|{after}"]
    found += [f"-2|-1={words[at - 2]}|{before}", f"1|2={after}|{words[at + 2]}"]
    found += [f"-2|-1|w={words[at - 2]}|{before}|{word}"]
    found += [f"{place}={words[at + place]}" for place in _NEIGHBOURS]
    found += [f"p={word[:size]}" for size in (1, 2, 3, 4) if len(word) > size]
    found += [f"e={word[-size:]}" for size in (1, 2, 3, 4) if len(word) > size]
    return found


def _carried(words: Sequence[str], carriers: Collection[str]) -> Iterator[list[str]]:
    """Of each word, the carriers before it, the nearest first, however many values are between: in `arriving in
    [atlanta] on [july seventh]` the date is of the arrival."""
    last: list[str] = []
    for word in words:
        pair = [f"c0|1={last[0]}|{last[1]}"] if len(last) > 1 else []
        yield [*(f"c{place}={carrier}" for place, carrier in enumerate(last)), *pair]
        if word in carriers:
            last = [word, *last][:_CARRIERS]


def _grouped(codes: Sequence[int]) -> list[list[str]]:
    padded = ["<", *map(str, codes), ">"]
    return [[f"k={code}", f"k-1={padded[at]}", f"k1={padded[at + 2]}"] for at, code in enumerate(codes)]


def _shape(word: str) -> str:
    """`Xx`, `9-9`, `x9`: kinds of characters, runs as one."""
    kinds = ("9" if each.isdigit() else "X" if each.isupper() else "x" if each.isalpha() else each for each in word)
    return re.sub(r"(.)\1+", r"\1", "".join(kinds))


def word_vectors(sentence: Sentence, spans: Sequence[Span]) -> Vectors:
    """(words, TOKEN_SIZE): the mean of the encoder's tokens within each word; zero where it was cut off."""
    found = np.zeros((len(spans), TOKEN_SIZE), dtype=np.float32)
    at = 0
    for row, (start, end) in enumerate(spans):
        while at < len(sentence.spans) and sentence.spans[at][1] <= start:
            at += 1
        last = at
        while last < len(sentence.spans) and sentence.spans[last][0] < end:
            last += 1
        if last == at + 1:  # most words are
            found[row] = sentence.tokens[at]
        elif last > at:
            found[row] = sentence.tokens[at:last].mean(axis=0)
    return found
