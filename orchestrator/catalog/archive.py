"""A module's files as bytes that are the same for the same files, and the digest of them."""

import gzip
import hashlib
import io
import tarfile
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

Files = Mapping[str, bytes]
"""Contents by relative path with forward slashes."""

# What Terraform and editors leave behind is no part of a module.
_LEFT_OUT = frozenset({".terraform", ".git", "__pycache__"})
_LEFT_OUT_SUFFIXES = frozenset({".tfstate", ".backup", ".tfplan", ".swp"})


def files_in(module: Path) -> dict[str, bytes]:
    """The files of the module in a directory, in a fixed order; links are left out."""
    found = (path for path in module.rglob("*") if path.is_file() and not path.is_symlink())
    paths = {path.relative_to(module).as_posix(): path for path in found}
    return {name: paths[name].read_bytes() for name in in_order(paths) if belongs(name)}


def belongs(path: str) -> bool:
    """Whether a file of this name is part of a module."""
    parts = PurePosixPath(path)
    return not _LEFT_OUT & set(parts.parts) and parts.suffix not in _LEFT_OUT_SUFFIXES


def in_order(paths: Iterable[str]) -> list[str]:
    return sorted(paths, key=lambda each: PurePosixPath(each).parts)


def archive_of(module: Path) -> bytes:
    """The module in a directory as tar.gz; see `packed`."""
    return packed(files_in(module))


def packed(files: Files) -> bytes:
    """Files as tar.gz, without anything of the machine it was made on: times, owners, modes."""
    buffer = io.BytesIO()
    # A modification time in the gzip header would make every archive another one.
    with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as zipped, tarfile.open(fileobj=zipped, mode="w") as tar:
        for path in in_order(files):
            entry = tarfile.TarInfo(path)
            entry.size, entry.mode = len(files[path]), 0o644
            tar.addfile(entry, io.BytesIO(files[path]))
    return buffer.getvalue()


def digest_of(files: Files) -> str:
    """SHA-256 over names and contents of the files, in the order of the mapping."""
    digest = hashlib.sha256()
    for path, content in files.items():
        digest.update(f"{path}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()
