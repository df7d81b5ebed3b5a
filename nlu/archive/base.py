"""Where copies are kept. The archive is loaded by the path in the settings, so that no cloud SDK comes in here."""

from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


class ArchiveAway(Exception):
    """The archive cannot be used now. `str()` is a sentence for people."""


class Archive(Protocol):
    def put(self, key: str, content: bytes) -> None:
        """Keep a copy, in place of what was there. Raises ArchiveAway."""

    def get(self, key: str, most_bytes: int) -> bytes | None:
        """The copy, or None when there is none. Raises ArchiveAway, also for one that is larger."""


def current_archive() -> Archive | None:
    """None where no archive is configured."""
    found: Archive | None = import_string(settings.MODEL_ARCHIVE)()
    return found
