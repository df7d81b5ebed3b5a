"""SQS queues as the service has them where moto's differ: on those the AWS provider waits for ever for what it set."""

import json
from typing import Any

from moto.sqs import models


class Queue(models.Queue):
    """Knows RedriveAllowPolicy, keeps its Policy when other attributes are set, and writes its RedrivePolicy without
    blanks: with them every later plan would find something to change."""

    BASE_ATTRIBUTES = [*models.Queue.BASE_ATTRIBUTES, "RedriveAllowPolicy"]
    policy: str | None = None
    redrive_allow_policy: str | None = None

    @property
    def attributes(self) -> dict[str, Any]:
        found: dict[str, Any] = super().attributes
        if self.redrive_policy:
            found["RedrivePolicy"] = json.dumps(self.redrive_policy, separators=(",", ":"))
        return found

    def _set_attributes(self, attributes: dict[str, Any], now: float | None = None) -> None:
        # An empty text takes a policy away.
        policies: dict[str, Any] = {
            name: attributes[name] or None for name in ("Policy", "RedriveAllowPolicy") if name in attributes
        }
        super()._set_attributes({"Policy": self.policy, **attributes, **policies}, now)


def install() -> None:
    """Let the emulator of this process make such queues."""
    models.Queue = Queue  # type: ignore[misc]  # where its backend looks for it
