"""/api/v1/stacks/, /api/v1/blueprints/ and /api/v1/environments/"""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator import selectors
from orchestrator.catalog.schema import form_of, schema_of

from .pages import paged
from .requests import next_page, optional, query_of, viewer_of
from .serializers import (
    BlueprintSerializer,
    EnvironmentSerializer,
    FormSerializer,
    StackQuerySerializer,
    StackSerializer,
)


class StackListView(APIView):
    @extend_schema(parameters=[StackQuerySerializer], responses=paged(StackSerializer), operation_id="stacks_list")
    def get(self, request: Request) -> Response:
        """Stacks that you may see, the latest made first."""
        query = query_of(request, StackQuerySerializer)
        found = selectors.stacks_list(
            viewer=viewer_of(request),
            environment=query.get("environment"),
            blueprint=query.get("blueprint"),
            live_only=not query["all"],
            limit=query["limit"] + 1,
            before=optional(query.get("cursor")),
        )
        page = found[: query["limit"]]
        following = next_page(request, cursor=page[-1].id) if len(found) > len(page) else None
        return Response({"results": StackSerializer(page, many=True).data, "next": following})


class StackDetailView(APIView):
    @extend_schema(responses=StackSerializer, operation_id="stacks_get")
    def get(self, request: Request, stack_id: str) -> Response:
        return Response(StackSerializer(selectors.stack_get(stack_id, viewer_of(request))).data)


class BlueprintListView(APIView):
    @extend_schema(responses=paged(BlueprintSerializer), operation_id="blueprints_list")
    def get(self, request: Request) -> Response:
        """What can be asked for."""
        found = BlueprintSerializer(selectors.blueprints_list(), many=True).data
        return Response({"results": found, "next": None})


class BlueprintDetailView(APIView):
    @extend_schema(responses=BlueprintSerializer, operation_id="blueprints_get")
    def get(self, request: Request, name: str) -> Response:
        return Response(BlueprintSerializer(selectors.blueprint_get(name)).data)


class BlueprintSchemaView(APIView):
    @extend_schema(responses=OpenApiTypes.OBJECT, operation_id="blueprints_schema")
    def get(self, request: Request, name: str) -> Response:
        """The values that it takes, as JSON Schema (draft 2020-12)."""
        return Response(schema_of(selectors.blueprint_get(name)))


class BlueprintFormView(APIView):
    @extend_schema(responses=FormSerializer, operation_id="blueprints_form")
    def get(self, request: Request, name: str) -> Response:
        """The same for people: sections with labels, help and defaults; those that are `advanced` are folded away."""
        return Response(FormSerializer(form_of(selectors.blueprint_get(name))).data)


class EnvironmentListView(APIView):
    @extend_schema(responses=paged(EnvironmentSerializer), operation_id="environments_list")
    def get(self, request: Request) -> Response:
        """Where things can be made."""
        found = EnvironmentSerializer(selectors.environments_list(), many=True).data
        return Response({"results": found, "next": None})


class EnvironmentDetailView(APIView):
    @extend_schema(responses=EnvironmentSerializer, operation_id="environments_get")
    def get(self, request: Request, name: str) -> Response:
        return Response(EnvironmentSerializer(selectors.environment_get(name)).data)
