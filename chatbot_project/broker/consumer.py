"""Celery's consumer, which deletes no message that it cannot decode."""

# celery's type stubs do not know the consumer's methods.
# mypy: disable-error-code="attr-defined,misc"

import logging
from typing import Any

from celery.worker import consumer

logger = logging.getLogger(__name__)


class Consumer(consumer.Consumer):
    def on_decode_error(self, message: Any, exc: Exception) -> None:
        """Celery's own acknowledges, that is deletes, so that the message does not loop. Here SQS ends the loop: after
        SQS_MAX_RECEIVES times the message is a dead letter, and somebody can look at it."""
        logger.error("a message cannot be decoded, it will be a dead letter: %s", exc)
        message.reject_log_error(logger, self.connection_errors)
