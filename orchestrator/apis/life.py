"""/api/v1/stacks/<id>/…: what was done to a stack that exists, and what is done to it."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator import selectors, services
from orchestrator.life.adopting import adoption_of, adoption_request, restoring_request
from orchestrator.life.revisions import stack_revisions
from orchestrator.life.undoing import undo_of, undo_request
from orchestrator.types import Adoption, Origin, Undo

from .idempotency import IDEMPOTENCY_KEY, idempotent, made_id
from .life_serializers import (
    AdoptionSerializer,
    RevisionSerializer,
    StackGiveSerializer,
    StackKeepSerializer,
    StackWatchSerializer,
    UndoSerializer,
)
from .pages import paged
from .requests import actor_of, body_of, viewer_of
from .serializers import JobSerializer, StackSerializer

VIA = "api"


class StackRevisionsView(APIView):
    @extend_schema(responses=paged(RevisionSerializer), operation_id="stacks_revisions")
    def get(self, request: Request, stack_id: str) -> Response:
        """What was done to a stack, the latest first."""
        found = stack_revisions(stack_id, viewer=viewer_of(request))
        return Response({"results": RevisionSerializer(found, many=True).data, "next": None})


class StackUndoView(APIView):
    @extend_schema(responses=UndoSerializer, operation_id="stacks_undo_preview")
    def get(self, request: Request, stack_id: str) -> Response:
        """What undoing the last change would do, and what it cannot bring back."""
        return Response(UndoSerializer(_undo(request, stack_id)).data)

    @extend_schema(
        parameters=[IDEMPOTENCY_KEY], request=None, responses={201: JobSerializer}, operation_id="stacks_undo"
    )
    @idempotent
    def post(self, request: Request, stack_id: str) -> Response:
        """Ask for the job that takes the last change back; its plan is approved like any other."""
        return _asked(request, undo_request(_undo(request, stack_id)))


class StackAdoptView(APIView):
    @extend_schema(responses=AdoptionSerializer, operation_id="stacks_adopt_preview")
    def get(self, request: Request, stack_id: str) -> Response:
        """What adopting the drift that was found last would ask for, and what no setting stands for."""
        return Response(AdoptionSerializer(_adoption(request, stack_id)).data)

    @extend_schema(
        parameters=[IDEMPOTENCY_KEY], request=None, responses={201: JobSerializer}, operation_id="stacks_adopt"
    )
    @idempotent
    def post(self, request: Request, stack_id: str) -> Response:
        """Ask for what was found there, so that it counts as asked for; its plan is approved like any other."""
        return _asked(request, adoption_request(_adoption(request, stack_id)))


class StackRestoreView(APIView):
    @extend_schema(
        parameters=[IDEMPOTENCY_KEY], request=None, responses={201: JobSerializer}, operation_id="stacks_restore"
    )
    @idempotent
    def post(self, request: Request, stack_id: str) -> Response:
        """Ask for what the latest revision asked for once more: whatever has drifted is put back."""
        viewer = viewer_of(request)
        return _asked(request, restoring_request(selectors.stack_get(stack_id, viewer), viewer=viewer))


class StackKeepView(APIView):
    @extend_schema(parameters=[IDEMPOTENCY_KEY], request=StackKeepSerializer, responses=StackSerializer)
    @idempotent
    def post(self, request: Request, stack_id: str) -> Response:
        """Put off the end of a stack."""
        body = body_of(request, StackKeepSerializer)
        stack = services.stack_keep(stack_id=stack_id, actor=actor_of(request), via=VIA, **body)
        return Response(StackSerializer(stack).data)


class StackGiveView(APIView):
    @extend_schema(
        parameters=[IDEMPOTENCY_KEY], request=StackGiveSerializer, responses=StackSerializer, operation_id="stacks_give"
    )
    @idempotent
    def post(self, request: Request, stack_id: str) -> Response:
        """Hand a stack on to somebody else."""
        body = body_of(request, StackGiveSerializer)
        stack = services.stack_give(stack_id=stack_id, actor=actor_of(request), via=VIA, **body)
        return Response(StackSerializer(stack).data)


class StackWatchView(APIView):
    @extend_schema(
        parameters=[IDEMPOTENCY_KEY],
        request=StackWatchSerializer,
        responses=StackSerializer,
        operation_id="stacks_watch",
    )
    @idempotent
    def post(self, request: Request, stack_id: str) -> Response:
        """Say how often a stack is checked for drift."""
        body = body_of(request, StackWatchSerializer)
        stack = services.stack_watch(stack_id=stack_id, actor=actor_of(request), via=VIA, **body)
        return Response(StackSerializer(stack).data)


def _asked(request: Request, wanted: dict[str, Any]) -> Response:
    """An ordinary job of it."""
    origin = Origin(channel=VIA)
    job = services.job_submit(requester=actor_of(request), origin=origin, job_id=made_id(request), **wanted)
    return Response(JobSerializer(job).data, status=201)


def _adoption(request: Request, stack_id: str) -> Adoption:
    viewer = viewer_of(request)
    return adoption_of(selectors.stack_get(stack_id, viewer), viewer=viewer)


def _undo(request: Request, stack_id: str) -> Undo:
    viewer = viewer_of(request)
    return undo_of(selectors.stack_get(stack_id, viewer), viewer=viewer)
