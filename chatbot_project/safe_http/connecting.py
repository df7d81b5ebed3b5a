"""httpcore's network, where every name has been checked: it connects to the addresses it was given and nowhere else.

Every wait ends at the call's deadline, however slowly the other side drips.
"""

import ssl
import time
from collections.abc import Callable, Iterable, Sequence
from ipaddress import ip_address
from typing import Any

import httpcore

from .errors import Forbidden
from .ranges import IpAddress


class Deadline:
    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds left. Raises httpcore.ReadTimeout when there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the deadline has passed")
        return left


class PinnedNetwork(httpcore.NetworkBackend):
    """For one hop. `sent` becomes true when the first byte of the request is handed to the other side."""

    def __init__(self, addresses: Sequence[IpAddress], deadline: Deadline) -> None:
        self.sent = False
        self._addresses, self._deadline = addresses, deadline
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to one of the checked addresses; `host` is only what the certificate must be for."""
        last: Exception = httpcore.ConnectError("no address")
        for number, each in enumerate(self._addresses):
            # One that does not answer leaves time for those after it.
            share = self._deadline.left() / (len(self._addresses) - number)
            try:
                stream = self._sockets.connect_tcp(str(each), port, timeout=share)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
                continue
            if ip_address(stream.get_extra_info("server_addr")[0]) != each:
                stream.close()
                raise Forbidden("The connection went to another address than the one that was checked.")
            return _Stream(stream, self._deadline, self._note_sent)
        raise last

    def connect_unix_socket(self, path: str, *args: Any, **kwargs: Any) -> httpcore.NetworkStream:
        raise Forbidden("Only addresses of the network can be called.")

    def sleep(self, seconds: float) -> None:
        time.sleep(min(seconds, self._deadline.left()))

    def _note_sent(self) -> None:
        self.sent = True


class _Stream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline, written: Callable[[], None]) -> None:
        self._stream, self._deadline, self._written = stream, deadline, written

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, timeout=self._deadline.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._written()
        # In pieces, for a whole large buffer would have the time limit anew for each part of it that is taken.
        for start in range(0, len(buffer), 16_384):
            self._stream.write(buffer[start : start + 16_384], timeout=self._deadline.left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, timeout=self._deadline.left())
        return _Stream(secured, self._deadline, self._written)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
