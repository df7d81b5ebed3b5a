"""Views as JSON, with the names that the conversation protocol uses, and the bodies of requests."""

from typing import Any

from rest_framework import serializers

from orchestrator.environment_places import CLOUDS
from orchestrator.states import JobKind, JobState, Risk
from orchestrator.types import JobView, PlanSummary, Variable

MOST_LINES = 10**10 - 1
"""The highest number that a line of a log can have."""
_COUNTS = ("create", "update", "delete", "replace", "read")


def _choices(values: Any) -> list[str]:
    return [each.value for each in values]


class ActorSerializer(serializers.Serializer[Any]):
    id = serializers.CharField(allow_null=True)
    name = serializers.CharField()


class StackReferenceSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()
    status = serializers.ChoiceField(choices=["new", "live", "gone", "unknown"])
    blueprint = serializers.CharField()
    environment = serializers.CharField()
    owner = ActorSerializer()
    resource_count = serializers.IntegerField()


class StackSerializer(StackReferenceSerializer):
    active_job_id = serializers.CharField(allow_null=True)
    outputs = serializers.DictField()
    values = serializers.DictField(help_text="Sensitive values are masked.")
    expires_at = serializers.DateTimeField(
        allow_null=True, help_text="When it is deleted, as it was approved; null: never by itself."
    )
    drift_check_hours = serializers.IntegerField(
        allow_null=True,
        help_text="It is checked for drift every so many hours; 0: never, null: as its environment says.",
    )
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class PlannedChangeSerializer(serializers.Serializer[Any]):
    address = serializers.CharField()
    type = serializers.CharField(source="resource_type")
    action = serializers.ChoiceField(choices=[*_COUNTS, "import"])
    importing = serializers.CharField(help_text="The id of what exists and is taken over; empty for all else.")
    attributes = serializers.ListField(child=serializers.DictField(), help_text="Sensitive values are masked.")
    variables = serializers.ListField(child=serializers.CharField(), help_text="The variables that ask for it.")
    cause = serializers.CharField(help_text="Empty: asked for. Else drift, module, tainted or nothing.")


class PlanBlastSerializer(serializers.Serializer[Any]):
    sentence = serializers.CharField(help_text="What is replaced or deleted, who depends on it, whether data is lost.")
    dependents = serializers.ListField(child=serializers.CharField())
    lost = serializers.ListField(child=serializers.CharField(), help_text="Addresses whose data goes with them.")


class CostLineSerializer(serializers.Serializer[Any]):
    address = serializers.CharField()
    action = serializers.CharField()
    before = serializers.FloatField(allow_null=True, help_text="A month; null is unknown, never nothing.")
    after = serializers.FloatField(allow_null=True)
    basis = serializers.ChoiceField(choices=["fixed", "free", "usage", "unknown"])
    note = serializers.CharField()


class PlanCostSerializer(serializers.Serializer[Any]):
    sentence = serializers.CharField()
    monthly = serializers.FloatField(help_text="What is known of the whole stack afterwards, a month.")
    delta = serializers.FloatField(help_text="What is known of what the change adds.")
    currency = serializers.CharField()
    unknown = serializers.IntegerField(help_text="Resources without a price; they are in no sum.")
    usage = serializers.IntegerField(help_text="Resources that cost by their use; they are in no sum.")
    dated = serializers.DateField(help_text="Day of the prices.")
    region = serializers.CharField(help_text="Of the prices.")
    in_region = serializers.CharField(help_text="Where the stack is.")
    price_source = serializers.CharField(source="source")
    lines = CostLineSerializer(many=True)


class PolicyFindingSerializer(serializers.Serializer[Any]):
    rule = serializers.CharField()
    message = serializers.CharField()
    resource = serializers.CharField()
    suggest = serializers.DictField(help_text="Values that would satisfy the rule.")
    slots = serializers.ListField(child=serializers.CharField())
    error = serializers.BooleanField(help_text="The rule could not be run, which denies.")


