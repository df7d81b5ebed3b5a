"""/api/v1/jobs/"""

from types import SimpleNamespace
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from chatbot_project.json_bodies import BoundedJSONParser
from orchestrator import selectors, services
from orchestrator.errors import NotFound
from orchestrator.log_types import JobEvent, LogFilter
from orchestrator.states import JobKind, JobState
from orchestrator.types import JobView, Lifetime, Origin

from .idempotency import IDEMPOTENCY_KEY, idempotent, made_id
from .pages import paged
from .parsers import ValuesFileParser
from .requests import actor_of, body_of, next_page, optional, query_of, viewer_of
from .serializers import (
    ApproveSerializer,
    EventQuerySerializer,
    JobEventsSerializer,
    JobPlanSerializer,
    JobQuerySerializer,
    JobSerializer,
    JobSubmitSerializer,
    ReasonSerializer,
)


class JobListView(APIView):
    parser_classes = (BoundedJSONParser, ValuesFileParser)

    @extend_schema(parameters=[JobQuerySerializer], responses=paged(JobSerializer), operation_id="jobs_list")
    def get(self, request: Request) -> Response:
        """Jobs that you may see, the latest first."""
        query = query_of(request, JobQuerySerializer)
        found = selectors.jobs_list(
            viewer=viewer_of(request),
            states=[JobState(each) for each in query["state"]] if query.get("state") else None,
            stack_id=optional(query.get("stack")),
            conversation_id=optional(query.get("conversation")),
            limit=query["limit"] + 1,
            before=optional(query.get("cursor")),
        )
        page = found[: query["limit"]]
        following = next_page(request, cursor=page[-1].id) if len(found) > len(page) else None
        return Response({"results": JobSerializer(page, many=True).data, "next": following})

    @extend_schema(parameters=[IDEMPOTENCY_KEY], request=JobSubmitSerializer, responses={201: JobSerializer})
    @idempotent
    def post(self, request: Request) -> Response:
        """Ask for a job. As `multipart/form-data` the values may come in a file, `values_file`: JSON, YAML or .tfvars;
        `values` beside it, as JSON or YAML, is laid over them."""
        body = body_of(request, JobSubmitSerializer)
        job = services.job_submit(
            kind=JobKind(body["kind"]),
            requester=actor_of(request),
            environment=body["environment"],
            subject=body["subject"],
            values=body["values"],
            origin=Origin(channel="api"),
            stack_id=optional(body.get("stack_id")),
            stack_name=body.get("stack_name"),
            job_id=made_id(request),
            lifetime=_lifetime(body),
            imports=body["imports"],
        )
        return Response(JobSerializer(job).data, status=201)


class JobDetailView(APIView):
    @extend_schema(responses=JobSerializer, operation_id="jobs_get")
    def get(self, request: Request, job_id: str) -> Response:
        """One job as it is now."""
        return Response(JobSerializer(selectors.job_get(job_id, viewer=viewer_of(request))).data)


class JobEventsView(APIView):
    @extend_schema(parameters=[EventQuerySerializer], responses=JobEventsSerializer)
    def get(self, request: Request, job_id: str) -> Response:
        """The job's log after a line, unbroken; or before one, or only the lines that are looked for."""
        query = query_of(request, EventQuerySerializer)
        selectors.job_get(job_id, viewer=viewer_of(request))
        wanted = LogFilter(query["level"], query["search"])
        before, limit = query.get("before"), query["limit"]
        found = selectors.job_events(job_id, after=query["after"], before=before, limit=limit, wanted=wanted)
        last = selectors.job_last_log_seq(job_id)
        following = _further(request, found, last) if before is None else _earlier(request, found, limit)
        return Response(JobEventsSerializer({"results": found, "last_log_seq": last, "next": following}).data)


class JobPlanView(APIView):
    @extend_schema(responses=JobPlanSerializer)
    def get(self, request: Request, job_id: str) -> Response:
        """The job's plan, in summary and as Terraform prints it, with sensitive values masked."""
        job = selectors.job_get(job_id, viewer=viewer_of(request))
        if job.plan is None:
            raise NotFound("This job has no plan (yet).")
        masked, graph = selectors.job_plan_and_graph(job.id)
        return Response(JobPlanSerializer(SimpleNamespace(**vars(job.plan), masked=masked, graph=graph)).data)


class JobApproveView(APIView):
    @extend_schema(parameters=[IDEMPOTENCY_KEY], request=ApproveSerializer, responses=JobSerializer)
    @idempotent
    def post(self, request: Request, job_id: str) -> Response:
        """Approve exactly the plan that `plan_hash` names."""
        body = body_of(request, ApproveSerializer)
        return _answer(services.job_approve(job_id=job_id, actor=actor_of(request), via="api", **body))


class JobRejectView(APIView):
    @extend_schema(parameters=[IDEMPOTENCY_KEY], request=ReasonSerializer, responses=JobSerializer)
    @idempotent
    def post(self, request: Request, job_id: str) -> Response:
        """Refuse the job's plan; the job ends."""
        body = body_of(request, ReasonSerializer)
        return _answer(services.job_reject(job_id=job_id, actor=actor_of(request), via="api", **body))


class JobCancelView(APIView):
    @extend_schema(parameters=[IDEMPOTENCY_KEY], request=ReasonSerializer, responses=JobSerializer)
    @idempotent
    def post(self, request: Request, job_id: str) -> Response:
        """Stop the job: at once, or as soon as its worker has stopped safely."""
        body = body_of(request, ReasonSerializer)
        return _answer(services.job_cancel(job_id=job_id, actor=actor_of(request), via="api", **body))


class JobRetryView(APIView):
    @extend_schema(parameters=[IDEMPOTENCY_KEY], request=None, responses={201: JobSerializer})
    @idempotent
    def post(self, request: Request, job_id: str) -> Response:
        """Ask once more for what a job that ended badly was to do: a new job, with its own plan and approval."""
        origin = Origin(channel="api")
        job = services.job_retry(job_id=job_id, actor=actor_of(request), origin=origin, new_id=made_id(request))
        return Response(JobSerializer(job).data, status=201)


def _further(request: Request, found: list[JobEvent], last: int) -> str | None:
    more = bool(found) and found[-1].log_seq < last
    return next_page(request, after=found[-1].log_seq) if more else None


def _earlier(request: Request, found: list[JobEvent], limit: int) -> str | None:
    more = len(found) == limit and found[0].log_seq > 1
    return next_page(request, before=found[0].log_seq) if more else None


def _answer(job: JobView) -> Response:
    return Response(JobSerializer(job).data)


def _lifetime(body: dict[str, Any]) -> Lifetime | None:
    seconds, until = body.get("expires_in_seconds"), body.get("expires_at")
    return Lifetime(seconds, until) if seconds is not None or until is not None else None
