"""Reading bots that one may use, their intents, entities and trained versions. `?bot=` narrows each list to one bot."""

from typing import Any, cast

from django.db.models import QuerySet
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.viewsets import ReadOnlyModelViewSet

from chatbot_project.accounts.models import User

from ..access import bots_usable
from ..models import Bot, EntityType, Intent, NluModel
from .serializers import BotSerializer, EntityTypeSerializer, IntentSerializer, NluModelSerializer


class Pages(CursorPagination):
    page_size = 50
    max_page_size = 200
    page_size_query_param = "limit"
    ordering: Any = "pk"


class NewestFirst(Pages):
    ordering = ("-created_at", "pk")


class _OfBot(ReadOnlyModelViewSet[Any]):
    pagination_class = Pages

    def get_queryset(self) -> QuerySet[Any]:
        bot = self.request.query_params.get("bot")
        rows = super().get_queryset().filter(bot_id__in=_usable(self.request))
        return rows.filter(bot_id=bot) if bot else rows


class BotViewSet(ReadOnlyModelViewSet[Bot]):
    queryset = Bot.objects.all()
    serializer_class = BotSerializer
    pagination_class = Pages

    def get_queryset(self) -> QuerySet[Bot]:
        return super().get_queryset().filter(name__in=_usable(self.request))


class IntentViewSet(_OfBot):
    queryset = Intent.objects.prefetch_related("examples")
    serializer_class = IntentSerializer
    lookup_value_regex = "[^/]+"


class EntityViewSet(_OfBot):
    queryset = EntityType.objects.all()
    serializer_class = EntityTypeSerializer
    lookup_value_regex = "[^/]+"


class ModelViewSet(_OfBot):
    queryset = NluModel.objects.all()
    serializer_class = NluModelSerializer
    pagination_class = NewestFirst


def _usable(request: Request) -> list[str]:
    return [each.name for each in bots_usable(cast(User, request.user))]
