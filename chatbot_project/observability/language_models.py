"""What bots' language models were asked and cost today, in Prometheus' text format; nothing while nobody knows."""

from collections.abc import Iterator

import pymongo
from pymongo.errors import PyMongoError

from nlu.language_models import usage_today

_TIMEOUT_SECONDS = 2.0
_COUNTS = {
    "requests": "Requests made today (UTC), repeats included.",
    "tokens": "Tokens paid for today (UTC).",
    "failures": "Messages that were answered without the language model today (UTC).",
}


def language_model_gauges() -> Iterator[str]:
    """By bot; as of all processes together."""
    try:
        with pymongo.timeout(_TIMEOUT_SECONDS):
            rows = usage_today()
    except PyMongoError:
        return
    for count, text in _COUNTS.items() if rows else ():
        name = f"infrachat_language_model_{count}_today"
        yield f"# HELP {name} {text}"
        yield f"# TYPE {name} gauge"
        for row in rows:
            yield f'{name}{{bot="{row["bot_id"]}"}} {row[count]}'
