"""Origins of foreign pages, written exactly as browsers send them: no wildcard, no path, no default port."""

import ipaddress
import re
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MOST = 50
_LONGEST = 255
_DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
_LOCAL_NAME = "localhost"


def origin_check(text: str) -> None:
    """Raises ValidationError with what would be right instead."""
    if "*" in text:
        raise ValidationError(_("%(origin)s has a wildcard. Write each origin out.") % {"origin": text})
    right = _as_sent(text)
    if right is None:
        raise ValidationError(
            _("%(origin)s is no origin. Write scheme, host and, where it has one, port: https://intranet.example.com")
            % {"origin": text[:_LONGEST]}
        )
    if text != right:
        raise ValidationError(
            _("Browsers send %(right)s for %(origin)s. Write that.") % {"right": right, "origin": text}
        )
    if text.startswith("http:") and not _is_local(text):
        raise ValidationError(
            _("%(origin)s is not encrypted: whoever is on the way could talk in a visitor's name. Use https.")
            % {"origin": text}
        )


def origins_check(origins: object) -> None:
    """Raises ValidationError unless it is a list of different origins."""
    if not isinstance(origins, list) or not all(isinstance(each, str) for each in origins):
        raise ValidationError(_("Write one origin a line."))
    if len(origins) > MOST:
        raise ValidationError(_("A site has %(number)s origins at most.") % {"number": MOST})
    for each in origins:
        origin_check(each)
    if len(set(origins)) < len(origins):
        raise ValidationError(_("An origin is written twice."))


def _as_sent(text: str) -> str | None:
    """The origin of an address as browsers send it; None when it has none."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return None
    host = parts.hostname or ""
    if len(text) > _LONGEST or parts.scheme not in _DEFAULT_PORTS or parts.username is not None or not _is_host(host):
        return None
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + (f":{port}" if port and port != _DEFAULT_PORTS[parts.scheme] else "")


def _is_host(host: str) -> bool:
    if ":" in host:
        try:
            return ipaddress.IPv6Address(host).compressed == host
        except ValueError:
            return False
    return _HOST.fullmatch(host) is not None


def _is_local(origin: str) -> bool:
    host = urlsplit(origin).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == _LOCAL_NAME or host.endswith(f".{_LOCAL_NAME}")
