"""`Idempotency-Key` on POST: the same key again gets the first answer, for a day, without doing anything twice.

The key is reserved before the work begins; a repeat that arrives meanwhile is told to come back. A reservation whose
process died becomes free after a while: then the work is done again, and the services refuse what was done before.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any
from uuid import UUID, uuid4

from django.utils.crypto import salted_hmac
from drf_spectacular.utils import OpenApiParameter
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from chatbot_project.mongo.connections import collection
from orchestrator.documents import Document, utc_now
from orchestrator.errors import Conflict, InvalidValue

_HEADER = "Idempotency-Key"
IDEMPOTENCY_KEY = OpenApiParameter(
    _HEADER, str, OpenApiParameter.HEADER, description="The same key again gets the first answer."
)
_MAX_KEY = 200
_RESERVED_FOR = timedelta(seconds=60)

View = Callable[..., Response]


def idempotent(view: View) -> View:
    """For a view method that answers a POST. Errors are not kept: the same key may be tried again."""

    @wraps(view)
    def wrapper(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get(_HEADER, "")
        if not key:
            return view(self, request, *args, **kwargs)
        if len(key) > _MAX_KEY:
            raise InvalidValue(f"{_HEADER} may have {_MAX_KEY} characters at most.", field=_HEADER)
        receipt_id = _receipt_id(request, key)
        body_digest = salted_hmac(_HEADER, _canonical(request.data), algorithm="sha256").hexdigest()
        earlier = _reserve(receipt_id, body_digest)
        if earlier is not None:
            return _repeat(earlier, body_digest)
        try:
            response = view(self, request, *args, **kwargs)
        except BaseException:
            _receipts().delete_one({"_id": receipt_id, "status": None})
            raise
        answer = {"status": response.status_code, "body": _canonical(response.data)}
        _receipts().update_one({"_id": receipt_id}, {"$set": answer})
        return response

    return wrapper


def made_id(request: Request) -> str:
    """The id for what this POST makes: with a key always the same one, so that a request whose process died between
    the work and its receipt finds its work done."""
    key = request.headers.get(_HEADER, "")
    return str(UUID(_receipt_id(request, key)[:32], version=5) if key else uuid4())


def _receipt_id(request: Request, key: str) -> str:
    return _digest(str(request.user.pk), request.path, key)


def _reserve(receipt_id: str, body_digest: str) -> Document | None:
    """None when the work is ours to do; otherwise the receipt of who was first."""
    now = utc_now()
    receipt = {"_id": receipt_id, "request_digest": body_digest, "status": None, "body": None, "created_at": now}
    try:
        _receipts().insert_one(receipt)
    except DuplicateKeyError:
        mine = {"_id": receipt_id, "request_digest": body_digest, "status": None}
        stale = {**mine, "created_at": {"$lt": now - _RESERVED_FOR}}
        if _receipts().find_one_and_update(stale, {"$set": receipt}) is not None:
            return None
        return _receipts().find_one({"_id": receipt_id}) or receipt
    return None


def _repeat(receipt: Document, body_digest: str) -> Response:
    if receipt["request_digest"] != body_digest:
        raise InvalidValue(f"This {_HEADER} was used with another body. Make a new one.", field=_HEADER)
    if receipt["status"] is None:
        raise Conflict("The first request with this key is still at work. Try again in a moment.")
    return Response(json.loads(receipt["body"]), status=receipt["status"], headers={"Idempotent-Replayed": "true"})


def _canonical(data: Any) -> str:
    return JSONEncoder(sort_keys=True).encode(data)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _receipts() -> Collection[Document]:
    return collection("orchestrator_receipt")
