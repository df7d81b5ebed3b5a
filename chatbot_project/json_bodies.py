"""Bodies of REST requests: JSON of bounded length and depth, read no further than that."""

import io
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework import status
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser

_DEEPEST = 50


class BodyTooLarge(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE

    def __init__(self) -> None:
        super().__init__(f"The body is too long: the limit is {settings.DATA_UPLOAD_MAX_MEMORY_SIZE:,} bytes.")


class BoundedJSONParser(JSONParser):
    """Whoever sends more, or deeper, is told so; without the bounds one request could fill memory or the stack."""

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        raw = stream.read(limit + 1)
        if len(raw) > limit:
            raise BodyTooLarge
        try:
            parsed = super().parse(io.BytesIO(raw), media_type, parser_context)
        except RecursionError:
            raise _too_deep() from None
        _depth_check(parsed)
        return parsed


def _depth_check(value: Any) -> None:
    level = [value]
    for _ in range(_DEEPEST):
        level = [inner for each in level for inner in _inside(each)]
        if not level:
            return
    raise _too_deep()


def _inside(value: Any) -> list[Any]:
    inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    return [each for each in inner if isinstance(each, dict | list)]


def _too_deep() -> ParseError:
    return ParseError(f"The body is nested too deep: the limit is {_DEEPEST} levels.")
