"""One request to one checked address, and its answer."""

import ssl
from dataclasses import dataclass

import httpcore

from .bodies import body_read
from .connecting import Deadline, PinnedNetwork
from .errors import HttpCallError
from .policy import Policy
from .resolving import Resolver, checked_addresses
from .urls import Address

REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True)
class Hop:
    """`written`: a person wrote this address, rather than a server that sent on to it."""

    address: Address
    method: str
    headers: dict[str, str]
    body: bytes
    written: bool


@dataclass(frozen=True)
class Answer:
    """`location` is where a redirect leads; `body` is empty then, for nobody reads it."""

    status: int
    content_type: str
    location: str
    body: bytes


def hop_send(hop: Hop, *, policy: Policy, resolver: Resolver, deadline: Deadline) -> Answer:
    """Resolve, check, connect, send, read. Raises HttpCallError."""
    host = hop.address.host
    network: PinnedNetwork | None = None
    try:
        addresses = checked_addresses(
            hop.address, policy=policy, resolver=resolver, seconds=deadline.left(), written=hop.written
        )
        network = PinnedNetwork(addresses, deadline)
        return _sent(hop, network, policy)
    except (httpcore.TimeoutException, TimeoutError):
        sent = network is not None and network.sent
        raise HttpCallError("timeout", f"{host} did not answer in time.", sent=sent) from None
    except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
        sent = network is not None and network.sent
        raise HttpCallError("unreachable", _why(host, error, sent=sent), sent=sent) from None


def _sent(hop: Hop, network: PinnedNetwork, policy: Policy) -> Answer:
    """No proxy, no cookies, no connection kept: nothing from the environment or from an earlier call takes part."""
    address = hop.address
    url = httpcore.URL(scheme=address.scheme, host=address.host, port=address.port, target=address.target)
    headers = {"Host": address.authority, "Accept-Encoding": "gzip", "Connection": "close", **hop.headers}
    content = None if hop.method == "GET" else hop.body
    context = policy.ssl_context
    if context is None and address.scheme == "https":
        context = ssl.create_default_context()
    with (
        httpcore.ConnectionPool(ssl_context=context, network_backend=network, max_keepalive_connections=0) as pool,
        pool.stream(hop.method, url, headers=list(headers.items()), content=content) as response,
    ):
        return _answer(response, policy)


def _answer(response: httpcore.Response, policy: Policy) -> Answer:
    fields = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
    location = fields.get("location", "") if response.status in REDIRECTS else ""
    body = b""
    if not location:
        encoding = fields.get("content-encoding", "")
        body = body_read(response.iter_stream(), encoding=encoding, limit=policy.response_bytes)
    return Answer(response.status, fields.get("content-type", ""), location, body)


def _why(host: str, error: Exception, *, sent: bool) -> str:
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return f"The certificate of {host} is not valid for it, or nobody we know has signed it."
    if sent:
        return f"{host} ended the connection before its answer was whole."
    return f"{host} cannot be reached: it takes no connection."
