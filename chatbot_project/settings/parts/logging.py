"""Structured logs: one JSON object a line on standard output; LOG_FORMAT=text for people."""

from typing import Any

from chatbot_project.env import one_of

LOG_FORMAT = one_of("LOG_FORMAT", ("json", "text"), default="json")
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
LOG_LEVEL = one_of("LOG_LEVEL", (*_LEVELS, *(each.lower() for each in _LEVELS)), default="INFO").upper()

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": "chatbot_project.observability.logs.JsonFormatter"},
        "text": {"format": "%(levelname)s %(name)s: %(message)s"},
    },
    "handlers": {"stdout": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["stdout"], "level": LOG_LEVEL},
    "loggers": {
        # Django's own handler would print with DEBUG what the root prints as well.
        "django": {"handlers": [], "level": "INFO"},
        # A record of every request would name tokens in query strings; uvicorn's own access log is off.
        "uvicorn.access": {"level": "WARNING"},
        "botocore": {"level": "WARNING"},
        # While Redis is away it would write a traceback every second; our own code says it in a sentence.
        "channels_redis.pubsub": {"level": "CRITICAL"},
        "urllib3": {"level": "WARNING"},
        # One line per request of the terminal client, in the middle of its conversation.
        "httpx": {"level": "WARNING"},
        "pymongo": {"level": "WARNING"},
    },
}
