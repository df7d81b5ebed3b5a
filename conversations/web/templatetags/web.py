"""{% load web %}: times in the reader's zone, and words for codes."""

import json
from datetime import datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince, timeuntil
from django.utils.translation import gettext as _

from conversations.web.labels import CHANGES, RISKS, SIGNS, STATES, STATUSES

register = template.Library()
# As plans and stored values have it in the place of a secret.
_HIDDEN = frozenset({"(sensitive)", "(sensitive value)"})
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)
_A_MOMENT = timedelta(minutes=1)


@register.simple_tag
def moment(at: datetime | None) -> SafeString | str:
    """The day and the minute; the exact time on hover."""
    return "" if at is None else _time(at, _short(at), "moment")


@register.simple_tag
def ago(at: datetime | None) -> SafeString | str:
    """How long ago it was, or how long it still is; the exact time on hover."""
    if at is None:
        return ""
    now = timezone.now()
    if abs(at - now) < _A_MOMENT:
        return _time(at, _("just now"), "ago")
    is_past = at <= now
    words = (timesince(at, now, depth=1) if is_past else timeuntil(at, now, depth=1)).replace("\xa0", " ")
    return _time(at, (_("%(time)s ago") if is_past else _("in %(time)s")) % {"time": words}, "ago")


@register.filter
def value_words(value: object) -> str:
    """A JSON value as a person would write it."""
    if value is None or value == "":
        return _("none")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)


@register.filter
def is_hidden(value: object) -> bool:
    """Whether it stands for a value that only workers know."""
    return isinstance(value, str) and value in _HIDDEN


@register.filter
def is_secret(value: object) -> bool:
    """Whether it stands for an output that is in Terraform's state alone."""
    return value == {"sensitive": True}


@register.filter
def status_words(status: str) -> str:
    return str(STATUSES.get(status, status))


@register.filter
def state_words(state: str) -> str:
    return str(STATES.get(str(state), state))


@register.filter
def risk_words(risk: str) -> str:
    return str(RISKS.get(str(risk), risk))


@register.filter
def change_words(action: str) -> str:
    return str(CHANGES.get(action, action))


@register.filter
def change_sign(action: str) -> str:
    return SIGNS.get(action, "·")


@register.filter
def browser_words(said: str) -> str:
    """What a browser calls itself, in two words."""
    # The later ones call themselves by the names of the earlier ones too.
    name = next((words for mark, words in _BROWSERS if mark in said), said[:40])
    system = next((words for mark, words in _SYSTEMS if mark in said), "")
    if not name:
        return _("a browser that does not say which")
    return _("%(browser)s on %(system)s") % {"browser": name, "system": system} if system else name


def _short(at: datetime) -> str:
    local = timezone.localtime(at)
    same_year = local.year == timezone.localtime().year
    return date_format(local, "j M, H:i" if same_year else "j M Y, H:i")


def _time(at: datetime, text: str, shown: str) -> SafeString:
    local = timezone.localtime(at)
    exact = f"{date_format(local, 'j F Y, H:i:s')} {local.tzname()}"
    return format_html('<time datetime="{}" title="{}" data-shown="{}">{}</time>', at.isoformat(), exact, shown, text)
