"""The archive of trained versions in S3, below a prefix of its own, with keys of its own."""

from django.conf import settings

from nlu.archive.base import ArchiveAway
from orchestrator.executors.artefacts import S3ArtefactStore
from orchestrator.executors.base import ExecutorError, StoreAccess


class S3Archive:
    def __init__(self, store: S3ArtefactStore, prefix: str) -> None:
        self._store, self._prefix = store, prefix

    def put(self, key: str, content: bytes) -> None:
        try:
            self._store.put(self._prefix + key, content)
        except ExecutorError as error:
            raise ArchiveAway(error.detail) from error

    def get(self, key: str, most_bytes: int) -> bytes | None:
        try:
            return self._store.get(self._prefix + key, most_bytes=most_bytes)
        except ExecutorError as error:
            raise ArchiveAway(error.detail) from error


def model_archive() -> S3Archive | None:
    """The setting MODEL_ARCHIVE names this function. None without ARCHIVE_BUCKET."""
    if not settings.ARCHIVE_BUCKET:
        return None
    keys = {
        "AWS_ACCESS_KEY_ID": settings.ARCHIVE_ACCESS_KEY_ID,
        "AWS_SECRET_ACCESS_KEY": settings.ARCHIVE_SECRET_ACCESS_KEY,
    }
    access = StoreAccess(
        state_bucket="",
        artefact_bucket=settings.ARCHIVE_BUCKET,
        region=settings.ARCHIVE_REGION,
        endpoint_url=settings.ARCHIVE_ENDPOINT_URL or None,
        secrets={name: value for name, value in keys.items() if value},
    )
    return S3Archive(S3ArtefactStore(access, name="archive"), settings.ARCHIVE_PREFIX)
