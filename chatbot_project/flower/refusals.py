"""What Flower must not do here.

Its API can send tasks. They would go into a Redis list that no worker reads, after an answer that says they were sent.
And it shows the lengths of lists in Redis as if they were the queues, which are in SQS.
"""

from typing import Any, NoReturn

import tornado.web
from flower.views import BaseHandler

LENGTHS = "/api/queues/length"
BROKER = "/broker"
SENDING = ("/api/task/apply/(.+)", "/api/task/async-apply/(.+)", "/api/task/send-task/(.+)")


_NOT_SENT = "Tasks are not sent from here: ask for changes in the chat or over the REST API."
_ELSEWHERE = (
    "Tasks travel over SQS, to which Flower holds no key, so it cannot say how long the queues are: ask SQS itself. "
    "Which queues a worker listens on is on the worker's page."
)


class Refused(tornado.web.RequestHandler):
    """403 and a sentence for every method, whoever asks."""

    def initialize(self, sentence: str) -> None:
        self._sentence = sentence

    def check_xsrf_cookie(self) -> None:
        """It is refused in any case; a missing token is not the reason."""

    def prepare(self) -> NoReturn:
        raise tornado.web.HTTPError(403)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        self.set_header("Content-Type", "text/plain; charset=UTF-8")
        self.finish(f"{self._sentence}\n")

    def data_received(self, chunk: bytes) -> None:
        """Nothing is read."""


class BrokerExplained(BaseHandler):
    """Flower's page of queues, without any and with the reason."""

    @tornado.web.authenticated
    def get(self) -> None:
        self.render("broker.html", broker_url=_ELSEWHERE, queues=[])

    def data_received(self, chunk: bytes) -> None:
        """Nothing is read."""


def refused_routes() -> list[tuple[str, type[tornado.web.RequestHandler], dict[str, str]]]:
    """Patterns, handlers and what they are told."""
    sending = [(pattern, Refused, {"sentence": _NOT_SENT}) for pattern in SENDING]
    return [*sending, (LENGTHS, Refused, {"sentence": _ELSEWHERE}), (BROKER, BrokerExplained, {})]
