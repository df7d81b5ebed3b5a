"""Limits per person. Counted in Redis over all processes, in this process alone while Redis is away."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import redis
from django.conf import settings

from . import redis_client
from .errors import TooMany

_COUNTS_KEPT = 10_000

_lock = threading.Lock()
_counts: Counter[str] = Counter()
_open: Counter[str] = Counter()


def message_allow(user_id: str) -> None:
    """Count one request of this person. Raises TooMany."""
    limit, seconds = settings.CONVERSATIONS["RATE_MESSAGES"], settings.CONVERSATIONS["RATE_SECONDS"]
    _allow(f"message:{user_id}", limit, seconds, "messages")


def login_allow(username: str, address: str) -> None:
    """Count one attempt to sign in to this account from this address. Raises TooMany."""
    limit = settings.CONVERSATIONS["LOGIN_ATTEMPTS_PER_MINUTE"]
    _allow(f"login:{username.lower()[:150]}:{address}", limit, 60, "attempts to sign in")


def tokens_allow(address: str) -> None:
    """Count one token of the widget that this address asks for. Raises TooMany."""
    _allow(f"widget-token:{address}", settings.WIDGET["TOKENS_PER_MINUTE"], 60, "requests of this address")


def server_tokens_allow(user_id: str) -> None:
    """Count one token that this account of a site's server asks for. Raises TooMany."""
    _allow(f"widget-server:{user_id}", settings.WIDGET["SERVER_TOKENS_PER_MINUTE"], 60, "tokens")


def visitors_allow(address: str) -> None:
    """Count one new visitor from this address. Raises TooMany."""
    _allow(f"widget-visitor:{address}", settings.WIDGET["VISITORS_PER_MINUTE"], 60, "new visitors from this address")


def visitor_message_allow(address: str) -> None:
    """Count one request of any visitor from this address. Raises TooMany."""
    _allow(f"widget-message:{address}", settings.WIDGET["MESSAGES_PER_MINUTE"], 60, "messages from this address")


@contextmanager
def connection_open(user_id: str) -> Iterator[None]:
    """Hold one of this person's connections to this process. Raises TooMany."""
    limit = settings.CONVERSATIONS["SOCKETS_PER_USER"]
    with _lock:
        if _open[user_id] >= limit:
            raise TooMany(f"You have {limit} connections open, which is the limit. Close one first.")
        _open[user_id] += 1
    try:
        yield
    finally:
        with _lock:
            _open[user_id] -= 1
            if not _open[user_id]:
                del _open[user_id]


def connections_count() -> int:
    """Connections open in this process."""
    with _lock:
        return _open.total()


def _allow(subject: str, limit: int, seconds: int, what: str) -> None:
    now = time.time()
    window = f"{int(now // seconds)}/{seconds}"
    key = f"infrachat:rate:{subject}:{window}"
    here = _count_here(key)
    count = redis_client.attempt(lambda client: _count(client, key, seconds), default=here)
    if count > limit:
        wait = max(1, round(seconds - now % seconds))
        raise TooMany(
            f"Too many {what}: the limit is {limit} in {seconds} seconds. Wait {wait} s, then go on.", retry_after=wait
        )


def _count(client: redis.Redis, key: str, seconds: int) -> int:
    pipeline = client.pipeline(transaction=False)
    pipeline.incr(key)
    pipeline.expire(key, seconds * 2)
    return int(pipeline.execute()[0])


def _count_here(key: str) -> int:
    """Each process counts too, so that the limit holds from the moment Redis goes away."""
    with _lock:
        if len(_counts) >= _COUNTS_KEPT:  # old windows, all but a few
            _counts.clear()
        _counts[key] += 1
        return _counts[key]
