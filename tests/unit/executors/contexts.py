"""Contexts for executors, without any server."""

import gzip
import io
import tarfile
from pathlib import Path
from typing import Any

from orchestrator.executors.base import CloudAccess, Context, LogLine, Module, StackRef, StoreAccess

STACK = StackRef("6e0c8d0e-8d0e-4a55-9d6e-111111111111", "reports", "staging", "demo")
CLOUD = CloudAccess("eu-central-1", {"AWS_ACCESS_KEY_ID": "cloud-key", "AWS_SECRET_ACCESS_KEY": "cloud-secret"})
STORE = StoreAccess(
    "state", "artefacts", "us-east-1", None, {"AWS_ACCESS_KEY_ID": "cloud-key", "AWS_SECRET_ACCESS_KEY": "cloud-secret"}
)


def context(run_dir: Path = Path("/nonexistent"), **changed: Any) -> Context:
    lines: list[LogLine] = []
    fields: dict[str, Any] = {
        "job_id": "9f3b0a52-2222-4222-8222-222222222222",
        "kind": "apply",
        "start": 1,
        "run_dir": run_dir,
        "stack": STACK,
        "module": module(),
        "action": None,
        "values": {},
        "cloud": CLOUD,
        "store": STORE,
        "policy_version": "1",
        "timeout_seconds": 60,
        "stop_grace_seconds": 5,
        "emit": lines.append,
        "should_stop": lambda: None,
        "environment": "staging",
    }
    return Context(**{**fields, **changed})


def module(**changed: Any) -> Module:
    fields: dict[str, Any] = {"name": "test", "digest": "d" * 64, "archive": archive({"main.tf": b""}), "outputs": ()}
    return Module(**{**fields, **changed})


def archive(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb") as packed, tarfile.open(fileobj=packed, mode="w") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return buffer.getvalue()
