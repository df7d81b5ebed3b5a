"""Thin views: read the request, call one service or selector, build the answer."""

from typing import Any, cast

from django.contrib.auth import authenticate
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chatbot_project.accounts.models import User
from chatbot_project.accounts.tokens import token_issue
from conversations import housekeeping, limits, requests, selectors, services, stream, threads
from conversations.cleaning import (
    is_uuid,
    length_check,
    seq_clean,
    seq_from_text,
    string_clean,
    text_clean,
    uuid_clean,
    values_clean,
)
from conversations.client_frames import FormSubmit, MessageSend
from conversations.documents import ConversationView, timestamp
from conversations.errors import InvalidFrame, NotFound, WrongPassword
from conversations.markdown import frame_wire, html_wanted

from . import schemas
from .paging import body_of, cursor_after, cursor_of, idempotency_uuid, limit_of, next_url

_IDEMPOTENCY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, description="The same key again is answered with the first result."
)
_LIMIT = OpenApiParameter("limit", int, description="Items of a page, 1 to 200.")
_AFTER = OpenApiParameter("after", int, description="The highest number already seen; 0 for the beginning.")
_TYPE = OpenApiParameter("type", str, description="Only frames of this type.")
_REPLAYED = "Idempotent-Replayed"


class TokenView(APIView):
    """Sign in for programs."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(
        request=schemas.TokenRequest,
        responses={200: schemas.TokenAnswer, "4XX": schemas.Problem},
        operation_id="token_create",
        auth=[],
    )
    def post(self, request: Request) -> Response:
        """A new token for a user name and a password."""
        body = body_of(request)
        username = length_check(string_clean(body.get("username"), "username"), "username", 150)
        password = length_check(string_clean(body.get("password"), "password"), "password", 1_000)
        limits.login_allow(username, request.META.get("REMOTE_ADDR", ""))
        user = authenticate(request, username=username, password=password)
        if not isinstance(user, User):
            raise WrongPassword("The user name or the password is wrong, or the account is closed.", field="password")
        token, expires_at = token_issue(user)
        return Response({"token": token, "expires_at": timestamp(expires_at)})


class ConversationsView(APIView):
    @extend_schema(
        parameters=[_LIMIT, OpenApiParameter("cursor", str, description="From `next` of an earlier page.")],
        responses={200: schemas.ConversationPage, "4XX": schemas.Problem},
        operation_id="conversations_list",
    )
    def get(self, request: Request) -> Response:
        """Your conversations, the newest first."""
        limit = limit_of(request)
        found = selectors.conversations_list(viewer=_user(request), limit=limit + 1, before=cursor_of(request))
        page = found[:limit]
        more = next_url(request, cursor=cursor_after(page[-1])) if len(found) > limit else None
        return Response({"results": [_conversation(each) for each in page], "next": more})

    @extend_schema(
        parameters=[_IDEMPOTENCY],
        request=schemas.ConversationRequest,
        responses={201: schemas.ConversationAnswer, "4XX": schemas.Problem},
        operation_id="conversations_create",
    )
    def post(self, request: Request) -> Response:
        """Begin a conversation."""
        body, user = body_of(request), _user(request)
        limits.message_allow(str(user.id))
        conversation = services.conversation_create(
            user=user,
            conversation_id=idempotency_uuid(request, f"conversation:{user.id}"),
            title=length_check(string_clean(body.get("title", ""), "title"), "title", 200),
            bot=length_check(string_clean(body["bot"], "bot"), "bot", 63) if "bot" in body else None,
        )
        headers = {"Location": request.build_absolute_uri(f"{request.path}{conversation.id}/")}
        return Response(_conversation(conversation), status=201, headers=headers)


class ConversationDetailView(APIView):
    @extend_schema(
        responses={200: schemas.ConversationAnswer, "4XX": schemas.Problem}, operation_id="conversations_retrieve"
    )
    def get(self, request: Request, conversation_id: str) -> Response:
        """One conversation."""
        return Response(_conversation(conversation_of(request, conversation_id)))

    @extend_schema(
        request=schemas.ConversationChange,
        responses={200: schemas.ConversationAnswer, "4XX": schemas.Problem},
        operation_id="conversations_update",
    )
    def patch(self, request: Request, conversation_id: str) -> Response:
        """Rename your conversation, or say how far you have read it."""
        conversation, body = conversation_of(request, conversation_id), body_of(request)
        named: dict[str, Any] = {"conversation_id": conversation.id, "user": _user(request)}
        if not body.keys() & {"title", "seen_seq"}:
            raise InvalidFrame("Send a title, a seen_seq, or both.", field="title")
        if "title" in body:
            conversation = housekeeping.conversation_rename(**named, title=body["title"])
        if "seen_seq" in body:
            conversation = housekeeping.conversation_seen(**named, seq=seq_clean(body["seen_seq"], "seen_seq"))
        return Response(_conversation(conversation))

    @extend_schema(responses={204: None, "4XX": schemas.Problem}, operation_id="conversations_destroy")
    def delete(self, request: Request, conversation_id: str) -> Response:
        """Delete your conversation. What was asked for and done in it stays for audit."""
        conversation = conversation_of(request, conversation_id)
        housekeeping.conversation_delete(conversation_id=conversation.id, user=_user(request))
        return Response(status=204)


class MessagesView(APIView):
    @extend_schema(
        parameters=[
            _AFTER,
            _LIMIT,
            OpenApiParameter("type", str, description="Only frames of this type."),
            schemas.HTML,
        ],
        responses={200: schemas.FramePage, "4XX": schemas.Problem},
        operation_id="messages_list",
    )
    def get(self, request: Request, conversation_id: str) -> Response:
        """The frames of a conversation after a number, in order: messages, forms and what jobs did."""
        conversation = conversation_of(request, conversation_id)
        limit, after = limit_of(request), seq_from_text(request.query_params.get("after") or "0")
        if after > conversation.last_seq:
            raise InvalidFrame(f"after is {after}, but last_seq is {conversation.last_seq}.", field="after")
        found = stream.frames_after(conversation.id, after, limit + 1, type=request.query_params.get("type") or None)
        page = found[:limit]
        more = next_url(request, after=page[-1].seq) if len(found) > limit else None
        html = html_wanted(request.query_params.get("html"))
        results = [frame_wire(frame, html=html) for frame in page]
        return Response({"results": results, "next": more, "last_seq": conversation.last_seq})

    @extend_schema(
        parameters=[_IDEMPOTENCY],
        request=schemas.MessageRequest,
        responses={201: schemas.MessageAnswer, "4XX": schemas.Problem},
        operation_id="messages_create",
    )
    def post(self, request: Request, conversation_id: str) -> Response:
        """Say something, or answer a form. Answered when it is stored; what the bot says follows in the stream."""
        conversation, body = conversation_of(request, conversation_id), body_of(request)
        frame = _message(body, client_id_of(request, body, f"message:{conversation.id}"))
        return stored(frame, request, conversation.id)


def stored(frame: requests.Storable, request: Request, conversation_id: str) -> Response:
    """Store what was sent, begin its turn, and say where it stands."""
    accepted = requests.store(frame, user=_user(request), conversation_id=conversation_id, via="api")
    if accepted.turn_id is not None and not accepted.repeated:
        threads.turn_start(accepted.turn_id)
    answer = {"conversation_id": conversation_id, "client_id": frame.client_id, "seq": accepted.seq}
    return Response(answer, status=201, headers={_REPLAYED: "true"} if accepted.repeated else None)


def conversation_of(request: Request, conversation_id: str) -> ConversationView:
    """The conversation of the address. Raises NotFound, NotAllowed."""
    if not is_uuid(conversation_id):
        raise NotFound("A conversation is named by its uuid.", field="conversation_id")
    return selectors.conversation_get(conversation_id.lower(), viewer=_user(request))


def client_id_of(request: Request, body: dict[str, Any], scope: str) -> str:
    """The request's own id, or one made of its Idempotency-Key."""
    if "client_id" in body:
        return uuid_clean(body["client_id"], "client_id")
    return idempotency_uuid(request, scope)


def _message(body: dict[str, Any], client_id: str) -> MessageSend | FormSubmit:
    if "form_id" in body:
        values = values_clean(body.get("values"))
        return FormSubmit(client_id=client_id, form_id=uuid_clean(body["form_id"], "form_id"), values=values)
    if "text" not in body:
        raise InvalidFrame("text is missing.", field="text")
    return MessageSend(client_id=client_id, text=text_clean(body["text"]))


def _conversation(conversation: ConversationView) -> dict[str, Any]:
    return {
        "id": conversation.id,
        "title": conversation.title,
        "bot": conversation.bot,
        "last_seq": conversation.last_seq,
        "seen_seq": conversation.seen_seq,
        "owner": {"id": conversation.owner_id, "name": conversation.owner_name},
        "created_at": timestamp(conversation.created_at),
        "updated_at": timestamp(conversation.updated_at),
    }


def _user(request: Request) -> User:
    return cast(User, request.user)
