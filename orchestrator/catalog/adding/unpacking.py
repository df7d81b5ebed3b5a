"""A module as somebody hands it over: a directory, a zip or a tar. Plain files at plain paths, or nothing at all."""

import bz2
import gzip
import io
import lzma
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from ..archive import Files, belongs, in_order, packed
from ..errors import CatalogError
from ..loader import MANIFEST
from .findings import MOST_ARCHIVE_BYTES

# What run directories take (executors/terraform/rundir.py).
_MOST_FILES = 2_000
_MOST_BYTES = 50_000_000
# A document of MongoDB ends at 16 MB, and the variables are in it too.
_MOST_STORED_BYTES = 12_000_000
_LONGEST_PATH = 240

_UNREADABLE = (
    *(zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError),
    *(OSError, EOFError, NotImplementedError, ValueError),
)
_MOST_TAR_BYTES = _MOST_BYTES + 10_000_000
_COMPRESSIONS: tuple[tuple[bytes, Callable[[Any], Any]], ...] = (
    (b"\x1f\x8b", lambda stream: gzip.GzipFile(fileobj=stream)),
    (b"BZh", bz2.BZ2File),
    (b"\xfd7zXZ\x00", lzma.LZMAFile),
)
# How each entry of a zip's table begins: counted before the table is read into memory.
_ZIP_ENTRY = b"PK\x01\x02"

_TAR_KINDS = (
    (tarfile.TarInfo.issym, "a symbolic link"),
    (tarfile.TarInfo.islnk, "a hard link"),
    (tarfile.TarInfo.isdev, "a device"),
)


def files_of_path(path: Path) -> dict[str, bytes]:
    """The files of a module's directory or archive on this machine. Raises CatalogError."""
    if path.is_dir():
        return _checked(_directory(path))
    try:
        if path.stat().st_size > MOST_ARCHIVE_BYTES:
            raise CatalogError(_too_large())
        return files_of_archive(path.read_bytes())
    except OSError as error:
        raise CatalogError(f"{path} cannot be read: {error.strerror}.") from None


def files_of_archive(content: bytes) -> dict[str, bytes]:
    """The files of a zip or a tar (also compressed). Raises CatalogError naming what cannot be taken."""
    if len(content) > MOST_ARCHIVE_BYTES:
        raise CatalogError(_too_large())
    try:
        if zipfile.is_zipfile(io.BytesIO(content)):
            return _checked(_zip(content))
        return _checked(_tar(content))
    except _UNREADABLE as error:
        raise CatalogError(f"This is no zip or tar archive that can be read ({error}).") from None


def manifest_and_module(files: Files) -> tuple[str | None, dict[str, bytes]]:
    """The text of `blueprint.yaml`, where there is one, and the module's own files.

    A folder around everything (as GitHub's archives have it) is taken off. Raises CatalogError.
    """
    inner = _without_folder(files)
    text = inner.pop(MANIFEST, None)
    in_module = {path.removeprefix("module/"): data for path, data in inner.items() if path.startswith("module/")}
    module = in_module if text is not None and in_module else inner
    if not any("/" not in path and path.endswith((".tf", ".tf.json")) for path in module):
        raise CatalogError("There is no Terraform file (*.tf) at the top of it. Give the module's own directory.")
    if len(packed(module)) > _MOST_STORED_BYTES:
        raise CatalogError(f"The module is larger than {_MOST_STORED_BYTES // 1_000_000} MB packed.")
    try:
        return None if text is None else text.decode("utf-8-sig"), module
    except UnicodeDecodeError:
        raise CatalogError(f"{MANIFEST} is not UTF-8.") from None


def _without_folder(files: Files) -> dict[str, bytes]:
    tops = {path.partition("/")[0] for path in files}
    if len(tops) == 1 and all("/" in path for path in files):
        top = f"{tops.pop()}/"
        return _without_folder({path.removeprefix(top): data for path, data in files.items()})
    return dict(files)


