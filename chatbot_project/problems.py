"""One place turns every error into an answer: RFC 9457 problem+json for the API, Django's pages for people."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import set_rollback

from conversations.problems import describe, problem_data

from .json_bodies import BodyTooLarge

CONTENT_TYPE = "application/problem+json"

_CODES = {
    status.HTTP_400_BAD_REQUEST: "bad_request",
    status.HTTP_401_UNAUTHORIZED: "not_signed_in",
    status.HTTP_403_FORBIDDEN: "not_allowed",
    status.HTTP_404_NOT_FOUND: "not_found",
    status.HTTP_405_METHOD_NOT_ALLOWED: "method_not_allowed",
    status.HTTP_406_NOT_ACCEPTABLE: "not_acceptable",
    status.HTTP_413_REQUEST_ENTITY_TOO_LARGE: "too_large",
    status.HTTP_415_UNSUPPORTED_MEDIA_TYPE: "unsupported_media_type",
    status.HTTP_429_TOO_MANY_REQUESTS: "too_many",
}
_SIGN_IN = "Sign in first: send `Authorization: Token …` with a token from auth/token/."


def exception_handler(error: Exception, context: dict[str, Any]) -> Response:
    """Django REST framework's hook: every error of an API view, expected or not."""
    set_rollback()
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    if isinstance(error, RequestDataTooBig):
        error = BodyTooLarge()
    if isinstance(error, exceptions.APIException):
        problem, headers = _framework_problem(error), _headers(error)
    else:
        problem, headers = describe(error), _headers(error)
    response = Response(problem, status=problem["status"], headers=headers)
    response.content_type = CONTENT_TYPE
    return response


@csrf_exempt
def api_not_found(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Below /api/ what is not there is a problem, with DEBUG on as well."""
    hint = "" if request.path.endswith("/") else " Every address ends with a slash."
    return problem_response(problem_data(status=404, code="not_found", detail=f"There is no {request.path}.{hint}"))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """`handler404`."""
    return api_not_found(request) if _is_api(request) else defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """`handler500`; Django has logged the error."""
    if not _is_api(request):
        return defaults.server_error(request)
    detail = "Something went wrong on our side. It was logged."
    return problem_response(problem_data(status=500, code="internal_error", title="Internal error", detail=detail))


def problem_response(problem: dict[str, Any]) -> HttpResponse:
    return JsonResponse(problem, status=problem["status"], content_type=CONTENT_TYPE)


def _framework_problem(error: exceptions.APIException) -> dict[str, Any]:
    code = _CODES.get(error.status_code, "error")
    if isinstance(error, exceptions.ValidationError):
        errors = _flat(error.detail)
        field, detail = next(iter(errors.items()), (None, "The request is not valid."))
        title = "The request is not valid"
        problem = problem_data(status=400, code="invalid_request", title=title, detail=detail, field=field)
        return {**problem, "errors": errors}
    detail = _SIGN_IN if isinstance(error, exceptions.NotAuthenticated) else str(error.detail)
    return problem_data(status=error.status_code, code=code, detail=detail)


def _flat(detail: Any, path: str = "") -> dict[str, str]:
    """`{field: sentence}` of the framework's nested lists and dicts."""
    if isinstance(detail, dict):
        parts = [_flat(each, f"{path}.{name}" if path else str(name)) for name, each in detail.items()]
    elif isinstance(detail, list) and any(isinstance(each, dict | list) for each in detail):
        parts = [_flat(each, f"{path}.{index}" if path else str(index)) for index, each in enumerate(detail)]
    else:
        sentence = " ".join(str(each) for each in detail) if isinstance(detail, list) else str(detail)
        parts = [{path or "body": sentence}]
    return {name: sentence for part in parts for name, sentence in part.items()}


def _headers(error: Exception) -> dict[str, str]:
    headers = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = str(error.auth_header)  # type: ignore[attr-defined]
    wait = getattr(error, "wait", None) or getattr(error, "retry_after", None)
    if wait:
        headers["Retry-After"] = str(int(wait))
    return headers


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")
