"""The orchestrator's collections, as Django sees them: for migrations, indexes and the admin.

Jobs, stacks and all that grows with them are written with PyMongo (transitions.py, leases.py, joblog.py, plans.py,
services.py); only environments are written through the ORM, in the admin. Fields are named like the documents' keys.
"""

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from chatbot_project.mongo.indexes import TTLIndex

from .approval_models import Approval, ApprovalRule, Delegation, Reminder  # noqa: F401 (Django looks for models here)
from .blueprint_models import BlueprintAllowance, BlueprintUpload  # noqa: F401 (Django looks for models here)
from .dead_letter_models import DeadLetter, DeadLetterQueue  # noqa: F401
from .environment_places import AWS, CLOUDS, PLACE_FIELDS, place_problems
from .freeze_models import Freeze  # noqa: F401
from .history_models import JobEvent, PlanChunk, Start, Transition  # noqa: F401
from .life_models import Schedule, StackEvent  # noqa: F401
from .machine_models import Host, Process  # noqa: F401
from .policy_models import PolicyRule  # noqa: F401
from .reveal_models import Reveal  # noqa: F401
from .states import JobKind, JobState, Risk

_DAY = 86_400


def _choices(values: type[JobKind] | type[JobState] | type[Risk]) -> list[tuple[str, str]]:
    return [(each.value, each.value.replace("_", " ")) for each in values]


class Environment(models.Model):
    """Where stacks live. Its policy may raise what a blueprint asks for, never lower it."""

    name = models.CharField(
        primary_key=True,
        db_column="_id",
        max_length=63,
        validators=[RegexValidator(r"^[a-z][a-z0-9-]*$", _("Use lower-case letters, digits and dashes."))],
    )
    title = models.CharField(max_length=120)
    cloud = models.CharField(
        max_length=10,
        choices=list(CLOUDS.items()),
        default=AWS,
        help_text=_("Where it is. Credentials never stand here: only the infrastructure worker has them."),
    )
    region = models.CharField(
        max_length=40, default="us-east-1", help_text=_("By the cloud's own name: us-east-1, westeurope, europe-west1.")
    )
    minimum_risk = models.CharField(
        max_length=10,
        choices=_choices(Risk),
        default=Risk.READ.value,
        help_text=_("Every change here is treated as at least this risky. Reading is never raised."),
    )
    synonyms = models.JSONField(default=list, blank=True, help_text=_('Other words for it: ["stage", "test system"].'))
    is_default = models.BooleanField(
        default=False,
        help_text=_(
            "For the chat, when nobody names one. Reading looks here; before a change the question where it goes "
            "suggests it. Only while its minimum risk is read or low and its name does not begin with prod: otherwise "
            "nothing is assumed. At most one has it: giving it to one takes it from the others. REST always names one."
        ),
    )
    enabled = models.BooleanField(default=True)
    position = models.IntegerField(default=0, help_text=_("Order in lists."))
    role_arn = models.CharField(max_length=200, blank=True, help_text=_("AWS: a role that workers assume here."))
    session_policy = models.TextField(
        blank=True,
        help_text=_("AWS: a policy (JSON) for the assumed role's session; only what both allow is allowed."),
    )
    tenant_id = models.CharField(max_length=36, blank=True, help_text=_("Azure: the id of the tenant."))
    subscription_id = models.CharField(max_length=36, blank=True, help_text=_("Azure: the id of the subscription."))
    client_id = models.CharField(
        max_length=36, blank=True, help_text=_("Azure: the id of the application; empty: the worker's ARM_CLIENT_ID.")
    )
    project_id = models.CharField(max_length=60, blank=True, help_text=_("Google Cloud: the id of the project."))
    service_account = models.CharField(
        max_length=200, blank=True, help_text=_("Google Cloud: the address of a service account to impersonate.")
    )
    credentials_prefix = models.CharField(
        max_length=60,
        blank=True,
        help_text=_(
            "Workers read what lets them in from PREFIX_AWS_ACCESS_KEY_ID, PREFIX_ARM_CLIENT_SECRET, "
            "PREFIX_GOOGLE_CREDENTIALS and so on; empty: from the names without it."
        ),
    )
    endpoint_url = models.CharField(max_length=200, blank=True, help_text=_("Only for an emulated cloud."))
    drift_check_hours = models.PositiveIntegerField(
        default=0,
        blank=True,
        help_text=_("Every so many hours the stacks here are compared with what is there; 0: on request."),
    )
    most_stacks = models.PositiveIntegerField(
        default=0, blank=True, help_text=_("So many stacks there may be here; 0: any number.")
    )
    most_stacks_per_person = models.PositiveIntegerField(
        default=0, blank=True, help_text=_("So many of one person; 0: any number.")
    )
    most_jobs_per_person = models.PositiveIntegerField(
        default=0, blank=True, help_text=_("So many unfinished jobs of one person; 0: any number.")
    )

    class Meta:
        db_table = "orchestrator_environment"
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Raises ValidationError that names each field."""
        place = {name: getattr(self, name) for name in ("cloud", "region", *PLACE_FIELDS)}
        if problems := place_problems(place):
            raise ValidationError(dict(problems))


class Blueprint(models.Model):
    """A Terraform module that people can ask for; `version` is the digest of its current version."""

    name = models.CharField(primary_key=True, db_column="_id", max_length=63)
    title = models.CharField(max_length=120)
    version = models.CharField(max_length=64)
    enabled = models.BooleanField(default=True, help_text=_("Off: nobody can ask for new ones."))
    taught = models.BooleanField(null=True, help_text=_("Whether the bots were told to learn an added version."))
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "orchestrator_blueprint"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.title


class BlueprintVersion(models.Model):
    """One digest of a blueprint's files, kept for good: jobs and stacks refer to it."""

    digest = models.CharField(primary_key=True, db_column="_id", max_length=64)
    name = models.CharField(max_length=63)
    manifest = models.JSONField(default=dict, help_text=_("blueprint.yaml as loaded."))
    variables = models.JSONField(default=list)
    archive = models.BinaryField(help_text=_("The module's files, tar.gz."))
    lock = models.TextField(null=True, help_text=_(".terraform.lock.hcl of the first init."))
    text = models.TextField(blank=True, help_text=_("blueprint.yaml of what was added, to be edited."))
    added_by = models.CharField(max_length=150, blank=True, help_text=_("Empty: built in."))
    created_at = models.DateTimeField()

    class Meta:
        db_table = "orchestrator_blueprintversion"
        indexes = [models.Index(fields=["name", "-created_at"], name="version_by_name")]

    def __str__(self) -> str:
        return f"{self.name} {self.digest[:12]}"


