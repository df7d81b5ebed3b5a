"""WhiteNoise as the web process needs it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware


class StaticFilesMiddleware(WhiteNoiseMiddleware):
    """Answers with whole files.

    WhiteNoise hands a file over to be read piece by piece. Under ASGI Django reads it whole nevertheless, and warns
    each time that it had to.
    """

    @staticmethod
    def serve(static_file: Any, request: HttpRequest) -> HttpResponse:
        answer = static_file.get_response(request.method, request.META)
        content = b""
        if answer.file is not None:
            with answer.file:
                content = answer.file.read()
        response = HttpResponse(content, status=int(answer.status))
        # The file's own headers and no others.
        del response["Content-Type"]
        for name, value in answer.headers:
            response[name] = value
        # Public and the same for everybody: also for pages that load only what says that it may be loaded.
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response
