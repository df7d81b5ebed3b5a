"""The translated texts of the pages' scripts."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.decorators import method_decorator
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page
from django.views.i18n import JavaScriptCatalog


@method_decorator([conditional_page, cache_control(public=True, max_age=300)], name="dispatch")
class Words(JavaScriptCatalog):
    """Of one language, which stands in the address. Our own texts alone: the admin's scripts have theirs."""

    packages = ["conversations.web"]

    def get(self, request: HttpRequest, language: str, **kwargs: object) -> HttpResponseBase:  # type: ignore[override]
        if language not in dict(settings.LANGUAGES):
            raise Http404("There are no texts in that language.")
        with translation.override(language):
            return super().get(request, **kwargs)

    def get_paths(self, packages: list[str]) -> list[str]:
        return [str(each) for each in settings.LOCALE_PATHS]
