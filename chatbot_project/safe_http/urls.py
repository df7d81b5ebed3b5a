"""Addresses read strictly: one spelling for each, so that nothing is checked in one reading and called in another."""

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import urljoin

from .errors import BadAddress
from .ranges import IpAddress

LONGEST = 2_000
_PORTS = {"http": 80, "https": 443}
# RFC 3986's characters and nothing else: no space, control character, backslash, quote, or letter beyond ASCII.
_CHARACTERS = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")
_PARTS = re.compile(r"(?P<scheme>https?)://(?P<authority>[^/?#]+)(?P<target>[^#]*)(?:#.*)?", re.IGNORECASE)
_AUTHORITY = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(?P<port>[0-9]{1,5}))?")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


@dataclass(frozen=True)
class Address:
    """`host` is lower-case, or an IP address in its normal form without brackets; `target` is path and query."""

    scheme: str
    host: str
    port: int
    target: str
    ip: IpAddress | None = None

    @property
    def origin(self) -> tuple[str, str, int]:
        return (self.scheme, self.host, self.port)

    @property
    def place(self) -> str:
        """`host:port`, as a setting names it."""
        return f"{self._bracketed}:{self.port}"

    @property
    def authority(self) -> str:
        """What the Host header says."""
        return self._bracketed if self.port == _PORTS[self.scheme] else self.place

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.authority}{self.target}"

    @property
    def _bracketed(self) -> str:
        return f"[{self.host}]" if isinstance(self.ip, IPv6Address) else self.host


def address_read(text: str) -> Address:
    """The address `text` is. Raises BadAddress, which says what would be right."""
    if len(text) > LONGEST:
        raise BadAddress(f"The address is longer than {LONGEST} characters.")
    if not _CHARACTERS.fullmatch(text):
        raise BadAddress(
            "The address has characters that cannot stand in one. Write spaces and letters with accents as %XX, and a "
            "name with such letters in its xn-- form."
        )
    parts = _PARTS.fullmatch(text)
    if parts is None:
        raise BadAddress("The address must begin with https:// or http:// and name a host.")
    authority = parts["authority"]
    if "@" in authority:
        raise BadAddress("The address must not have a user name or a password in it. Send them as a header.")
    found = _AUTHORITY.fullmatch(authority)
    if found is None:
        raise BadAddress("The host in the address is not one. Write a name such as api.example.com.")
    scheme = parts["scheme"].lower()
    host, ip = _host(found["host"])
    port = int(found["port"]) if found["port"] else _PORTS[scheme]
    if not 1 <= port <= 65_535:
        raise BadAddress("The port in the address must be between 1 and 65535.")
    target = parts["target"]
    return Address(scheme, host, port, target if target.startswith("/") else f"/{target}", ip)


def address_join(base: Address, location: str) -> Address:
    """Where a redirect leads. Raises BadAddress."""
    if not _CHARACTERS.fullmatch(location) or len(location) > LONGEST:
        raise BadAddress("The address that the server sent on to is not one.")
    return address_read(urljoin(base.url, location))


def _host(text: str) -> tuple[str, IpAddress | None]:
    if text.startswith("["):
        return _ipv6(text[1:-1])
    # A trailing dot means the same host to a resolver and another one to who compares names.
    name = text.lower().removesuffix(".")
    labels = name.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        return _ipv4(name)
    if len(name) > 253 or not all(_LABEL.fullmatch(each) for each in labels):
        raise BadAddress("The host in the address is not one. Write a name such as api.example.com.")
    return name, None


def _ipv4(text: str) -> tuple[str, IpAddress]:
    """Four decimal numbers. What resolvers also take for one (127.1, 0x7f.1, 2130706433, 0177.0.0.1) is refused."""
    try:
        address = IPv4Address(text)
    except AddressValueError:
        raise BadAddress("An IP address must be written as four decimal numbers, such as 192.0.2.7.") from None
    return str(address), address


def _ipv6(text: str) -> tuple[str, IpAddress]:
    try:
        address = IPv6Address(text)
    except AddressValueError:
        raise BadAddress("The IPv6 address in the address is not one.") from None
    return str(address), address
