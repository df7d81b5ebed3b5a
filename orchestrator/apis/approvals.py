"""/api/v1/approvals/ and /api/v1/delegations/"""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chatbot_project.accounts.models import EVERY_ENVIRONMENT
from orchestrator import selectors, services

from .idempotency import IDEMPOTENCY_KEY, idempotent, made_id
from .pages import paged
from .requests import actor_of, body_of, viewer_of
from .serializers import ActorSerializer, JobSerializer


class DelegationSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    away = ActorSerializer(source="giver")
    decides = ActorSerializer(source="delegate")
    environment = serializers.CharField(help_text="Its name, or * for all of them.")
    starts_at = serializers.DateTimeField()
    until = serializers.DateTimeField()


class DelegationGiveSerializer(serializers.Serializer[Any]):
    to = serializers.CharField(max_length=150, help_text="User name of who decides for you meanwhile.")
    until = serializers.DateTimeField()
    starts_at = serializers.DateTimeField(required=False, help_text="Without it: from now on.")
    environment = serializers.CharField(required=False, default=EVERY_ENVIRONMENT, max_length=63)


class ApprovalListView(APIView):
    @extend_schema(responses=paged(JobSerializer), operation_id="approvals_list")
    def get(self, request: Request) -> Response:
        """The jobs that wait for exactly you: approve or reject them as jobs/<id>/approve/ and jobs/<id>/reject/."""
        found = selectors.jobs_awaiting(viewer=viewer_of(request))
        return Response({"results": JobSerializer(found, many=True).data, "next": None})


class DelegationListView(APIView):
    @extend_schema(responses=paged(DelegationSerializer), operation_id="delegations_list")
    def get(self, request: Request) -> Response:
        """Who decides for you while you are away, and for whom you decide; also what begins later."""
        found = selectors.delegations_list(viewer=viewer_of(request))
        return Response({"results": DelegationSerializer(found, many=True).data, "next": None})

    @extend_schema(
        parameters=[IDEMPOTENCY_KEY], request=DelegationGiveSerializer, responses={201: DelegationSerializer}
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Let somebody else approve and reject for you for a time."""
        body = body_of(request, DelegationGiveSerializer)
        made = services.delegation_give(giver=actor_of(request), delegation_id=made_id(request), **body)
        return Response(DelegationSerializer(made).data, status=201)


class DelegationDetailView(APIView):
    @extend_schema(responses={204: None}, operation_id="delegations_end")
    def delete(self, request: Request, delegation_id: str) -> Response:
        """End it now: what was approved under it and has not begun counts no more. Both of you may."""
        services.delegation_end(delegation_id=delegation_id, actor=actor_of(request))
        return Response(status=204)
