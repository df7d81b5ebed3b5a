"""Whether this process lives, whether it can serve, and a few numbers about it."""

import time
from urllib.parse import urlsplit

import redis
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from pymongo.errors import PyMongoError

from chatbot_project.mongo.connections import client

from .dead_letters import dead_letter_depths, dead_letter_gauges
from .language_models import language_model_gauges

_STARTED_AT = time.time()
_READY_TIMEOUT_SECONDS = 2.0


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked, so that an outage elsewhere restarts nobody."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """200 while requests can be served: MongoDB must answer; without Redis everything works, a little later.

    Dead letters are for people to look at: they are counted here, and make nothing unready.
    """
    database = database_problem(_READY_TIMEOUT_SECONDS)
    cache = redis_problem()
    body = {
        "status": "unavailable" if database else "degraded" if cache else "ok",
        "mongodb": database or "ok",
        "redis": cache or "ok",
        "dead_letters": {} if database else dead_letter_depths(),
    }
    return JsonResponse(body, status=503 if database else 200)


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Numbers of this process in Prometheus' text format."""
    from conversations import threads
    from conversations.limits import connections_count

    gauges = {
        "process_start_time_seconds": ("Start of the process since the epoch.", _STARTED_AT),
        "infrachat_connections_open": ("Websockets and event streams open now.", connections_count()),
        "infrachat_turns_waiting": (
            "Messages whose answer is being worked out.",
            threads.turns_waiting(),
        ),
    }
    lines = [
        line
        for name, (text, value) in gauges.items()
        for line in (f"# HELP {name} {text}", f"# TYPE {name} gauge", f"{name} {value}")
    ]
    lines += [*dead_letter_gauges(), *language_model_gauges()]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4; charset=utf-8")


def database_problem(timeout_seconds: float | None = None) -> str | None:
    """None when MongoDB answers; otherwise the sentence to show. Waits no longer than MONGODB_TIMEOUT_MS."""
    import pymongo

    try:
        with pymongo.timeout(timeout_seconds or settings.MONGODB_TIMEOUT_MS / 1000):
            client().admin.command("ping")
    except PyMongoError as error:
        reason = str(error).split(",", maxsplit=1)[0]
        return f"MongoDB cannot be reached at {_address(settings.MONGODB_URI)} ({reason}). Start it or set MONGODB_URI."
    return None


def redis_problem() -> str | None:
    """None when Redis answers; otherwise the sentence to show."""
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1) as connection:
            connection.ping()
    except redis.RedisError:
        return f"Redis cannot be reached at {_address(settings.REDIS_URL)}; hints are replaced by polling."
    return None


def _address(uri: str) -> str:
    """Host and port, without the password that the address may carry."""
    return urlsplit(uri).netloc.rpartition("@")[2]
