"""Jobs whose plans are bound as the worker binds them: the real digests, stores and checks, without Terraform itself.

Planning leaves behind what Terraform would have left; verifying is the executor's own; applying verifies once more, as
it does, and notes that it was begun. State lies in S3, jobs and rights in MongoDB.
"""

import json
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3

from orchestrator.catalog.archive import archive_of
from orchestrator.executors.artefacts import MemoryArtefactStore
from orchestrator.executors.base import ApplyOutcome, Context, PlanOutcome, StackRef, StoreAccess
from orchestrator.executors.digest import approval_hash
from orchestrator.executors.terraform.executor import TerraformExecutor
from orchestrator.executors.terraform.planning import plan_store
from orchestrator.executors.terraform.root import stack_of, state_key
from orchestrator.executors.terraform.rundir import write_private
from orchestrator.executors.terraform.state import state_read
from orchestrator.executors.terraform.workspace import Tools, Workspace
from orchestrator.types import PlanCounts, PlannedChange

MODULE = 'variable "name" { type = string }\nresource "terraform_data" "this" { input = var.name }\n'
LOCK = "# locked\n"
_KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}


def module_archive(directory: Path) -> bytes:
    directory.mkdir()
    (directory / "main.tf").write_text(MODULE)
    return archive_of(directory)


class BoundExecutor(TerraformExecutor):
    """`applied` are the jobs whose apply began, in order; hooks let a test come in between."""

    def __init__(self, endpoint: str, directory: Path) -> None:
        self.kept = MemoryArtefactStore()
        self._tools_here = Tools(binary="/bin/true", mirror=str(directory))
        super().__init__(self._tools_here, artefacts=lambda access: self.kept)
        unique = uuid4().hex[:12]
        self.store = StoreAccess(f"state-{unique}", f"artefacts-{unique}", "us-east-1", endpoint, _KEYS)
        make: Any = boto3.client
        keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing", "region_name": "us-east-1"}
        self.s3 = make("s3", endpoint_url=endpoint, **keys)
        self.s3.create_bucket(Bucket=self.store.state_bucket)
        self.applied: list[str] = []
        self.verified: Callable[[], None] = lambda: None
        """Called where the worker has verified the plan and not yet committed the start."""
        self.started: Callable[[], None] = lambda: None
        """Called where the start is committed and the apply not yet begun."""
        self.verified_at = self.started_at = 0.0
        """On this machine's clock, of the latest job."""

    def get(self, kind: str) -> "BoundExecutor":
        return self

    def plan(self, context: Context) -> PlanOutcome:
        context = self._here(context)
        work = Workspace(context, self._tools_here, "plan")
        work.prepare()
        work.run.working.mkdir()
        work.run.plan.write_bytes(os.urandom(64))
        write_private(work.run.lock, LOCK)
        facts = state_read(context.store, stack_of(context))
        with ThreadPoolExecutor(max_workers=5) as pool:
            digests, stored = plan_store(work, self.kept, facts, pool)
        for each in stored:
            each.result()
        change = PlannedChange("terraform_data.this", "terraform_data", "create")
        return PlanOutcome(
            PlanCounts(create=1), (change,), approval_hash(digests), True, "Creates one.", {}, digests, lock=LOCK
        )

    def verify(self, context: Context, plan_hash: str) -> None:
        super().verify(self._here(context), plan_hash)
        self.verified()
        self.verified_at = time.time()

    def apply(self, context: Context, plan_hash: str) -> ApplyOutcome:
        self.started()
        self.started_at = time.time()
        super().verify(self._here(context), plan_hash)
        self.applied.append(context.job_id)
        return ApplyOutcome("succeeded", {}, "Made one.", resource_count=1)

    def state_write(self, stack_id: str, serial: int) -> None:
        """As somebody else's Terraform would."""
        state = {"version": 4, "serial": serial, "lineage": "somebody-else", "resources": []}
        stack = StackRef(stack_id, "reports", "production", "demo")
        self.s3.put_object(Bucket=self.store.state_bucket, Key=state_key(stack), Body=json.dumps(state))

    def _here(self, context: Context) -> Context:
        return replace(context, store=self.store)


def replace_everywhere(executor: BoundExecutor, job_id: str, name: str, file: Path, data: bytes) -> None:
    """Another file in the place of one of the plan's, wherever it lies."""
    if file.exists():
        file.write_bytes(data)
    for key in list(executor.kept.kept):
        if key.startswith(f"jobs/{job_id}/plans/") and key.endswith(name):
            executor.kept.put(key, data)