class Action(models.Model):
    """One cloud SDK operation; `definition` is its YAML file as loaded."""

    name = models.CharField(primary_key=True, db_column="_id", max_length=63)
    title = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    definition = models.JSONField(default=dict)
    variables = models.JSONField(default=list)
    enabled = models.BooleanField(default=True, help_text=_("Off: nobody can ask for it."))
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "orchestrator_action"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.title


class Stack(models.Model):
    """One blueprint deployed in one environment under one name by one owner.

    `active_job_id` is the job whose turn it is, `queue` the jobs behind it in order. `identity` is unique among the
    stacks that may still hold something; a stack that is gone has its own id there, which frees the name.
    """

    id = models.CharField(primary_key=True, db_column="_id", max_length=36)
    name = models.CharField(max_length=120)
    blueprint = models.CharField(max_length=63)
    blueprint_version = models.CharField(max_length=64)
    environment = models.CharField(max_length=63)
    owner_id = models.CharField(max_length=36)
    owner_name = models.CharField(max_length=150)
    identity = models.CharField(max_length=400)
    status = models.CharField(max_length=10)
    active_job_id = models.CharField(max_length=36, null=True)
    queue = models.JSONField(default=list)
    values = models.JSONField(default=dict)
    sensitive_values = models.JSONField(default=dict)
    sensitive_names = models.JSONField(default=list)
    outputs = models.JSONField(default=dict)
    resource_count = models.IntegerField(default=0)
    drift_check_hours = models.PositiveIntegerField(
        null=True, help_text=_("It is compared with what is there every so many hours; empty: as its environment says.")
    )
    expires_at = models.DateTimeField(null=True, help_text=_("When it is deleted; empty: never by itself."))
    expiry = models.JSONField(null=True, help_text=_("What its deletion was approved with, and how far that is."))
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "orchestrator_stack"
        constraints = [models.UniqueConstraint(fields=["identity"], name="one_stack_per_identity")]
        indexes = [
            models.Index(fields=["owner_id", "-created_at", "-id"], name="stack_by_owner"),
            models.Index(fields=["environment", "-created_at", "-id"], name="stack_by_environment"),
        ]

    def __str__(self) -> str:
        return f"{self.environment}/{self.blueprint}/{self.name}"


