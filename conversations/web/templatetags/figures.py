"""{% load figures %}: numbers as people read them."""

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _

register = template.Library()

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_LONG = 10


@register.filter
def seconds(value: float) -> str:
    """How long something takes: "0.4 s", "45 s", "3 min", "2.5 h", "12 d"."""
    if value < _MINUTE:
        return _("%(number)s s") % {"number": _short(value)}
    if value < _HOUR:
        return _("%(number)s min") % {"number": _short(value / _MINUTE)}
    if value < 2 * _DAY:
        return _("%(number)s h") % {"number": _short(value / _HOUR)}
    return _("%(number)s d") % {"number": _short(value / _DAY)}


@register.filter
def share(value: float) -> str:
    """A part of one in percent: 0.034 is "3.4 %"."""
    return _("%(number)s %%") % {"number": _short(value * 100)}


def _short(value: float) -> str:
    digits = 0 if value >= _LONG or value == round(value) else 1
    return number_format(value, digits)
