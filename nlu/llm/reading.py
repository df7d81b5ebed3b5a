"""One message read by a language model, from the question to the checked answer."""

from collections.abc import Mapping
from dataclasses import replace

from ..types import TrainingData
from .answer import answer_read
from .backing import span_of
from .budget import Budget
from .client import Client
from .config import Endpoint
from .offer import Offer
from .prompt import messages
from .suggestion import Suggestion


def suggest(
    text: str, data: TrainingData, endpoint: Endpoint, budget: Budget, titles: Mapping[str, str] | None = None
) -> Suggestion:
    """What the endpoint makes of a message to a bot that knows `data`; words that do not stand in it are gone already.

    Raises LlmError.
    """
    offer = Offer.of(data, titles)
    content = Client(endpoint, budget).complete(messages(offer, text), offer.schema())
    found = answer_read(content, offer, model=endpoint.model)
    return replace(found, slots=tuple(each for each in found.slots if span_of(text, each[1])))
