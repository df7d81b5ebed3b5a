"""Redis for synchronous code: one kept client per process, and a call that never fails.

Redis holds nothing that matters. When it is away every call answers its default at once: after a failure nothing is
tried for a second, so that a hanging Redis costs one short time-out a second and not one per message.
"""

import logging
import os
import time
from collections.abc import Callable
from typing import TypeVar

import redis
from django.conf import settings

logger = logging.getLogger(__name__)
Result = TypeVar("Result")

_TIMEOUT_SECONDS = 0.5
_REST_SECONDS = 1.0

_clients: dict[tuple[int, str], redis.Redis] = {}
_rests_until: dict[str, float] = {}


def attempt(call: Callable[[redis.Redis], Result], default: Result) -> Result:
    """`call(client)`, or `default` when Redis is away."""
    if time.monotonic() < _rests_until.get(settings.REDIS_URL, 0.0):
        return default
    try:
        return call(_client())
    except redis.RedisError as error:
        _rests_until[settings.REDIS_URL] = time.monotonic() + _REST_SECONDS
        logger.warning("Redis cannot be reached (%s); going on without it", error)
        return default


def _client() -> redis.Redis:
    key = (os.getpid(), settings.REDIS_URL)
    if key not in _clients:
        _clients[key] = redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=_TIMEOUT_SECONDS, socket_connect_timeout=_TIMEOUT_SECONDS
        )
    return _clients[key]
