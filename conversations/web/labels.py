"""What people read for the codes of jobs; words.js has the same for scripts."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

STATES: dict[str, Promise] = {
    "queued": _("Waiting in line"),
    "planning": _("Planning"),
    "awaiting_approval": _("Waiting for approval"),
    "approved": _("Approved"),
    "applying": _("Applying"),
    "canceling": _("Stopping"),
    "indeterminate": _("Finding out what happened"),
    "reconciling": _("Putting it right"),
    "succeeded": _("Done"),
    "no_changes": _("Nothing to change"),
    "denied": _("Denied by policy"),
    "rejected": _("Rejected"),
    "expired": _("Expired"),
    "superseded": _("Out of date"),
    "canceled": _("Canceled"),
    "failed": _("Failed"),
    "partially_applied": _("Partly applied"),
}
RISKS: dict[str, Promise] = {
    "read": _("reads only"),
    "low": _("low risk"),
    "high": _("high risk"),
    "critical": _("critical risk"),
}
STATUSES: dict[str, Promise] = {
    "new": _("not made yet"),
    "live": _("there"),
    "gone": _("deleted"),
    "unknown": _("unclear"),
}
"""Of stacks."""
CHANGES: dict[str, Promise] = {
    "create": _("create"),
    "update": _("change"),
    "replace": _("replace"),
    "delete": _("delete"),
    "read": _("read"),
}
SIGNS = {"create": "+", "update": "~", "replace": "±", "delete": "−", "read": "→"}