class Job(models.Model):
    """One run of a plan and, once approved, of its apply. The table of its states stands in states.py.

    `runnable`: it is its stack's turn (or it needs none), so a queued job may be claimed. `lease_*`: leases.py.
    `sensitive_values` never leaves towards people.
    """

    id = models.CharField(primary_key=True, db_column="_id", max_length=36)
    kind = models.CharField(max_length=10, choices=_choices(JobKind))
    state = models.CharField(max_length=20, choices=_choices(JobState))
    version = models.IntegerField()
    environment = models.CharField(max_length=63)
    subject = models.CharField(max_length=63)
    title = models.CharField(max_length=300)
    risk = models.CharField(max_length=10, choices=_choices(Risk))
    requester_id = models.CharField(max_length=36, null=True)
    requester_name = models.CharField(max_length=150)
    channel = models.CharField(max_length=40)
    conversation_id = models.CharField(max_length=36, null=True)
    message_seq = models.IntegerField(null=True)
    stack_id = models.CharField(max_length=36, null=True)
    stack_owner_id = models.CharField(max_length=36, null=True)
    blueprint_version = models.CharField(max_length=64, null=True)
    definition = models.JSONField(null=True, help_text=_("An action's definition when it was asked for."))
    values = models.JSONField(default=dict)
    sensitive_values = models.JSONField(default=dict)
    sensitive_names = models.JSONField(default=list)
    runnable = models.BooleanField(default=False)
    plan = models.JSONField(null=True)
    plan_digests = models.JSONField(default=dict, help_text=_("What the plan hash was made of."))
    plan_generation = models.IntegerField(default=0)
    policy_version = models.CharField(max_length=64, blank=True)
    approval_rule = models.CharField(max_length=10, blank=True)
    approval_needed = models.IntegerField(default=0)
    approval_groups = models.JSONField(default=list, help_text=_("Approvers are in one group of each of these lists."))
    approval_why = models.JSONField(default=list)
    approval_expires_at = models.DateTimeField(null=True)
    reminded = models.BooleanField(default=False, help_text=_("Whoever may approve was reminded of this plan."))
    waiting_since = models.DateTimeField(null=True, help_text=_("For approval."))
    outputs = models.JSONField(default=dict)
    result_text = models.TextField(blank=True)
    error = models.JSONField(null=True)
    resource_count = models.IntegerField(null=True)
    start = models.IntegerField(default=0)
    approval_round = models.IntegerField(default=0, help_text=_("The start after which people were asked again."))
    remainder = models.JSONField(null=True, help_text=_("The part of the approved plan that the latest start does."))
    found = models.JSONField(null=True, help_text=_("What an interrupted start turned out to have done."))
    planning_losses = models.IntegerField(default=0, help_text=_("How often the worker was lost while planning."))
    tries = models.IntegerField(default=0, help_text=_("How often finding out what was done came to nothing."))
    retry_at = models.DateTimeField(null=True)
    lifetime = models.JSONField(null=True, help_text=_("For how long, or until when, its stack is asked for."))
    standing_job_id = models.CharField(
        max_length=36, null=True, help_text=_("The job with whose plan this deletion was approved.")
    )
    adopts_job_id = models.CharField(
        max_length=36, null=True, help_text=_("The check for drift whose findings are asked for.")
    )
    imports = models.JSONField(null=True, help_text=_("What exists and is taken over: {address: id}."))
    cancel_requested = models.JSONField(null=True)
    lease_owner = models.CharField(max_length=200, null=True)
    lease_fence = models.IntegerField(default=0)
    lease_expires_at = models.DateTimeField()
    last_log_seq = models.IntegerField(default=0)
    last_actor = models.JSONField(default=dict)
    last_reason = models.TextField(blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "orchestrator_job"
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="job_latest"),
            models.Index(fields=["state", "updated_at"], name="job_by_state"),
            models.Index(fields=["requester_id", "-created_at", "-id"], name="job_by_requester"),
            models.Index(fields=["stack_owner_id", "-created_at", "-id"], name="job_by_stack_owner"),
            models.Index(fields=["environment", "-created_at", "-id"], name="job_by_environment"),
            models.Index(fields=["conversation_id", "-created_at", "-id"], name="job_by_conversation"),
            models.Index(fields=["stack_id", "-created_at", "-id"], name="job_by_stack"),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.state})"


class Outbox(models.Model):
    """What must still happen after a commit: a transition's handlers, the wake-up of a worker, a background task."""

    id = models.CharField(primary_key=True, db_column="_id", max_length=80)
    kind = models.CharField(max_length=12)
    job_id = models.CharField(max_length=36)
    version = models.IntegerField()
    handled = models.JSONField(default=list)
    attempts = models.IntegerField(default=0)
    again = models.IntegerField(default=0, help_text=_("How often a worker had to be woken again."))
    not_before = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "orchestrator_outbox"
        verbose_name_plural = "outbox"
        indexes = [
            models.Index(fields=["done_at", "not_before"], name="outbox_undone"),
            TTLIndex(fields=["done_at"], expire_after=_DAY, name="outbox_ttl"),
        ]

    def __str__(self) -> str:
        return self.id


class Receipt(models.Model):
    """The first answer to a REST request with an Idempotency-Key, repeated for a day."""

    id = models.CharField(primary_key=True, db_column="_id", max_length=64)
    request_digest = models.CharField(max_length=64)
    status = models.IntegerField(null=True)
    body = models.JSONField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "orchestrator_receipt"
        indexes = [TTLIndex(fields=["created_at"], expire_after=_DAY, name="job_receipt_ttl")]

    def __str__(self) -> str:
        return self.id
