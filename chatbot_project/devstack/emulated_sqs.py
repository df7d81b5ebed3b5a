"""SQS queues as the service has them where moto's differ: on those the AWS provider waits for ever for what it set."""

from typing import Any

from moto.sqs import models


class Queue(models.Queue):
    """Knows RedriveAllowPolicy, and keeps its Policy when other attributes are set."""

    BASE_ATTRIBUTES = [*models.Queue.BASE_ATTRIBUTES, "RedriveAllowPolicy"]
    policy: str | None = None
    redrive_allow_policy: str | None = None

    def _set_attributes(self, attributes: dict[str, Any], now: float | None = None) -> None:
        # An empty text takes a policy away.
        policies: dict[str, Any] = {
            name: attributes[name] or None for name in ("Policy", "RedriveAllowPolicy") if name in attributes
        }
        super()._set_attributes({"Policy": self.policy, **attributes, **policies}, now)


def install() -> None:
    """Let the emulator of this process make such queues."""
    models.Queue = Queue  # type: ignore[misc]  # where its backend looks for it
