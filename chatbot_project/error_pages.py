"""Our pages for what goes wrong, with DEBUG on as well.

Django's pages for developers have styles of their own, which our Content-Security-Policy forbids, and are not what
people will see. What they would show is in the log.
"""

from django.conf import settings
from django.core.exceptions import BadRequest, MiddlewareNotUsed, PermissionDenied, SuspiciousOperation
from django.core.signals import got_request_exception
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils.deprecation import MiddlewareMixin
from django.utils.log import log_response

from . import problems


class ErrorPagesMiddleware(MiddlewareMixin):
    """The last one: what no view answers, and what a view raises. Without DEBUG, Django asks `problems` by itself."""

    def __init__(self, get_response: object) -> None:
        if not settings.DEBUG:
            raise MiddlewareNotUsed
        super().__init__(get_response)  # type: ignore[arg-type]

    def process_request(self, request: HttpRequest) -> HttpResponseBase | None:
        try:
            resolve(request.path_info)
        except Resolver404 as error:
            return problems.not_found(request, error)
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        if isinstance(exception, Http404):
            return problems.not_found(request, exception)
        if isinstance(exception, BadRequest | PermissionDenied | SuspiciousOperation):
            return None
        got_request_exception.send(sender=None, request=request)
        response = problems.server_error(request)
        log_response("Internal Server Error: %s", request.path, response=response, request=request, exception=exception)
        return response
