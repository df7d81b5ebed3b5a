"""The lock of a stack's state, as Terraform's S3 backend keeps it: an object beside the state.

Its content is documented by https://github.com/hashicorp/terraform/blob/v1.11.4/internal/states/statemgr/locker.go.
"""

import json
import logging
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from orchestrator.executors.artefacts import store_error
from orchestrator.executors.base import StackRef, StoreAccess
from orchestrator.executors.clients import store_client

from .root import state_key

logger = logging.getLogger(__name__)

APPLY = "OperationTypeApply"

_ABSENT = {"NoSuchKey", "404", "NotFound"}
_TAKEN = {"PreconditionFailed", "412", "ConditionalRequestConflict", "409"}
_LOOK_SECONDS = 0.25


@dataclass(frozen=True)
class StateLock:
    id: str
    operation: str
    who: str
    """`user@machine`"""
    created: datetime
    """On the clock of who took it."""
    info: str = ""
    etag: str = ""

    @property
    def host(self) -> str:
        return self.who.rpartition("@")[2]


def lock_read(store: StoreAccess, stack: StackRef) -> StateLock | None:
    """The lock as it is now, or None. Raises ExecutorError when that cannot be found out."""
    try:
        answer = store_client(store).get_object(Bucket=store.state_bucket, Key=_key(stack))
        return _parsed(answer["Body"].read(), str(answer.get("ETag", "")))
    except (ClientError, BotoCoreError) as error:
        if _code(error) in _ABSENT:
            return None
        raise store_error(store.state_bucket, "state", "read", error) from error


def lock_take(store: StoreAccess, stack: StackRef, *, who: str, info: str, operation: str) -> StateLock | None:
    """Take the lock; None when somebody has it. Raises ExecutorError."""
    created = datetime.now(UTC)
    lock = {"ID": str(uuid.uuid4()), "Operation": operation, "Info": info, "Who": who, "Version": "", "Path": ""}
    body = json.dumps({**lock, "Created": created.isoformat().replace("+00:00", "Z")}).encode()
    try:
        answer = store_client(store).put_object(
            Bucket=store.state_bucket, Key=_key(stack), Body=body, IfNoneMatch="*", ServerSideEncryption="AES256"
        )
    except (ClientError, BotoCoreError) as error:
        if _code(error) in _TAKEN:
            return None
        raise store_error(store.state_bucket, "state", "written", error) from error
    return StateLock(lock["ID"], operation, who, created, info, str(answer.get("ETag", "")))


def lock_release(store: StoreAccess, stack: StackRef, lock: StateLock) -> None:
    """Delete exactly this lock; another one stays. Raises ExecutorError."""
    found = lock_read(store, stack)
    if found is None or found.id != lock.id:
        return
    condition = {"IfMatch": found.etag} if found.etag else {}
    try:
        store_client(store).delete_object(Bucket=store.state_bucket, Key=_key(stack), **condition)
    except (ClientError, BotoCoreError) as error:
        if _code(error) not in _TAKEN | _ABSENT:
            raise store_error(store.state_bucket, "state", "written", error) from error


class LockWatch:
    """Tells the id of the lock that an apply takes, as soon as it is there: on a thread, while inside."""

    def __init__(
        self, store: StoreAccess, stack: StackRef, *, mine: Callable[[StateLock], bool], tell: Callable[[str], None]
    ) -> None:
        self._store, self._stack, self._mine, self._tell = store, stack, mine, tell
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="state-lock")

    def __enter__(self) -> "LockWatch":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.wait(_LOOK_SECONDS):
            try:
                lock = lock_read(self._store, self._stack)
                if lock is not None and self._mine(lock):
                    self._tell(lock.id)
                    return
            except Exception:
                logger.warning("a state lock could not be recorded yet", exc_info=True)


def _parsed(content: bytes, etag: str) -> StateLock:
    try:
        found: dict[str, Any] = json.loads(content)
        created = datetime.fromisoformat(_microseconds(str(found["Created"])))
        texts = {name: str(found.get(name, "")) for name in ("ID", "Operation", "Who", "Info")}
    except (ValueError, KeyError, TypeError):
        # Whose it is cannot be told, so it is nobody's that we may touch.
        return StateLock("unreadable", "", "somebody", datetime.fromtimestamp(0, UTC), "", etag)
    return StateLock(texts["ID"], texts["Operation"], texts["Who"], created, texts["Info"], etag)


def _microseconds(text: str) -> str:
    """Go writes up to nine digits of a second."""
    whole, dot, rest = text.removesuffix("Z").partition(".")
    return f"{whole}{dot}{rest[:6].ljust(6, '0')}+00:00" if dot else f"{whole}+00:00"


def _code(error: Exception) -> str:
    return str(error.response.get("Error", {}).get("Code", "")) if isinstance(error, ClientError) else ""


def _key(stack: StackRef) -> str:
    return f"{state_key(stack)}.tflock"
