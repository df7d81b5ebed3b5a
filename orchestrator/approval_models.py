"""Who must approve, who may for whom, and who was reminded: as Django sees it, for migrations and the admin."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from chatbot_project.accounts.models import EVERY_ENVIRONMENT
from chatbot_project.mongo.indexes import TTLIndex

from .states import Risk

_DAY = 86_400
_RAISED = (Risk.LOW, Risk.HIGH, Risk.CRITICAL)


class Ask(models.TextChoices):
    """A rule as people choose it; what each means stands in policy/approvals.py."""

    SELF = "self", _("self: the requester confirms")
    OTHER = "other", _("other: an approver who is not the requester")
    TWO = "two", _("two: two such approvers")


class ApprovalRule(models.Model):
    """One row of the table: from this risk on, changes there need at least this. Only raises what risk asks for."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False, db_column="_id")
    environment = models.CharField(
        max_length=63, default=EVERY_ENVIRONMENT, help_text=_("Name of an environment, or * for all of them.")
    )
    risk = models.CharField(
        max_length=10,
        choices=[(each.value, each.value) for each in _RAISED],
        help_text=_("Holds for changes of this risk and for riskier ones. Reading is never raised."),
    )
    rule = models.CharField(
        max_length=10,
        choices=Ask.choices,
        help_text=_(
            "At least this. What the risk itself asks for (low: self, high: other, critical: two) stays where it is "
            "more. A change of the table voids the plans that wait: they have to be made again."
        ),
    )
    groups = models.JSONField(
        default=list,
        blank=True,
        help_text=_(
            "Only approvals by members of one of these groups count, administrators included. None: by every "
            "approver of the environment."
        ),
    )

    class Meta:
        db_table = "orchestrator_approvalrule"
        ordering = ["environment", "risk"]
        constraints = [models.UniqueConstraint(fields=["environment", "risk"], name="one_rule_per_risk")]

    def __str__(self) -> str:
        return f"{self.environment}, {self.risk}: {self.rule}"


class Delegation(models.Model):
    """For a time somebody else decides for an approver who is away; written by delegations.py.

    Single steps only: who decides for another cannot hand that on.
    """

    id = models.CharField(primary_key=True, db_column="_id", max_length=36)
    from_id = models.CharField(max_length=36)
    from_name = models.CharField(_("away"), max_length=150)
    to_id = models.CharField(max_length=36)
    to_name = models.CharField(_("decides meanwhile"), max_length=150)
    environment = models.CharField(max_length=63)
    starts_at = models.DateTimeField()
    until = models.DateTimeField()
    given_by = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.JSONField(null=True)

    class Meta:
        db_table = "orchestrator_delegation"
        indexes = [
            models.Index(fields=["to_id", "until"], name="delegation_by_delegate"),
            models.Index(fields=["from_id", "until"], name="delegation_by_absentee"),
        ]

    def __str__(self) -> str:
        return f"{self.to_name} for {self.from_name}"


class Reminder(models.Model):
    """One person was reminded of one plan, once; `_id` is "job:hash:user" (with the round)."""

    id = models.CharField(primary_key=True, db_column="_id", max_length=160)
    job_id = models.CharField(max_length=36)
    user_id = models.CharField(max_length=36)
    at = models.DateTimeField()

    class Meta:
        db_table = "orchestrator_reminder"
        indexes = [TTLIndex(fields=["at"], expire_after=90 * _DAY, name="reminder_ttl")]

    def __str__(self) -> str:
        return self.id


class Approval(models.Model):
    """A person's decision on one plan; `_id` is "job:hash:user" (with the round, when people are asked again),
    `used_at` the time of the start that consumed it.

    Of kind `standing` it was given in advance for `stack_id` and `for_kind`, from `valid_from` on, and belongs to no
    job until one of them takes it up (standing.py)."""

    id = models.CharField(primary_key=True, db_column="_id", max_length=200)
    kind = models.CharField(max_length=10, default="vote")
    job_id = models.CharField(max_length=36)
    plan_hash = models.CharField(max_length=64)
    user_id = models.CharField(max_length=36)
    user_name = models.CharField(max_length=150)
    decision = models.CharField(max_length=10)
    reason = models.TextField(blank=True)
    via = models.CharField(max_length=40)
    at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    round = models.IntegerField(default=0)
    on_behalf_of = models.JSONField(null=True, help_text=_("Who was away and had let this person decide."))
    delegation_id = models.CharField(max_length=36, null=True)
    stack_id = models.CharField(max_length=36, null=True)
    for_kind = models.CharField(max_length=10, blank=True)
    valid_from = models.DateTimeField(null=True)

    class Meta:
        db_table = "orchestrator_approval"
        indexes = [
            models.Index(fields=["job_id", "at"], name="approval_by_job"),
            models.Index(fields=["user_id", "-at", "-id"], name="approval_by_user"),
            models.Index(fields=["stack_id", "kind"], name="approval_by_stack"),
        ]

    def __str__(self) -> str:
        return f"{self.user_name}: {self.decision}"
