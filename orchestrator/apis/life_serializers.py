"""What was done to a stack as JSON, and the bodies of requests to do something to it."""

from typing import Any

from rest_framework import serializers

from orchestrator.types import Adoption, Revision

from .serializers import ActorSerializer, ApprovalSerializer, PlanSummarySerializer


class StackKeepSerializer(serializers.Serializer[Any]):
    until = serializers.DateTimeField(required=False, help_text="A later time than so far.")
    more_seconds = serializers.IntegerField(required=False, min_value=1, help_text="So much longer than so far.")
    for_good = serializers.BooleanField(required=False, default=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if sum((bool(attrs.get("for_good")), "until" in attrs, "more_seconds" in attrs)) != 1:
            raise serializers.ValidationError({"until": "Give one of until, more_seconds and for_good."})
        return attrs


class StackGiveSerializer(serializers.Serializer[Any]):
    to = serializers.CharField(max_length=150, help_text="The name of a person who may ask for changes there.")


class StackWatchSerializer(serializers.Serializer[Any]):
    hours = serializers.IntegerField(
        allow_null=True, help_text="Check it every so many hours; 0: never, null: as its environment says."
    )


class RevisionSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    at = serializers.DateTimeField()
    job_id = serializers.CharField(source="job.id")
    kind = serializers.ChoiceField(source="job.kind", choices=["apply", "destroy"])
    state = serializers.ChoiceField(source="job.state", choices=["succeeded", "partially_applied"])
    title = serializers.CharField(source="job.title")
    requester = ActorSerializer(source="job.requester")
    approvals = ApprovalSerializer(source="job.approvals", many=True)
    values = serializers.DictField(source="job.values", help_text="Sensitive values are masked.")
    diff = serializers.SerializerMethodField(help_text="What was asked for otherwise than before: {name: {from, to}}.")
    plan = PlanSummarySerializer(source="job.plan", allow_null=True)

    def get_diff(self, revision: Revision) -> dict[str, dict[str, Any]]:
        return _diff(revision.diff)


class UndoSerializer(serializers.Serializer[Any]):
    undoes = RevisionSerializer(source="last")
    back_to = RevisionSerializer(allow_null=True, help_text="Null: the stack is deleted, there was nothing before.")
    lost = serializers.ListField(child=serializers.CharField(), help_text="What it cannot bring back, in sentences.")


class AdoptionSerializer(serializers.Serializer[Any]):
    report_job_id = serializers.CharField(source="report.id", help_text="The check for drift that found it.")
    diff = serializers.SerializerMethodField(help_text="What would be asked for otherwise: {name: {from, to}}.")
    left = serializers.ListField(
        child=serializers.CharField(), help_text="What no setting stands for: the plan puts it back."
    )

    def get_diff(self, adoption: Adoption) -> dict[str, dict[str, Any]]:
        return _diff(adoption.diff)


def _diff(found: dict[str, tuple[Any, Any]]) -> dict[str, dict[str, Any]]:
    return {name: {"from": before, "to": after} for name, (before, after) in found.items()}
