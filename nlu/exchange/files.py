"""Files from a disk, a folder, a zip or an upload: {name: text}, within limits, and nothing unpacked to a disk."""

import io
import zipfile
from collections.abc import Iterable
from pathlib import Path

from .content import FilePlace

MAXIMUM_FILE = 8 * 2**20
MAXIMUM_TOTAL = 24 * 2**20
MAXIMUM_FILES = 4_000
SUFFIXES = (".yml", ".yaml", ".json")


def files_at(path: Path) -> dict[str, str]:
    """A file, a zip, or all files of a folder that may hold training data. Raises ImportRefused."""
    if not path.exists():
        FilePlace(str(path), 1).refuse("there is no such file or folder.")
    if path.is_dir():
        found = [each for each in sorted(path.rglob("*")) if _is_wanted(each.relative_to(path)) and each.is_file()]
        return _decoded((str(each.relative_to(path)), each.stat().st_size, each) for each in found)
    if path.stat().st_size > MAXIMUM_TOTAL:
        FilePlace(str(path), 1).refuse(f"the file is larger than {MAXIMUM_TOTAL // 2**20} MB; split it.")
    return files_of(path.name, path.read_bytes())


def files_of(name: str, content: bytes) -> dict[str, str]:
    """An uploaded file, or what is in an uploaded zip. Raises ImportRefused."""
    if not content.startswith(b"PK\x03\x04"):
        return _decoded([(name, len(content), content)])
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _decoded(
                (each.filename, each.file_size, _Member(archive, each))
                for each in archive.infolist()
                if not each.is_dir() and _is_wanted(Path(each.filename))
            )
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError) as error:
        FilePlace(name, 1).refuse(f"this zip cannot be read: {error or type(error).__name__}.")


def _is_wanted(path: Path) -> bool:
    """Not what lies in hidden folders: that belongs to tools."""
    is_hidden = any(part.startswith(".") and part not in (".", "..") for part in path.parts)
    return path.suffix.lower() in SUFFIXES and not is_hidden


class _Member:
    """Reads no more than the size its entry declares."""

    def __init__(self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
        self._archive, self._entry = archive, entry

    def read_bytes(self) -> bytes:
        with self._archive.open(self._entry) as stream:
            return stream.read(MAXIMUM_FILE + 1)


def _decoded(found: Iterable[tuple[str, int, "bytes | Path | _Member"]]) -> dict[str, str]:
    texts: dict[str, str] = {}
    total = 0
    for name, size, content in found:
        place = FilePlace(name, 1)
        if size > MAXIMUM_FILE:
            place.refuse(f"the file is larger than {MAXIMUM_FILE // 2**20} MB; split it.")
        raw = content if isinstance(content, bytes) else content.read_bytes()
        total += len(raw)
        if total > MAXIMUM_TOTAL or len(raw) > MAXIMUM_FILE or len(texts) >= MAXIMUM_FILES:
            place.refuse(
                f"this is more than {MAXIMUM_TOTAL // 2**20} MB or {MAXIMUM_FILES:,} files; import it in parts."
            )
        if name in texts:
            place.refuse("the archive holds this file twice.")
        texts[name] = _text(raw, place)
    return texts


def _text(raw: bytes, place: FilePlace) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        FilePlace(place.path, line).refuse("this is not UTF-8; save the file as UTF-8.")