class NearestRequestSerializer(serializers.Serializer[Any]):
    values = serializers.DictField(help_text="What to change; `correct/` takes it as it is.")
    sentence = serializers.CharField(help_text="What that plan would do.")
    approval = serializers.ChoiceField(choices=["none", "self", "other", "two"])


class PlanPolicySerializer(serializers.Serializer[Any]):
    version = serializers.CharField(help_text="Digest of the rules.")
    denials = PolicyFindingSerializer(many=True)
    warnings = PolicyFindingSerializer(many=True)
    nearest = NearestRequestSerializer(allow_null=True, help_text="Planned with these values, the rules let it pass.")


class DemandSerializer(serializers.Serializer[Any]):
    rule = serializers.ChoiceField(choices=["self", "other", "two"])
    groups = serializers.ListField(child=serializers.CharField(), help_text="Only their members' approvals count.")
    why = serializers.CharField()


class PlanSummarySerializer(serializers.Serializer[Any]):
    counts = serializers.SerializerMethodField()
    changes = PlannedChangeSerializer(many=True)
    changes_total = serializers.SerializerMethodField()
    plan_hash = serializers.CharField(help_text="What an approval has to name.")
    sentence = serializers.CharField(source="text")
    blast = PlanBlastSerializer(allow_null=True)
    cost = PlanCostSerializer(allow_null=True)
    policy = PlanPolicySerializer(allow_null=True)
    demands = DemandSerializer(many=True, help_text="Approvals that the rules require.")

    def get_counts(self, plan: PlanSummary) -> dict[str, int]:
        return {name: getattr(plan.counts, name) for name in _COUNTS}

    def get_changes_total(self, plan: PlanSummary) -> int:
        return len(plan.changes)


class ApprovalNeedSerializer(serializers.Serializer[Any]):
    rule = serializers.ChoiceField(choices=["none", "self", "other", "two"])
    needed = serializers.IntegerField()
    given = serializers.IntegerField()
    environment = serializers.CharField()
    expires_at = serializers.DateTimeField(allow_null=True)
    groups = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField()),
        help_text="Only who is in one group of each of these may approve; empty: every approver.",
    )
    why = serializers.ListField(child=serializers.CharField(), help_text="Who asks for more than the risk does.")


class ApprovalSerializer(serializers.Serializer[Any]):
    user = ActorSerializer()
    on_behalf_of = ActorSerializer(allow_null=True, help_text="Who was away and had let this person decide.")
    kind = serializers.ChoiceField(choices=["vote", "standing"], help_text="Standing: given in advance.")
    via = serializers.CharField(help_text="Where it was given: chat, web, api, manage.py.")
    decision = serializers.ChoiceField(choices=["approve", "reject"])
    plan_hash = serializers.CharField()
    current = serializers.BooleanField(help_text="It is about the plan that the job has now.")
    at = serializers.DateTimeField()
    reason = serializers.CharField()


class JobErrorSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    detail = serializers.CharField()
    retryable = serializers.BooleanField()


class FoundSerializer(serializers.Serializer[Any]):
    exists = serializers.ListField(child=serializers.CharField())
    missing = serializers.ListField(child=serializers.CharField())
    unknown = serializers.ListField(
        child=serializers.CharField(), help_text="Nobody can say whether these are there, or to what they belong."
    )


class LifetimeSerializer(serializers.Serializer[Any]):
    seconds = serializers.IntegerField(allow_null=True, help_text="From when it was made.")
    until = serializers.DateTimeField(allow_null=True)


class JobSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    job_id = serializers.CharField(source="id", help_text="The same id, named as in the conversation's frames.")
    version = serializers.IntegerField()
    state = serializers.ChoiceField(choices=_choices(JobState))
    kind = serializers.ChoiceField(choices=_choices(JobKind))
    title = serializers.CharField()
    subject = serializers.CharField()
    environment = serializers.CharField()
    risk = serializers.ChoiceField(choices=_choices(Risk))
    requester = ActorSerializer()
    conversation_id = serializers.CharField(source="origin.conversation_id", allow_null=True)
    stack = StackReferenceSerializer(allow_null=True)
    values = serializers.DictField(help_text="Sensitive values are masked.")
    summary = serializers.SerializerMethodField()
    plan = PlanSummarySerializer(allow_null=True)
    approval = ApprovalNeedSerializer(allow_null=True)
    approvals = ApprovalSerializer(many=True)
    queue_position = serializers.IntegerField()
    cancel_requested = serializers.BooleanField()
    outputs = serializers.DictField()
    result_text = serializers.CharField()
    error = JobErrorSerializer(allow_null=True)
    starts = serializers.IntegerField(help_text="How often applying was started.")
    found = FoundSerializer(allow_null=True, help_text="What an interrupted job turned out to have done, by name.")
    lifetime = LifetimeSerializer(allow_null=True, help_text="When what it makes is deleted, under the same approval.")
    standing_job_id = serializers.CharField(
        allow_null=True, help_text="For a deletion at the end of a lifetime: the job that it was approved with."
    )
    reason = serializers.CharField(source="last_reason")
    last_log_seq = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    def get_summary(self, job: JobView) -> str:
        """One sentence: what went wrong, what came out, what would happen, or what was asked for."""
        if job.error is not None:
            return job.error.detail
        return job.result_text or (job.plan.text if job.plan else "") or job.title


class GraphNodeSerializer(serializers.Serializer[Any]):
    id = serializers.CharField(help_text="Address without indices.")
    type = serializers.CharField()
    module = serializers.CharField()
    action = serializers.ChoiceField(choices=["no-op", "create", "update", "replace", "delete"])
    instances = serializers.IntegerField()


class ResourceGraphSerializer(serializers.Serializer[Any]):
    nodes = GraphNodeSerializer(many=True)
    edges = serializers.ListField(
        child=serializers.ListField(child=serializers.CharField()), help_text="[from, to]: from depends on to."
    )
    complete = serializers.BooleanField(help_text="False when there were too many to keep.")


class JobPlanSerializer(PlanSummarySerializer):
    graph = ResourceGraphSerializer(allow_null=True)
    terraform = serializers.DictField(allow_null=True, source="masked", help_text="`terraform show -json`, masked.")


class JobEventSerializer(serializers.Serializer[Any]):
    log_seq = serializers.IntegerField()
    kind = serializers.CharField()
    level = serializers.ChoiceField(choices=["line", "step", "warning", "error"])
    resource = serializers.CharField(allow_null=True)
    text = serializers.CharField()
    at = serializers.DateTimeField(allow_null=True)
    data = serializers.DictField()  # type: ignore[assignment]  # the protocol's word, and Serializer's property


class JobEventsSerializer(serializers.Serializer[Any]):
    results = JobEventSerializer(many=True)
    last_log_seq = serializers.IntegerField(help_text="The number of the last line there is.")
    next = serializers.CharField(
        allow_null=True, help_text="Where the following lines are (with `before`: the ones before); null at the end."
    )


class VariableSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    type = serializers.CharField()
    description = serializers.CharField()
    default = serializers.SerializerMethodField("get_shown_default", help_text="Null where it is sensitive.")
    required = serializers.BooleanField()  # type: ignore[assignment]
    sensitive = serializers.BooleanField()
    choices = serializers.ListField()

    def get_shown_default(self, variable: Variable) -> Any:
        return None if variable.sensitive else variable.default


class BlueprintSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    title = serializers.CharField()
    description = serializers.CharField()
    version = serializers.CharField()
    noun = serializers.CharField()
    risk = serializers.DictField(child=serializers.CharField())
    ask = serializers.ListField(child=serializers.CharField())
    outputs = serializers.ListField(child=serializers.CharField())
    variables = VariableSerializer(many=True)


class FormFieldSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # the form's word, and Serializer's property
    type = serializers.CharField(help_text="Terraform's type expression.")
    schema = serializers.DictField(help_text="The same as JSON Schema.")
    required = serializers.BooleanField()  # type: ignore[assignment]
    sensitive = serializers.BooleanField()
    choices = serializers.ListField()
    default = serializers.JSONField(allow_null=True, help_text="Null where it is sensitive.")
    help = serializers.CharField()
    errors = serializers.ListField(  # type: ignore[assignment]
        child=serializers.CharField(), help_text="What the module says of wrong values."
    )


class FormSectionSerializer(serializers.Serializer[Any]):
    title = serializers.CharField()
    advanced = serializers.BooleanField(help_text="Folded away at first.")
    fields = FormFieldSerializer(many=True)  # type: ignore[assignment]


class FormSerializer(serializers.Serializer[Any]):
    blueprint = serializers.CharField()
    version = serializers.CharField()
    title = serializers.CharField()
    sections = FormSectionSerializer(many=True)


class EnvironmentSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    title = serializers.CharField()
    cloud = serializers.ChoiceField(choices=list(CLOUDS))
    region = serializers.CharField()
    minimum_risk = serializers.ChoiceField(choices=_choices(Risk))
    is_default = serializers.BooleanField()


class JobSubmitSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=_choices(JobKind))
    subject = serializers.CharField(max_length=63, help_text="Name of the blueprint or the action.")
    environment = serializers.CharField(max_length=63)
    values = serializers.DictField(default=dict)
    stack_id = serializers.UUIDField(required=False)
    stack_name = serializers.CharField(required=False, max_length=120)
    expires_at = serializers.DateTimeField(
        required=False, help_text="For an apply: when what it makes is deleted, approved together with its plan."
    )
    expires_in_seconds = serializers.IntegerField(
        required=False, min_value=1, help_text="The same, counted from when it was made."
    )
    imports = serializers.BooleanField(
        required=False, default=False, help_text="For an apply: take over what exists under these values."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "expires_at" in attrs and "expires_in_seconds" in attrs:
            raise serializers.ValidationError({"expires_at": "Give expires_at or expires_in_seconds, not both."})
        return attrs


class ReasonSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=500)


class ApproveSerializer(ReasonSerializer):
    plan_hash = serializers.CharField(max_length=64)


class JobQuerySerializer(serializers.Serializer[Any]):
    state = serializers.MultipleChoiceField(choices=_choices(JobState), required=False)
    stack = serializers.UUIDField(required=False)
    conversation = serializers.UUIDField(required=False)
    cursor = serializers.UUIDField(required=False, help_text="From `next` of the page before.")
    limit = serializers.IntegerField(required=False, default=50, min_value=1, max_value=200)


class StackQuerySerializer(serializers.Serializer[Any]):
    environment = serializers.CharField(required=False)
    blueprint = serializers.CharField(required=False)
    all = serializers.BooleanField(required=False, default=False, help_text="Also those that are gone or never made.")
    cursor = serializers.UUIDField(required=False, help_text="From `next` of the page before.")
    limit = serializers.IntegerField(required=False, default=50, min_value=1, max_value=200)


class EventQuerySerializer(serializers.Serializer[Any]):
    after = serializers.IntegerField(
        required=False, default=0, min_value=0, max_value=MOST_LINES, help_text="Last line you have."
    )
    before = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=MOST_LINES,
        help_text="Instead of `after`: the last lines before this one.",
    )
    level = serializers.ChoiceField(
        choices=["step", "warning", "error"],
        required=False,
        allow_blank=True,
        default="",
        help_text="Only these and what is worse.",
    )
    search = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=200, help_text="Only lines with this text in them."
    )
    limit = serializers.IntegerField(required=False, default=500, min_value=1, max_value=500)
