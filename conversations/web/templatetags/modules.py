"""Scripts of a page, told to the browser at once: else it would learn of each only from the one that imports it."""

import posixpath
import re
from functools import lru_cache
from pathlib import Path

from django import template
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()

_IMPORT = re.compile(r'^(?:import|export)\b[^"\n;]*"(\.[^"]+)"', re.MULTILINE)


@register.simple_tag
def module(name: str) -> SafeString:
    """The module `name` (of the static files) and links to all that it imports when it begins."""
    links = format_html_join("", '<link rel="modulepreload" href="{}">', ((static(each),) for each in imported(name)))
    return format_html('{}<script type="module" src="{}"></script>', links, static(name))


@lru_cache(maxsize=32)
def imported(name: str) -> tuple[str, ...]:
    """What a module imports, directly or not, without itself; nothing that is only loaded when it is needed."""
    seen: dict[str, None] = {}
    waiting = [name]
    while waiting:
        each = waiting.pop()
        if each in seen:
            continue
        seen[each] = None
        found = finders.find(each)
        text = Path(str(found)).read_text() if found else ""
        waiting += [posixpath.normpath(posixpath.join(posixpath.dirname(each), part)) for part in _IMPORT.findall(text)]
    return tuple(each for each in seen if each != name)
