"""From a host to the addresses that may be connected to: all of what its name resolves to is checked, or nothing is."""

import queue
import socket
import threading
from collections.abc import Callable, Sequence
from ipaddress import ip_address

from .errors import Forbidden, HttpCallError
from .policy import Policy
from .ranges import IpAddress, is_internal, is_public, plain
from .urls import Address

Resolver = Callable[[str, int], Sequence[str]]
"""(name, port) -> IP addresses as text. Raises OSError."""


def system_resolver(name: str, port: int) -> Sequence[str]:
    found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def checked_addresses(
    address: Address, *, policy: Policy, resolver: Resolver, seconds: float, written: bool
) -> list[IpAddress]:
    """The addresses to connect to; `written` when a person wrote this address, rather than a redirect.

    Raises Forbidden when any of them may not be reached, HttpCallError when the name is not known.
    """
    allowed = written and not {address.place, address.place.rsplit(":", 1)[0]}.isdisjoint(policy.internal)
    if address.port not in policy.ports and not (written and address.place in policy.internal):
        ports = ", ".join(str(each) for each in sorted(policy.ports))
        raise Forbidden(f"Port {address.port} may not be called. Allowed are: {ports}.")
    found = [plain(address.ip)] if address.ip is not None else _resolved(address, resolver, seconds)
    for each in found:
        if not is_public(each) and not (allowed and is_internal(each)):
            raise Forbidden(
                f"The host {address.host} may not be called: its address is private, or one of the machine or network "
                "itself."
            )
    return found


def _resolved(address: Address, resolver: Resolver, seconds: float) -> list[IpAddress]:
    try:
        texts = _within(lambda: resolver(address.host, address.port), seconds)
        found = [_address(each) for each in texts]
    except (OSError, UnicodeError):
        found = []
    except ValueError:
        raise Forbidden(f"The host {address.host} may not be called: its address cannot be judged.") from None
    if not found:
        raise HttpCallError("name_unknown", f"The host {address.host} is not known: its name leads to no address.")
    return found


def _address(text: str) -> IpAddress:
    """Raises ValueError for what cannot be judged, such as an address of one interface alone (fe80::1%eth0)."""
    if "%" in text:
        raise ValueError(text)
    return plain(ip_address(text))


def _within(resolve: Callable[[], Sequence[str]], seconds: float) -> Sequence[str]:
    """The system's resolver knows no time limit of ours; a thread that waits too long is left to itself."""
    answers: queue.SimpleQueue[Sequence[str] | Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(resolve())
        except Exception as error:
            answers.put(error)

    threading.Thread(target=ask, daemon=True, name="resolve").start()
    try:
        answer = answers.get(timeout=max(seconds, 0.001))
    except queue.Empty:
        raise HttpCallError("timeout", "The name of the host was not resolved in time.") from None
    if isinstance(answer, Exception):
        raise answer
    return answer
