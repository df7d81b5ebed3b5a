"""Asking an endpoint until it answers or the time is over: few repeats, with growing pauses, as it asks for them."""

import json
import logging
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .breaker import Breaker, breaker_of
from .budget import Budget
from .config import Endpoint
from .deadline import Deadline
from .errors import BudgetSpent, LlmError, NotUnderstandable
from .prompt import Messages
from .wire import UnknownField, post

logger = logging.getLogger(__name__)

ATTEMPTS = 3
_PAUSE_SECONDS = 0.25
_ANSWER_TOKENS = 800
_MOST_TOKENS = 10_000_000

# What an endpoint may not know is left out step by step; which step it takes is remembered.
_STEPS: tuple[Callable[[dict[str, Any]], dict[str, Any]], ...] = (
    lambda schema: {"response_format": _by_schema(schema), "temperature": 0, "max_tokens": _ANSWER_TOKENS},
    lambda schema: {"response_format": _by_schema(schema)},
    lambda schema: {"response_format": {"type": "json_object"}, "temperature": 0, "max_tokens": _ANSWER_TOKENS},
    lambda schema: {},
)
_known_steps: dict[tuple[str, str], int] = {}
_known_lock = threading.Lock()


@dataclass(frozen=True)
class Client:
    """`pause` waits so many seconds; `breaker` is the endpoint's own by default."""

    endpoint: Endpoint
    budget: Budget
    pause: Callable[[float], None] = time.sleep
    breaker: Breaker | None = None

    def complete(self, messages: Messages, schema: dict[str, Any]) -> str:
        """The content of the answer. Raises LlmError; every request made was taken from the budget before."""
        breaker = self.breaker or breaker_of(self.endpoint.base_url, self.endpoint.model)
        breaker.enter()
        try:
            content = self._attempts(messages, schema, Deadline(self.endpoint.timeout_seconds))
        except BudgetSpent:
            breaker.left()
            raise
        except LlmError as error:
            breaker.failed(error.retry_after)
            raise
        except BaseException:
            breaker.left()
            raise
        breaker.succeeded()
        return content

    def _attempts(self, messages: Messages, schema: dict[str, Any], deadline: Deadline) -> str:
        for attempt in range(ATTEMPTS):
            try:
                return self._stepped(messages, schema, deadline)
            except LlmError as error:
                pause = _pause_before(attempt + 1, error.retry_after)
                if not error.retryable or attempt + 1 == ATTEMPTS or pause >= deadline.remaining:
                    raise
                logger.info("a language model is asked again", extra={"code": error.code, "seconds": round(pause, 2)})
                self.pause(pause)
        raise AssertionError("the last attempt returns or raises")

    def _stepped(self, messages: Messages, schema: dict[str, Any], deadline: Deadline) -> str:
        key = (self.endpoint.base_url, self.endpoint.model)
        step = _known_steps.get(key, 0)
        while True:
            body = {"model": self.endpoint.model, "messages": messages, **_STEPS[step](schema)}
            self.budget.take()
            try:
                content, tokens = _read(post(self.endpoint, body, deadline))
            except UnknownField:
                if step + 1 == len(_STEPS) or deadline.is_over:
                    raise
                step += 1
            else:
                self.budget.spend(tokens if tokens is not None else _estimated(messages, content))
                with _known_lock:
                    _known_steps[key] = step
                return content


def _by_schema(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": {"name": "understanding", "strict": True, "schema": schema}}


def _pause_before(attempt: int, asked_for: float | None) -> float:
    """Growing, and different for each process, so that they do not come back all at once."""
    chance: float = random.uniform(0.5, 1.0)  # noqa: S311 (no secret)
    return max(_PAUSE_SECONDS * float(2 ** (attempt - 1)) * chance, asked_for or 0.0)


def _read(raw: bytes) -> tuple[str, int | None]:
    """The answer's words, and what it says it cost."""
    try:
        document = json.loads(raw)
        content = document["choices"][0]["message"]["content"]
    except (ValueError, RecursionError, KeyError, IndexError, TypeError):
        raise NotUnderstandable("The answer is not one of a chat completion.") from None
    if not isinstance(content, str):
        raise NotUnderstandable("The answer of the language model is empty.")
    usage = document.get("usage")
    tokens = usage.get("total_tokens") if isinstance(usage, dict) else None
    return content, tokens if type(tokens) is int and 0 < tokens < _MOST_TOKENS else None


def _estimated(messages: Messages, content: str) -> int:
    """About four characters a token."""
    return (sum(len(each["content"]) for each in messages) + len(content)) // 4 + 1
