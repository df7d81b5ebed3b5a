"""The widget's two addresses: a site's server gets a token for somebody, and a page gets or renews its own.

The second is the only one that pages of other sites may call, and only from the origins of the site in its address.
"""

from typing import Any, cast

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chatbot_project.accounts.models import User
from conversations import limits
from conversations.cleaning import length_check, string_clean
from conversations.documents import timestamp
from conversations.errors import InvalidRequest, NotAllowed
from conversations.widget import sessions
from conversations.widget.sessions import Session

from . import schemas
from .paging import body_of

_PREFLIGHT_SECONDS = 600
_LONGEST_KEY, _LONGEST_ORIGIN, _LONGEST_NAME = 2_000, 255, 150
_ORIGIN = OpenApiParameter("Origin", str, OpenApiParameter.HEADER, description="As browsers send it.")


class WidgetTokenRequest(serializers.Serializer[None]):
    """One of `user` and `visitor`."""

    origin = serializers.CharField(help_text="Of the page it is for, as listed at the site.")
    user = serializers.CharField(required=False, help_text="User name of somebody in one of the site's groups.")
    visitor = serializers.CharField(required=False, help_text="Your own lasting name of somebody without an account.")


class WidgetTokenAnswer(serializers.Serializer[None]):
    token = serializers.CharField(help_text="For the page: data-token of the script tag.")
    expires_at = serializers.DateTimeField()


class WidgetSessionRequest(serializers.Serializer[None]):
    token = serializers.CharField(required=False, help_text="One that is still good; without it a visitor is meant.")
    visitor = serializers.CharField(required=False, help_text="The key of a visitor who was here before.")
    begin = serializers.ChoiceField(
        choices=[sessions.LATEST, sessions.NEW],
        required=False,
        help_text="Begin a conversation: only where there is none, or a new one.",
    )


class WidgetSessionAnswer(serializers.Serializer[None]):
    token = serializers.CharField(help_text="For the socket, as the subprotocol `token.<token>`.")
    expires_at = serializers.DateTimeField()
    visitor = serializers.CharField(allow_null=True, help_text="The key of a visitor, for the next time.")
    viewer = serializers.DictField(help_text="id, name, is_visitor")
    bot = serializers.DictField(help_text="name, title")
    conversation = serializers.DictField(allow_null=True, help_text="id, last_seq; null before it was begun.")


class WidgetTokenView(APIView):
    @extend_schema(
        request=WidgetTokenRequest,
        responses={201: WidgetTokenAnswer, "4XX": schemas.Problem},
        operation_id="widget_token_create",
    )
    def post(self, request: Request, site: str) -> Response:
        """A short-lived token for a page of your site. Only the account that is named at the site may."""
        body = body_of(request)
        named = [name for name in ("user", "visitor") if name in body]
        if len(named) != 1:
            raise InvalidRequest("Say for whom: either user or visitor.", field="user")
        common: dict[str, Any] = {
            "backend": cast(User, request.user),
            "site_name": site,
            "origin": _text(body, "origin", _LONGEST_ORIGIN),
        }
        whom = _text(body, named[0], _LONGEST_NAME)
        if named == ["user"]:
            token, expires_at = sessions.token_for_person(**common, username=whom)
        else:
            token, expires_at = sessions.token_for_visitor(**common, visitor=whom)
        answer = {"token": token, "expires_at": timestamp(expires_at)}
        return Response(answer, status=201, headers={"Cache-Control": "no-store"})


class WidgetSessionView(APIView):
    """Called by pages of other sites, so it takes no cookie."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(
        parameters=[_ORIGIN],
        request=WidgetSessionRequest,
        responses={200: WidgetSessionAnswer, "4XX": schemas.Problem},
        operation_id="widget_session_create",
        auth=[],
    )
    def post(self, request: Request, site: str) -> Response:
        """A token for the page's person, in the place of one that is good still, or for its visitor."""
        address = str(request.META.get("REMOTE_ADDR", ""))
        limits.tokens_allow(address)
        body, origin = body_of(request), request.headers.get("Origin") or ""
        found = sessions.site_of(site, origin)
        common: dict[str, Any] = {"site": found, "origin": origin, "begin": _begin(body)}
        if "token" in body:
            session = sessions.session_continue(**common, token=_text(body, "token", _LONGEST_KEY))
        else:
            visitor = _text(body, "visitor", _LONGEST_KEY) if body.get("visitor") else None
            session = sessions.session_visit(**common, visitor=visitor, address=address)
        return Response(_answer(session))

    @extend_schema(exclude=True)
    def options(self, request: Request, *args: Any, **kwargs: Any) -> Response:  # type: ignore[override]
        """What a browser asks before it lets a page of another site post."""
        return Response(status=204)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Let the page read the answer, refusals too, if the site lists its origin."""
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer["Vary"] = "Origin"
        answer["Cache-Control"] = "no-store"
        origin = request.headers.get("Origin") or ""
        try:
            sessions.site_of(str(kwargs.get("site", "")), origin)
        except NotAllowed:
            return answer
        answer["Access-Control-Allow-Origin"] = origin
        answer["Access-Control-Allow-Methods"] = "POST"
        answer["Access-Control-Allow-Headers"] = "Content-Type"
        answer["Access-Control-Max-Age"] = str(_PREFLIGHT_SECONDS)
        answer["Access-Control-Expose-Headers"] = "Retry-After"
        return answer


def _answer(session: Session) -> dict[str, Any]:
    user, conversation = session.user, session.conversation
    return {
        "token": session.token,
        "expires_at": timestamp(session.expires_at),
        "visitor": session.visitor or None,
        "viewer": {"id": str(user.id), "name": user.get_username(), "is_visitor": user.is_visitor},
        "bot": {"name": session.site.bot, "title": session.site.bot_title},
        "conversation": {"id": conversation.id, "last_seq": conversation.last_seq} if conversation else None,
    }


def _begin(body: dict[str, Any]) -> str | None:
    begin = body.get("begin")
    if begin not in (None, sessions.LATEST, sessions.NEW):
        raise InvalidRequest(f"begin must be {sessions.LATEST} or {sessions.NEW}.", field="begin")
    return begin


def _text(body: dict[str, Any], name: str, longest: int) -> str:
    text = length_check(string_clean(body.get(name), name), name, longest)
    if not text:
        raise InvalidRequest(f"{name} is missing.", field=name)
    return text
