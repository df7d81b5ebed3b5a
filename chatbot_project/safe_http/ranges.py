"""Which IP addresses are public, by the registries of special addresses (IANA, RFC 6890 and its successors).

For IPv6 what is not known to be public is refused; IPv4 has few gaps left, so its special ranges are listed.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import TypeAlias

IpAddress: TypeAlias = IPv4Address | IPv6Address

# Keys of machines are handed out here, to whoever asks from within. No setting opens these.
_METADATA = frozenset(
    ip_address(each)
    for each in (
        "169.254.169.254",
        "169.254.170.2",
        "169.254.170.23",
        "fd00:ec2::254",
        "fd00:ec2::23",
        "fd20:ce::254",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.192",
    )
)
_NEVER_4 = [IPv4Network(each) for each in ("0.0.0.0/8", "169.254.0.0/16", "192.0.0.0/24", "224.0.0.0/3")]
_NEVER_6 = [IPv6Network(each) for each in ("::/128", "fe80::/10", "fec0::/10", "ff00::/8")]
_SPECIAL_4 = [
    IPv4Network(each)
    for each in (
        *("10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.0.2.0/24", "192.88.99.0/24"),
        *("192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"),
    )
]
_PUBLIC_6 = IPv6Network("2000::/3")
# Within it: protocol assignments (Teredo among them), documentation, and 6to4, which wraps an IPv4 address.
_SPECIAL_6 = [IPv6Network(each) for each in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16")]
_LOCAL_6 = [IPv6Network("::1/128"), IPv6Network("fc00::/7")]
_NAT64 = IPv6Network("64:ff9b::/96")
# An interface identifier that names an IPv4 address (ISATAP, RFC 5214).
_ISATAP = frozenset({0x00005EFE, 0x02005EFE})


def plain(address: IpAddress) -> IpAddress:
    """The address that is really meant: an IPv4 address that is written as IPv6 (`::ffff:127.0.0.1`) as itself."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def is_public(address: IpAddress) -> bool:
    """Whether the address is one of the public internet, and any IPv4 address in it is too."""
    address = plain(address)
    if is_never(address):
        return False
    if isinstance(address, IPv4Address):
        return not any(address in each for each in _SPECIAL_4)
    if address in _NAT64:
        return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
    if address not in _PUBLIC_6 or any(address in each for each in _SPECIAL_6):
        return False
    return (int(address) >> 32) & 0xFFFFFFFF not in _ISATAP


def is_internal(address: IpAddress) -> bool:
    """Whether the address is inside (private, loopback) and may be reached where a setting names its host."""
    address = plain(address)
    if is_never(address):
        return False
    if isinstance(address, IPv4Address):
        return any(address in each for each in _SPECIAL_4)
    return any(address in each for each in _LOCAL_6)


def is_never(address: IpAddress) -> bool:
    """Metadata services, link-local, multicast, reserved and unspecified: not even where a setting allows the host."""
    address = plain(address)
    if address in _METADATA:
        return True
    if isinstance(address, IPv4Address):
        return any(address in each for each in _NEVER_4)
    if address in _NAT64:
        return is_never(IPv4Address(int(address) & 0xFFFFFFFF))
    return any(address in each for each in _NEVER_6)
