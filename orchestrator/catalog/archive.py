"""A module's files as bytes that are the same for the same files, and the digest of them."""

import gzip
import hashlib
import io
import tarfile
from pathlib import Path

# What Terraform and editors leave behind is no part of a module.
_LEFT_OUT = frozenset({".terraform", ".git", "__pycache__"})
_LEFT_OUT_SUFFIXES = frozenset({".tfstate", ".backup", ".tfplan", ".swp"})


def module_files(module: Path) -> list[Path]:
    """The files of the module, in a fixed order."""
    return sorted(
        path
        for path in module.rglob("*")
        if path.is_file()
        and not path.is_symlink()
        and not _LEFT_OUT & set(path.relative_to(module).parts)
        and path.suffix not in _LEFT_OUT_SUFFIXES
    )


def archive_of(module: Path) -> bytes:
    """The module as tar.gz, without anything of the machine it was made on: times, owners, modes."""
    buffer = io.BytesIO()
    # A modification time in the gzip header would make every archive another one.
    with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as packed, tarfile.open(fileobj=packed, mode="w") as tar:
        for path in module_files(module):
            content = path.read_bytes()
            entry = tarfile.TarInfo(path.relative_to(module).as_posix())
            entry.size, entry.mode = len(content), 0o644
            tar.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def digest_of(paths: list[Path], root: Path) -> str:
    """SHA-256 over names and contents of the files."""
    digest = hashlib.sha256()
    for path in paths:
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()