def _checked(found: Iterable[tuple[str, bytes]]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    size = 0
    for name, content in found:
        path = _plain(name)
        if path in files:
            raise CatalogError(f"{path} stands in it twice.")
        size += len(content)
        if len(files) >= _MOST_FILES or size > _MOST_BYTES:
            raise CatalogError(f"It holds more than {_MOST_FILES:,} files or {_MOST_BYTES // 1_000_000} MB.")
        if path.endswith((".tofu", ".tofu.json")):
            raise CatalogError(f"{path} is for OpenTofu alone; a module must be the same for everybody. Leave it out.")
        if belongs(path):
            files[path] = content
    if not files:
        raise CatalogError("It holds no files.")
    return {path: files[path] for path in in_order(files)}


def _plain(name: str) -> str:
    """The path without `./`; CatalogError for one that leaves the directory or that not every system can write."""
    path = PurePosixPath(name)
    if path.is_absolute() or name.startswith("\\") or name[1:2] == ":":
        raise CatalogError(f"{_shown(name)} is an absolute path; a module's files lie below its own directory.")
    if ".." in path.parts:
        raise CatalogError(f"{_shown(name)} leads out of the module by `..`.")
    if "\\" in name or not name.isprintable() or not path.parts or len(name) > _LONGEST_PATH:
        raise CatalogError(f"{_shown(name)} is no plain path of a file.")
    return path.as_posix()


def _directory(root: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if not belongs(name):
            continue
        if path.is_symlink():
            raise CatalogError(f"{_shown(name)} is a symbolic link; a module holds plain files only.")
        if path.is_dir():
            continue
        if not path.is_file():
            raise CatalogError(f"{_shown(name)} is a device, a socket or a pipe; a module holds plain files only.")
        if path.stat().st_size > _MOST_BYTES:
            raise CatalogError(f"{_shown(name)} is larger than {_MOST_BYTES // 1_000_000} MB.")
        yield name, path.read_bytes()


def _zip(content: bytes) -> Iterator[tuple[str, bytes]]:
    if content.count(_ZIP_ENTRY) > 5 * _MOST_FILES:
        raise CatalogError(f"It holds more than {_MOST_FILES:,} files.")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for info in archive.infolist():
            kind = stat.S_IFMT(info.external_attr >> 16)
            # zipfile itself ends a name at its first NUL: what was written is asked.
            name = info.orig_filename
            if info.is_dir():
                _plain(name)
                continue
            if kind not in (0, stat.S_IFREG):
                what = "a symbolic link" if kind == stat.S_IFLNK else "a special file"
                raise CatalogError(f"{_shown(name)} is {what}; a module holds plain files only.")
            if info.flag_bits & 1:
                raise CatalogError(f"{_shown(name)} is encrypted.")
            with archive.open(info) as file:
                yield name, _bounded(name, file.read(_MOST_BYTES + 1))


def _tar(content: bytes) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(fileobj=io.BytesIO(_decompressed(content)), mode="r:") as archive:
        for member in archive:
            for is_kind, what in _TAR_KINDS:
                if is_kind(member):
                    raise CatalogError(f"{_shown(member.name)} is {what}; a module holds plain files only.")
            if member.isdir():
                if member.name not in (".", "./"):
                    _plain(member.name)
                continue
            file = archive.extractfile(member)
            if file is None:
                raise CatalogError(f"{_shown(member.name)} is no plain file.")
            yield member.name, _bounded(member.name, file.read(_MOST_BYTES + 1))


def _decompressed(content: bytes) -> bytes:
    """The tar itself. tarfile would read a header of any length into memory; what is too long is found out here."""
    opener = next((each for magic, each in _COMPRESSIONS if content.startswith(magic)), None)
    if opener is None:
        return content
    with opener(io.BytesIO(content)) as stream:
        tar: bytes = stream.read(_MOST_TAR_BYTES + 1)
    if len(tar) > _MOST_TAR_BYTES:
        raise CatalogError(f"It holds more than {_MOST_FILES:,} files or {_MOST_BYTES // 1_000_000} MB.")
    return tar


def _bounded(name: str, content: bytes) -> bytes:
    if len(content) > _MOST_BYTES:
        raise CatalogError(f"{_shown(name)} is larger than {_MOST_BYTES // 1_000_000} MB.")
    return content


def _shown(name: str) -> str:
    """A name from outside, for a sentence: short, one line."""
    return ascii(name if len(name) <= 120 else name[:119] + "…")


def _too_large() -> str:
    return f"The archive is larger than {MOST_ARCHIVE_BYTES // 1_000_000} MB."
