"""kombu's curl client with the time limits it lacks."""

# kombu's type stubs know only a part of the curl client.
# mypy: disable-error-code="attr-defined,misc"

from typing import Any

import pycurl
from kombu.asynchronous import Hub
from kombu.asynchronous.http.curl import CurlClient

CONNECT_TIMEOUT_SECONDS = 5


class TimedCurlClient(CurlClient):
    """Ends every request after `timeout_seconds`.

    kombu 5.7.0 carries `request_timeout` in its request objects and never hands it to curl, so a long poll on a
    connection whose other end vanished (half-open) waits for ever.
    """

    def __init__(self, hub: Hub, timeout_seconds: int) -> None:
        super().__init__(hub)
        self.timeout_seconds = timeout_seconds

    def _setup_request(self, curl: Any, request: Any, buffer: Any, headers: Any, *args: Any) -> None:
        super()._setup_request(curl, request, buffer, headers, *args)
        curl.setopt(pycurl.CONNECTTIMEOUT, CONNECT_TIMEOUT_SECONDS)
        curl.setopt(pycurl.TIMEOUT, self.timeout_seconds)


def install(hub: Hub, timeout_seconds: int) -> None:
    """Make the timed client the one that kombu uses on this event loop."""
    # kombu keeps one client per hub under this name and makes its own only when there is none.
    if not isinstance(getattr(hub, "_current_http_client", None), TimedCurlClient):
        hub._current_http_client = TimedCurlClient(hub, timeout_seconds)
