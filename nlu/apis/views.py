"""Reading bots, intents, entities and trained versions. `?bot=` narrows each list to one bot."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.pagination import CursorPagination
from rest_framework.viewsets import ReadOnlyModelViewSet

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
        rows = super().get_queryset()
        return rows.filter(bot_id=bot) if bot else rows


class BotViewSet(ReadOnlyModelViewSet[Bot]):
    queryset = Bot.objects.all()
    serializer_class = BotSerializer
    pagination_class = Pages


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
