"""Where a job's secret-bearing files are kept: plan, module, lock, variables, raw log. Infrastructure workers only."""

from typing import Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from .base import ExecutorError, StoreAccess
from .clients import store_client

_MISSING = {"NoSuchKey", "404", "NotFound"}


class ArtefactStore(Protocol):
    def put(self, key: str, data: bytes) -> None:
        """Keep `data` under `key`, replacing what was there. Raises ExecutorError."""

    def get(self, key: str, *, most_bytes: int | None = None) -> bytes | None:
        """What was kept, or None. Raises ExecutorError when that cannot be found out, or when it is larger."""


class S3ArtefactStore:
    """In the artefact bucket, encrypted by the server. `name` is what people call the bucket."""

    def __init__(self, store: StoreAccess, name: str = "artefact") -> None:
        self._store, self._name = store, name

    def put(self, key: str, data: bytes) -> None:
        try:
            self._client.put_object(Bucket=self._bucket, Key=key, Body=data, ServerSideEncryption="AES256")
        except (ClientError, BotoCoreError) as error:
            raise self._unavailable("written", error) from error

    def get(self, key: str, *, most_bytes: int | None = None) -> bytes | None:
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=key)
            _require_size(answer["ContentLength"], most_bytes)
            data: bytes = answer["Body"].read()
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in _MISSING:
                return None
            raise self._unavailable("read", error) from error
        except BotoCoreError as error:
            raise self._unavailable("read", error) from error
        return data

    @property
    def _client(self) -> Any:
        return store_client(self._store)

    @property
    def _bucket(self) -> str:
        return self._store.artefact_bucket

    def _unavailable(self, verb: str, error: Exception) -> ExecutorError:
        return store_error(self._bucket, self._name, verb, error)


class MemoryArtefactStore:
    """The double: keeps everything in memory, for tests without a server."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def put(self, key: str, data: bytes) -> None:
        self.kept[key] = data

    def get(self, key: str, *, most_bytes: int | None = None) -> bytes | None:
        data = self.kept.get(key)
        _require_size(len(data or b""), most_bytes)
        return data


def _require_size(size: int, most_bytes: int | None) -> None:
    if most_bytes is not None and size > most_bytes:
        detail = f"What is stored has {size} bytes, {most_bytes} at most were expected."
        raise ExecutorError("artefact_too_large", detail)


def store_error(bucket: str, what: str, verb: str, error: Exception) -> ExecutorError:
    """The sentence for a bucket of ours that does not answer as it should."""
    code = error.response.get("Error", {}).get("Code", "") if isinstance(error, ClientError) else ""
    if code == "NoSuchBucket":
        detail = f"The {what} bucket {bucket} does not exist. `manage.py provision` makes it."
        return ExecutorError(f"{what}_bucket_missing", detail)
    if code in {"AccessDenied", "403", "Forbidden"}:
        detail = f"The worker's credentials do not allow the {what} bucket {bucket} to be {verb}."
        return ExecutorError(f"{what}_store_denied", detail)
    detail = f"The {what} bucket {bucket} cannot be {verb} right now ({code or type(error).__name__}). Try again later."
    return ExecutorError(f"{what}_store_unavailable", detail, retryable=True)
