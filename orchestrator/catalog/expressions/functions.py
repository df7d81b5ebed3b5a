"""Terraform's functions that validations commonly use; see developer.hashicorp.com/terraform/language/functions."""

import ipaddress
import json
import math
from collections.abc import Callable, Mapping
from typing import Any

from .errors import EvaluationError
from .patterns import every, first, replaced
from .values import as_boolean, as_list, as_number, as_text, equal

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def _length(value: Any) -> int:
    if isinstance(value, str | list | Mapping):
        return len(value)
    raise EvaluationError("length needs a string, a list or a map")


def _contains(items: Any, wanted: Any) -> bool:
    return any(equal(item, wanted) for item in as_list(items))


def _regex(pattern: Any, text: Any) -> Any:
    match = first(as_text(pattern), as_text(text))
    if match is None:
        raise EvaluationError("the pattern does not match")
    if match.groupdict():
        return dict(match.groupdict())
    return list(match.groups()) if match.groups() else match.group()


def _regexall(pattern: Any, text: Any) -> list[Any]:
    found = every(as_text(pattern), as_text(text))
    return [list(match.groups()) if match.groups() else match.group() for match in found]


def _replace(text: Any, old: Any, new: Any) -> str:
    before, after = as_text(old), as_text(new)
    if len(before) > 1 and before.startswith("/") and before.endswith("/"):
        return replaced(before[1:-1], after.replace("$", "\\"), as_text(text))
    return as_text(text).replace(before, after)


def _network(text: Any) -> Network:
    """A CIDR range; host bits may be set, as Terraform allows."""
    if "/" not in as_text(text):
        raise EvaluationError("a range needs a prefix length, as in 10.0.0.0/16")
    try:
        return ipaddress.ip_network(as_text(text), strict=False)
    except ValueError as error:
        raise EvaluationError(str(error)) from None


def _cidrhost(prefix: Any, number: Any) -> str:
    network, index = _network(prefix), int(as_number(number))
    if not -network.num_addresses <= index < network.num_addresses:
        raise EvaluationError("the range has no such host")
    return str(network[index])


def _cidrnetmask(prefix: Any) -> str:
    network = _network(prefix)
    if network.version != 4:
        raise EvaluationError("only IPv4 ranges have a netmask")
    return str(network.netmask)


def _cidrsubnet(prefix: Any, new_bits: Any, number: Any) -> str:
    network = _network(prefix)
    bits, index = int(as_number(new_bits)), int(as_number(number))
    length = network.prefixlen + bits
    if bits < 0 or length > network.max_prefixlen or not 0 <= index < 2**bits:
        raise EvaluationError("the range has no such subnet")
    start = int(network.network_address) + (index << (network.max_prefixlen - length))
    return str(ipaddress.ip_network((start, length)))


def _distinct(items: Any) -> list[Any]:
    found: list[Any] = []
    for item in as_list(items):
        if not _contains(found, item):
            found.append(item)
    return found


def _flatten(items: Any) -> list[Any]:
    return [inner for item in as_list(items) for inner in (_flatten(item) if isinstance(item, list) else [item])]


def _lookup(container: Any, key: Any, *default: Any) -> Any:
    if isinstance(container, Mapping) and as_text(key) in container:
        return container[as_text(key)]
    if not default:
        raise EvaluationError(f"there is no {key}")
    return default[0]


def _coalesce(*items: Any) -> Any:
    for item in items:
        if item is not None and item != "":
            return item
    raise EvaluationError("coalesce found nothing")


def _jsondecode(text: Any) -> Any:
    try:
        return json.loads(as_text(text))
    except ValueError as error:
        raise EvaluationError(str(error)) from None


def _keys(container: Any) -> list[str]:
    if not isinstance(container, Mapping):
        raise EvaluationError("keys needs a map")
    return sorted(container)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": lambda number: abs(as_number(number)),
    "alltrue": lambda items: all(as_boolean(item) for item in as_list(items)),
    "anytrue": lambda items: any(as_boolean(item) for item in as_list(items)),
    "ceil": lambda number: math.ceil(as_number(number)),
    "cidrhost": _cidrhost,
    "cidrnetmask": _cidrnetmask,
    "cidrsubnet": _cidrsubnet,
    "coalesce": _coalesce,
    "compact": lambda items: [item for item in as_list(items) if item not in (None, "")],
    "concat": lambda *lists: [item for items in lists for item in as_list(items)],
    "contains": _contains,
    "distinct": _distinct,
    "endswith": lambda text, end: as_text(text).endswith(as_text(end)),
    "flatten": _flatten,
    "floor": lambda number: math.floor(as_number(number)),
    "join": lambda glue, items: as_text(glue).join(as_text(item) for item in as_list(items)),
    "jsondecode": _jsondecode,
    "keys": _keys,
    "length": _length,
    "lookup": _lookup,
    "lower": lambda text: as_text(text).lower(),
    "max": lambda *numbers: max(as_number(number) for number in numbers),
    "min": lambda *numbers: min(as_number(number) for number in numbers),
    "regex": _regex,
    "regexall": _regexall,
    "replace": _replace,
    "split": lambda glue, text: as_text(text).split(as_text(glue)),
    "startswith": lambda text, start: as_text(text).startswith(as_text(start)),
    "strcontains": lambda text, part: as_text(part) in as_text(text),
    "substr": lambda text, start, count: as_text(text)[start:] if count < 0 else as_text(text)[start : start + count],
    "tobool": as_boolean,
    "tolist": as_list,
    "tonumber": as_number,
    "toset": _distinct,
    "tostring": as_text,
    "trimprefix": lambda text, start: as_text(text).removeprefix(as_text(start)),
    "trimspace": lambda text: as_text(text).strip(),
    "trimsuffix": lambda text, end: as_text(text).removesuffix(as_text(end)),
    "upper": lambda text: as_text(text).upper(),
    "values": lambda container: [container[key] for key in _keys(container)],
}
