"""/api/v1/stacks/<id>/…: what was done to a stack that exists, and what is done to it."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator import selectors, services
from orchestrator.life.revisions import stack_revisions
from orchestrator.life.undoing import undo_of, undo_request
from orchestrator.types import Origin, Undo

from .idempotency import IDEMPOTENCY_KEY, idempotent, made_id
from .pages import paged
from .requests import actor_of, body_of, viewer_of
from .serializers import JobSerializer, RevisionSerializer, StackKeepSerializer, StackSerializer, UndoSerializer

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
        undo = _undo(request, stack_id)
        job = services.job_submit(
            requester=actor_of(request),
            origin=Origin(channel=VIA),
            job_id=made_id(request),
            **undo_request(undo),
        )
        return Response(JobSerializer(job).data, status=201)


class StackKeepView(APIView):
    @extend_schema(parameters=[IDEMPOTENCY_KEY], request=StackKeepSerializer, responses=StackSerializer)
    @idempotent
    def post(self, request: Request, stack_id: str) -> Response:
        """Put off the end of a stack."""
        body = body_of(request, StackKeepSerializer)
        stack = services.stack_keep(stack_id=stack_id, actor=actor_of(request), via=VIA, **body)
        return Response(StackSerializer(stack).data)


def _undo(request: Request, stack_id: str) -> Undo:
    viewer = viewer_of(request)
    return undo_of(selectors.stack_get(stack_id, viewer), viewer=viewer)
