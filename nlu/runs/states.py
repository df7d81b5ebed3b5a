"""The states of a training run.

| from | to |
|---|---|
| queued | running (a worker has claimed it), canceled |
| running | running (claimed by another after its worker was lost), succeeded, refused, failed, canceled |

Refused: the data cannot be used; whoever asked mends it and asks again. Failed: it was not the data's fault.
Canceled: at once, whatever its worker does; that one notices at its next step, and stores nothing.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class RunState(TextChoices):
    QUEUED = "queued", _("waits for a worker")
    RUNNING = "running", _("is being trained")
    SUCCEEDED = "succeeded", _("trained")
    REFUSED = "refused", _("refused: the data cannot be used")
    FAILED = "failed", _("failed")
    CANCELED = "canceled", _("canceled")


UNFINISHED = (RunState.QUEUED, RunState.RUNNING)
