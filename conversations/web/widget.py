"""What pages of other sites load: the script of the widget, and its words in other languages than English."""

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.templatetags.static import static
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_GET

from .words import Words

_SCRIPT = "text/javascript; charset=utf-8"


@require_GET
@cache_control(public=True, max_age=300)
@conditional_page
def script(request: HttpRequest) -> HttpResponse:
    """`/widget/v1.js`: an address that stays, for the module that may move."""
    module = json.dumps(static("web/js/widget/element.js"))
    languages = json.dumps([code for code, _name in settings.LANGUAGES])
    text = f"import {{ embed }} from {module};\nembed(import.meta.url, {languages});\n"
    response = HttpResponse(text, content_type=_SCRIPT)
    _open(response)
    return response


class WidgetWords(Words):
    """The words as a module: the page of another site may have a catalogue of its own under the usual name."""

    def get(self, request: HttpRequest, language: str, **kwargs: object) -> HttpResponseBase:  # type: ignore[override]
        response = super().get(request, language, **kwargs)
        _open(response)
        return response

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        catalogue = json.dumps(context["catalog"], ensure_ascii=True)
        plural = context["plural"] or "(n != 1)"
        lines = [
            f"const catalogue = {catalogue};",
            f"const form = (n) => Number({plural});",
            "const found = (text) => catalogue[text] ?? text;",
            "export const gettext = (text) => [found(text)].flat()[0];",
            "export const ngettext = (one, many, n) =>",
            "  Array.isArray(catalogue[one]) ? catalogue[one][form(n)] : n === 1 ? one : many;",
        ]
        return HttpResponse("\n".join(lines) + "\n", content_type=_SCRIPT)


def _open(response: HttpResponseBase) -> None:
    """Public, so anybody's page may load it; nothing in it depends on who asks."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
