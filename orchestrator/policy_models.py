"""Rules of one's own about plans, as the admin keeps them."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

START = """package infrachat

import rego.v1

deny contains finding if {
	some change in input.changes
	change.action == "create"
	change.type == "aws_nat_gateway"
	input.request.environment == "sandbox"
	finding := {"message": "No NAT gateways in the sandbox.", "resource": change.address}
}
"""


class PolicyRule(models.Model):
    """A rule in Rego. One with the name of a shipped rule takes its place."""

    name = models.CharField(
        primary_key=True,
        db_column="_id",
        max_length=63,
        validators=[RegexValidator(r"^[a-z][a-z0-9-]*$", _("Use lower-case letters, digits and dashes."))],
        help_text=_("The name of a shipped rule: this one takes its place; switched off, neither is used."),
    )
    title = models.CharField(max_length=120, help_text=_("What must be so, in one sentence."))
    source = models.TextField(max_length=50_000, default=START, help_text=_("Rego, package infrachat."))
    enabled = models.BooleanField(default=True, help_text=_("Off: plans are not held against it."))
    updated_at = models.DateTimeField(auto_now=True)
    updated_by = models.CharField(max_length=150, blank=True, editable=False)

    class Meta:
        db_table = "orchestrator_policyrule"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.title
