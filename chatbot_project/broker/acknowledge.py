"""Deleting finished messages, again and again when SQS does not answer."""

import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

logger = logging.getLogger(__name__)

# The handle is too old or unknown: the message is gone or belongs to somebody else by now.
STALE_HANDLE = frozenset({"InvalidParameterValue", "ReceiptHandleIsInvalid"})

_FIRST_PAUSE_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 10.0


@dataclass(frozen=True)
class Receipt:
    """What SQS wants back to delete a message."""

    queue_url: str
    handle: str


class Acknowledger:
    """Deletes messages; what fails is repeated on a thread of its own until `give_up_seconds` have passed.

    kombu logs a failed delete and forgets it, and the task runs a second time when the message comes back. A message
    that could not be deleted in time comes back here too, and finds its job taken: that costs a look, nothing else.
    """

    def __init__(self, client: Callable[[], Any], give_up_seconds: float) -> None:
        self._client = client
        self._give_up_seconds = give_up_seconds
        self._failed: queue.SimpleQueue[Receipt | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def delete(self, receipt: Receipt) -> None:
        """Delete now; on failure hand it to the thread. Never raises."""
        try:
            self._delete(receipt)
        except Exception as error:
            logger.warning("a finished message could not be acknowledged, will try again: %s", error)
            self._failed.put(receipt)
            self._start()

    def close(self) -> None:
        """Let the thread end; what it still has comes back by itself."""
        if self._thread is not None:
            self._failed.put(None)

    def _start(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._repeat_all, daemon=True, name="sqs-acknowledge")
            self._thread.start()

    def _repeat_all(self) -> None:
        while (receipt := self._failed.get()) is not None:
            self._repeat(receipt)

    def _repeat(self, receipt: Receipt) -> None:
        deadline = time.monotonic() + self._give_up_seconds
        pause = _FIRST_PAUSE_SECONDS
        while time.monotonic() < deadline:
            time.sleep(pause)
            try:
                self._delete(receipt)
            except Exception as error:
                logger.warning("acknowledging again failed: %s", error)
                pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
            else:
                logger.info("a message was acknowledged at a later attempt")
                return
        logger.error("gave up acknowledging a message; it will be delivered again")

    def _delete(self, receipt: Receipt) -> None:
        try:
            self._client().delete_message(QueueUrl=receipt.queue_url, ReceiptHandle=receipt.handle)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") not in STALE_HANDLE:
                raise
            logger.warning("a finished message was not ours any more when it was acknowledged")
