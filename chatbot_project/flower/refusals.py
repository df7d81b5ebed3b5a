"""What Flower must not do here.

Its API can send tasks. They would go into a Redis list that no worker reads, after an answer that says they were sent.
"""

from typing import Any, NoReturn

import tornado.web

SENDING = ("/api/task/apply/(.+)", "/api/task/async-apply/(.+)", "/api/task/send-task/(.+)")


class SendingRefused(tornado.web.RequestHandler):
    """403 for every method, whoever asks."""

    def check_xsrf_cookie(self) -> None:
        """It is refused in any case; a missing token is not the reason."""

    def prepare(self) -> NoReturn:
        raise tornado.web.HTTPError(403)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        self.set_header("Content-Type", "text/plain; charset=UTF-8")
        self.finish("Tasks are not sent from here: ask for changes in the chat or over the REST API.\n")

    def data_received(self, chunk: bytes) -> None:
        """Nothing is read."""


def refused_routes() -> list[tuple[str, type[tornado.web.RequestHandler]]]:
    return [(pattern, SendingRefused) for pattern in SENDING]
