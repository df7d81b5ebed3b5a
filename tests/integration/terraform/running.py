"""Jobs as the worker would run them, without the worker: contexts, modules, and what was said meanwhile."""

import dataclasses
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3

from orchestrator.catalog.archive import archive_of
from orchestrator.catalog.loader import BLUEPRINTS, blueprint_load
from orchestrator.executors.base import CloudAccess, Context, LogLine, Module, StackRef, Started, StoreAccess
from orchestrator.executors.terraform.executor import TerraformExecutor
from orchestrator.executors.terraform.workspace import Tools

KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
REGION = "us-east-1"


class Site:
    """A cloud with a state and an artefact bucket, and a directory for run directories."""

    def __init__(self, endpoint: str, binary: str, directory: Path) -> None:
        self.endpoint, self.binary, self.directory = endpoint, binary, directory
        self.executor = TerraformExecutor(Tools(binary=binary))
        unique = uuid.uuid4().hex[:12]
        self.store = StoreAccess(f"state-{unique}", f"artefacts-{unique}", REGION, endpoint, KEYS)
        self.s3 = boto3.client(
            "s3",
            endpoint_url=endpoint,
            region_name=REGION,
            aws_access_key_id=KEYS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=KEYS["AWS_SECRET_ACCESS_KEY"],
        )
        for bucket in (self.store.state_bucket, self.store.artefact_bucket):
            self.s3.create_bucket(Bucket=bucket)

    def job(self, module: Module, values: dict[str, Any], **changed: Any) -> "Job":
        return Job(self, module, values, **changed)

    def keys(self, bucket: str) -> list[str]:
        return [each["Key"] for each in self.s3.list_objects_v2(Bucket=bucket).get("Contents", [])]


class Job:
    """One job on a stack of its own (or a given one), which remembers what it said."""

    def __init__(
        self,
        site: Site,
        module: Module,
        values: dict[str, Any],
        *,
        kind: str = "apply",
        stack: StackRef | None = None,
        should_stop: Callable[[], str | None] = lambda: None,
        **changed: Any,
    ) -> None:
        self.lines: list[LogLine] = []
        job_id = str(uuid.uuid4())
        self.binary = site.binary
        self._executor = site.executor
        self.context = Context(
            job_id=job_id,
            kind=kind,
            start=1,
            run_dir=site.directory / job_id,
            stack=stack or StackRef(str(uuid.uuid4()), "reports", "staging", "demo"),
            module=module,
            action=None,
            values=values,
            cloud=CloudAccess(REGION, KEYS, None, site.endpoint),
            store=site.store,
            policy_version="1",
            timeout_seconds=120,
            stop_grace_seconds=30,
            emit=self.lines.append,
            should_stop=should_stop,
            environment="staging",
        )
        self.changed(**changed)

    def changed(self, **changes: Any) -> None:
        self.context = dataclasses.replace(self.context, **changes)

    @property
    def stack(self) -> StackRef:
        assert self.context.stack is not None
        return self.context.stack

    def plan(self) -> Any:
        return self._executor.plan(self.context)

    def verify(self, plan_hash: str) -> None:
        self._executor.verify(self.context, plan_hash)

    def apply(self, plan_hash: str) -> Any:
        return self._executor.apply(self.context, plan_hash)

    def attach(self, started: Started) -> Any:
        return self._executor.attach(self.context, started)

    def reconcile(self, started: Started, plan_hash: str) -> Any:
        return self._executor.reconcile(self.context, started, plan_hash)

    def said(self, kind: str) -> list[str]:
        return [line.text for line in self.lines if line.kind == kind]


def blueprint(name: str) -> Module:
    loaded = blueprint_load(BLUEPRINTS / name)
    goes_on = bool(loaded.manifest.get("continue_after_interruption"))
    return Module(name, loaded.digest, loaded.archive, loaded.view.outputs, continue_after_interruption=goes_on)


def module_of(directory: Path, text: str, **fields: Any) -> Module:
    """A module made of one file."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "main.tf").write_text(text)
    fields = {"outputs": (), **fields}
    return Module("test", "0" * 64, archive_of(directory), **fields)


def bucket_name() -> str:
    return f"reports-{uuid.uuid4().hex[:12]}"
