"""A job's private run directory: what lies where, and how it comes about. Everything in it may hold secrets."""

import io
import json
import shutil
import tarfile
from pathlib import Path, PurePosixPath
from typing import Any

from orchestrator.executors.base import ExecutorError

STORE_CREDENTIALS = "store-credentials"

_MODULE_FILES = 2_000
_MODULE_BYTES = 50_000_000


class RunDir:
    """Paths inside a run directory. Files are made 0600 in a directory that is 0700."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.root = path / "main.tf.json"
        self.variables = path / "terraform.tfvars.json"
        self.lock = path / ".terraform.lock.hcl"
        self.working = path / ".terraform"
        self.module = path / "module"
        self.plan = path / "plan.tfplan"
        self.record = path / "record.json"
        self.cli_configuration = path / "cli.tfrc"
        self.store_credentials = path / STORE_CREDENTIALS
        self.errored_state = path / "errored.tfstate"
        self.imports = path / "imports.tf.json"

    def before(self, start: int) -> Path:
        """What the state was when a start began."""
        return self.path / f"before-{start}.json"

    def log(self, phase: str, start: int) -> Path:
        return self.path / f"{phase}-{start}.log.jsonl"

    def make(self) -> None:
        """Make the directory, private, and remove what an earlier phase left of ours."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path.chmod(0o700)
        shutil.rmtree(self.working, ignore_errors=True)
        shutil.rmtree(self.module, ignore_errors=True)
        for file in (self.root, self.variables, self.lock, self.plan, self.record, self.errored_state, self.imports):
            file.unlink(missing_ok=True)

    def unpack(self, archive: bytes) -> Path:
        """Unpack a module's tar.gz; returns the directory that has its `.tf` files, relative to the run directory."""
        self.module.mkdir(mode=0o700)
        try:
            with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as tar:
                _unpack(tar, self.module)
        except (tarfile.TarError, OSError, EOFError) as error:
            raise ExecutorError(
                "module_invalid", "The blueprint's module archive is damaged. Load it again."
            ) from error
        inner = self.module / "module"
        return (
            Path("module")
            if _has_configuration(self.module) or not _has_configuration(inner)
            else Path("module/module")
        )

    def mentions(self, word: str) -> bool:
        """Whether any of the module's configuration files contains `word`, in whatever capitals."""
        files = (path for pattern in ("*.tf", "*.tf.json") for path in self.module.rglob(pattern))
        return any(word.encode() in path.read_bytes().lower() for path in files)


def write_private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")


def write_json(path: Path, value: Any) -> None:
    write_private(path, json.dumps(value, indent=1, ensure_ascii=False))


def discard(path: Path) -> None:
    """Remove a run directory with everything in it, once its job is over."""
    shutil.rmtree(path, ignore_errors=True)


def _has_configuration(directory: Path) -> bool:
    return any(directory.glob("*.tf")) or any(directory.glob("*.tf.json"))


def _unpack(tar: tarfile.TarFile, target: Path) -> None:
    """Plain files at plain paths only: an archive comes from outside."""
    size = 0
    for count, member in enumerate(tar):
        path = PurePosixPath(member.name)
        size += member.size
        if path.is_absolute() or ".." in path.parts or count > _MODULE_FILES or size > _MODULE_BYTES:
            raise tarfile.TarError(f"unsafe member {member.name}")
        if member.isfile() and (content := tar.extractfile(member)) is not None:
            file = target / path
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            file.write_bytes(content.read())
