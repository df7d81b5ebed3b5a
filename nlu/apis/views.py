"""Reading bots that one may use, their intents, entities and trained versions. `?bot=` narrows each list to one bot."""

from typing import Any, cast

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import get_object_or_404
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.viewsets import ReadOnlyModelViewSet

from chatbot_project.accounts.models import User

from ..access import bots_usable
from ..models import Bot, EntityType, Intent, NluModel
from ..runs.requests import training_request
from ..training_models import TrainingRun
from ..types import Person
from .serializers import (
    BotSerializer,
    EntityTypeSerializer,
    IntentSerializer,
    NluModelSerializer,
    TrainingRunSerializer,
    TrainSerializer,
)


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

    @extend_schema(request=TrainSerializer, responses={202: TrainingRunSerializer})
    def create(self, request: Request) -> Response:
        """Have a background worker train a bot. Administrators only; the answer's Location tells how far it is."""
        _require_teacher(request)
        body = TrainSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        get_object_or_404(Bot, pk=body.validated_data["bot"])
        person = Person(str(request.user.pk), request.user.get_username())
        run_id = training_request(asked_by=person, **body.validated_data)
        run = TrainingRunSerializer(TrainingRun.objects.get(pk=run_id)).data
        location = reverse("training-run-detail", args=[run_id], request=request)
        return Response(run, status=status.HTTP_202_ACCEPTED, headers={"Location": location})


class TrainingRunViewSet(_OfBot):
    """Trainings of bots and how far they are. Administrators only: what was refused quotes phrases."""

    queryset = TrainingRun.objects.all()
    serializer_class = TrainingRunSerializer
    pagination_class = NewestFirst

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        _require_teacher(request)


def _require_teacher(request: Request) -> None:
    user = request.user
    if not (isinstance(user, User) and user.is_staff and user.has_perm("nlu.change_bot")):
        raise PermissionDenied("Training is for administrators.")


def _usable(request: Request) -> list[str]:
    return [each.name for each in bots_usable(cast(User, request.user))]
