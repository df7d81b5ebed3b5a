"""A language model's answer, read strictly: whatever is not exactly what was asked for is refused as a whole."""

import json
import re
from typing import Any, NoReturn

import jsonschema

from .errors import NotUnderstandable
from .offer import NONE, Offer
from .suggestion import Suggestion

_FENCED = re.compile(r"\A\s*```(?:json)?\s*\n(?P<inside>.*)\n\s*```\s*\Z", re.DOTALL)
_MOST_SLOTS, _LONGEST_WORDS = 30, 300


def answer_read(content: str, offer: Offer, *, model: str) -> Suggestion:
    """Raises NotUnderstandable. Slots that the intent does not have are left out."""
    document = _document(content)
    if not jsonschema.Draft202012Validator(offer.schema()).is_valid(document):
        raise NotUnderstandable("The language model's answer is not of the form that was asked for.")
    number = document["intent"]
    if number == NONE:
        return Suggestion(model, None)
    intent = offer.intents[number]
    slots = [(offer.slots[each["slot"]].name, each["words"].strip()) for each in document.get("slots", [])]
    kept = [(slot, words) for slot, words in slots if slot in intent.slots and 0 < len(words) <= _LONGEST_WORDS]
    return Suggestion(model, intent.name, tuple(dict.fromkeys(kept))[:_MOST_SLOTS])


def _document(content: str) -> Any:
    fenced = _FENCED.match(content)
    try:
        return json.loads(
            fenced["inside"] if fenced else content, object_pairs_hook=_unique, parse_constant=_no_constant
        )
    except (ValueError, RecursionError):
        raise NotUnderstandable("The language model's answer is no JSON.") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Two values under one name would be read differently by different readers."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in an object")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
