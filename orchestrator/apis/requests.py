"""What every view does with a request: who asks, what was asked, and where the next page is."""

import json
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from rest_framework.request import Request
from rest_framework.serializers import Serializer

from chatbot_project.accounts.models import User
from orchestrator.errors import InvalidValue, InvalidValues
from orchestrator.types import Actor

_BODY = "body"


def viewer_of(request: Request) -> User:
    """The signed-in user; views are closed to everybody else."""
    if not isinstance(request.user, User):
        raise TypeError("this view must not be open to people who are not signed in")
    return request.user


def actor_of(request: Request) -> Actor:
    user = viewer_of(request)
    return Actor(id=str(user.id), name=user.get_username())


def body_of(request: Request, serializer: type[Serializer[Any]]) -> dict[str, Any]:
    """The request's body, checked. Raises InvalidValues with a sentence per field."""
    try:
        json.dumps(request.data, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise InvalidValue("The body has half a surrogate pair in it; send valid Unicode.", field=_BODY) from None
    return _checked(serializer(data=request.data))


def query_of(request: Request, serializer: type[Serializer[Any]]) -> dict[str, Any]:
    """The query's parameters, checked. Raises InvalidValues with a sentence per field."""
    return _checked(serializer(data=request.query_params))


def next_page(request: Request, **changed: Any) -> str:
    """This address with some parameters changed."""
    query = request.query_params.copy()
    for name, value in changed.items():
        query[name] = str(value)
    return request.build_absolute_uri(f"{request.path}?{urlencode(list(query.lists()), doseq=True)}")


def optional(value: UUID | None) -> str | None:
    return None if value is None else str(value)


def _checked(serializer: Serializer[Any]) -> dict[str, Any]:
    if serializer.is_valid():
        return dict(serializer.validated_data)
    errors = {_BODY if name == "non_field_errors" else name: _first(each) for name, each in serializer.errors.items()}
    raise InvalidValues({name: f"{name}: {sentence}" for name, sentence in errors.items()})


def _first(errors: Any) -> str:
    while isinstance(errors, dict | list) and errors:
        errors = next(iter(errors.values())) if isinstance(errors, dict) else errors[0]
    return str(errors)
