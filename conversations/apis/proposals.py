"""Why a job was proposed, and what was meant instead: for whoever may see the job, and for its requester."""

from typing import cast

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chatbot_project.accounts.models import User
from conversations.client_frames import correction_read
from conversations.errors import WrongMoment
from conversations.explanations import job_explained
from orchestrator import selectors as orchestrator

from . import schemas
from .paging import body_of
from .views import client_id_of, stored

_IDEMPOTENCY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, description="The same key again is answered with the first result."
)


class JobWhyView(APIView):
    @extend_schema(responses={200: schemas.WhyAnswer, "4XX": schemas.Problem}, operation_id="jobs_why")
    def get(self, request: Request, job_id: str) -> Response:
        """Why this job was proposed: message, intent, values with the words they came from, plan lines."""
        return Response(job_explained(job_id, viewer=cast(User, request.user)))


class JobCorrectView(APIView):
    @extend_schema(
        parameters=[_IDEMPOTENCY],
        request=schemas.CorrectRequest,
        responses={201: schemas.MessageAnswer, "4XX": schemas.Problem},
        operation_id="jobs_correct",
    )
    def post(self, request: Request, job_id: str) -> Response:
        """Say what was meant instead: the job is taken back, and proposed as it was meant. Its requester may."""
        job = orchestrator.job_get(job_id, viewer=cast(User, request.user))
        conversation_id = job.origin.conversation_id
        if conversation_id is None:
            raise WrongMoment("This job was not asked for in a conversation; ask for what you want anew.")
        body = body_of(request)
        client_id = client_id_of(request, body, f"correct:{job.id}")
        return stored(correction_read(body, client_id, job.id), request, conversation_id)
