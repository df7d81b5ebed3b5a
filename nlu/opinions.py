"""The language model of a bot, as others ask for it: whether one is wanted, its word, and what follows from both.

`opinion_ask` waits for a network and needs a key: for the background worker alone. The rest is for any process.
"""

import logging
import time
from dataclasses import replace
from datetime import datetime

from . import language_models
from .active import active_models
from .llm.combining import combined, is_wanted
from .llm.config import Mode
from .llm.errors import LlmError, NotSetUp
from .llm.suggestion import Suggestion
from .types import Understanding

__all__ = ["LlmError", "Mode", "Suggestion", "opinion_ask", "opinion_join", "opinion_wanted"]

logger = logging.getLogger(__name__)


def opinion_wanted(understanding: Understanding, *, bot: str) -> tuple[Mode, float] | None:
    """In which mode the bot's language model should be asked about a message that its own model understood so, and how
    many seconds it may take; None when it should not."""
    settings = language_models.language_model(bot)
    if settings is None or settings.problem or not is_wanted(understanding, settings.mode):
        return None
    return settings.mode, settings.timeout_seconds


def opinion_ask(text: str, *, bot: str, seconds: float) -> Suggestion:
    """What the bot's language model makes of a message, within `seconds` at most. Raises LlmError, NoModel."""
    from .llm.reading import suggest  # brings an HTTP client, which only one kind of process needs

    settings = language_models.language_model(bot)
    if settings is None:
        raise NotSetUp("The bot's language model was switched off.")
    budget = language_models.DailyBudget(settings)
    ends = time.monotonic() + seconds
    try:
        endpoint = language_models.endpoint(settings)
        data = active_models.pipeline(bot).model.data  # which a process reads once, and that may take a second
        endpoint = replace(endpoint, timeout_seconds=min(endpoint.timeout_seconds, ends - time.monotonic()))
        found = suggest(text, data, endpoint, budget, language_models.intent_titles(bot))
    except LlmError as error:
        logger.warning("a language model was of no help: %s", error.detail, extra={"bot": bot, "code": error.code})
        budget.fail(error.code)
        raise
    logger.info("a language model answered", extra={"bot": bot, "model": found.model, "intent": found.intent})
    return found


def opinion_join(
    understanding: Understanding, suggestion: Suggestion, *, bot: str, mode: Mode, now: datetime
) -> Understanding:
    """What the bot's own understanding and the language model's word come to; `now` is when the message was written, in
    the time zone of who wrote it. Raises NoModel."""
    return combined(active_models.pipeline(bot), understanding, suggestion, mode, now)
