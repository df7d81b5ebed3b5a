"""One reader of the process environment, whose errors name the variable and what would be right.

Everything configurable is read through `env`, so that `docs/reference/settings.md` can list it all.
"""

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()


def required(name: str, hint: str) -> str:
    """The value of `name`; ImproperlyConfigured naming the variable when it is missing or empty."""
    value = str(env.str(name, default="")).strip()
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. {hint}")
    return value


def one_of(name: str, choices: tuple[str, ...], default: str) -> str:
    """The value of `name`, which must be one of `choices`."""
    value = str(env.str(name, default=default))
    if value not in choices:
        raise ImproperlyConfigured(f"{name}={value!r} is not known. Use one of: {', '.join(choices)}.")
    return value


def address(name: str, default: str, *, schemes: tuple[str, ...]) -> str:
    """The value of `name`: an address that begins with one of `schemes` and names a host (or a socket). Never said back
    in the error, for it may have a password in it. Empty when that is the default."""
    value = str(env.str(name, default=default)).strip() or default
    scheme, _separator, rest = value.partition("://")
    if value and (scheme not in schemes or not rest.strip("/")):
        known = ", ".join(f"{each}://" for each in schemes)
        raise ImproperlyConfigured(f"{name} is no address. It must begin with one of {known}, and name a server.")
    return value


def whole_number(name: str, default: int, *, minimum: int = 0) -> int:
    """The value of `name` as an integer of at least `minimum`."""
    raw = str(env.str(name, default=str(default))).strip()
    try:
        value = int(raw)
    except ValueError:
        raise ImproperlyConfigured(f"{name}={raw!r} is not a whole number. Example: {name}={default}.") from None
    if value < minimum:
        raise ImproperlyConfigured(f"{name}={value} is too small. It must be at least {minimum}.")
    return value


def decimal(name: str, default: float, *, minimum: float = 0.0) -> float:
    """The value of `name` as a number of at least `minimum`."""
    raw = str(env.str(name, default=str(default))).strip()
    try:
        value = float(raw)
    except ValueError:
        raise ImproperlyConfigured(f"{name}={raw!r} is not a number. Example: {name}={default}.") from None
    if value < minimum:
        raise ImproperlyConfigured(f"{name}={value} is too small. It must be at least {minimum}.")
    return value


def flag(name: str, default: bool) -> bool:
    """The value of `name` as a boolean (true/false, yes/no, on/off, 1/0)."""
    raw = str(env.str(name, default=str(default))).strip().lower()
    if raw in {"1", "true", "yes", "on", "y", "t"}:
        return True
    if raw in {"0", "false", "no", "off", "n", "f", ""}:
        return False
    raise ImproperlyConfigured(f"{name}={raw!r} is neither true nor false. Example: {name}={str(default).lower()}.")
