"""In which language somebody is spoken to: what the profile says, or else what the browser asks for."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.deprecation import MiddlewareMixin

from .models import User


class LanguageMiddleware(MiddlewareMixin):
    """After LocaleMiddleware, which has looked at the browser, and AuthenticationMiddleware, which knows the person."""

    def process_request(self, request: HttpRequest) -> None:
        chosen = getattr(request.user, "language", "")
        if chosen:
            translation.activate(chosen)
            request.LANGUAGE_CODE = chosen


@contextmanager
def spoken(user: User | None) -> Iterator[None]:
    """Inside, texts are in the language of somebody who is not there: of a message that is being answered, say."""
    with translation.override((user.language if user else "") or settings.LANGUAGE_CODE):
        yield
