"""What a bot is asked for most."""

from typing import cast

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chatbot_project.accounts.models import User
from conversations.bots.access import bot_choose
from conversations.context import intents_popular

from . import schemas
from .paging import limit_of

_BOT = OpenApiParameter("bot", str, description="Which bot; the first one that is open to you without it.")
_LIMIT = OpenApiParameter("limit", int, description="At most so many, 1 to 200.")


class PopularIntents(serializers.Serializer[None]):
    bot = serializers.CharField()
    intents = serializers.ListField(child=serializers.CharField(), help_text="The most asked for first.")


class PopularIntentsView(APIView):
    @extend_schema(
        parameters=[_BOT, _LIMIT],
        responses={200: PopularIntents, "4XX": schemas.Problem},
        operation_id="intents_popular",
    )
    def get(self, request: Request) -> Response:
        """The intents of the last days; empty when nothing was asked, or Redis is away."""
        bot = bot_choose(cast(User, request.user), request.query_params.get("bot"))
        return Response({"bot": bot, "intents": intents_popular(bot, limit=limit_of(request))})
