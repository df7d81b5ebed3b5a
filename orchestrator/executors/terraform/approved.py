"""What an approval is bound to: made when a plan is, checked again right before it is applied."""

import json
from collections.abc import Mapping
from typing import Any

from orchestrator.executors.artefacts import ArtefactStore
from orchestrator.executors.base import Context, PlanVoid
from orchestrator.executors.digest import (
    approval_hash,
    differences,
    digest_bytes,
    digest_file,
    digest_text,
    digest_value,
)

from .root import module_of, stack_of
from .rundir import RunDir
from .state import StateFacts

_CHANGED = {
    "plan": "the plan file",
    "module": "the blueprint's module",
    "variables": "the values asked for",
    "lock": "the provider versions",
    "stack": "the stack",
    "state": "the stack's state",
    "policy": "the approval policy",
}


def plan_digests(context: Context, *, plan: str, lock: str, state: StateFacts) -> dict[str, str]:
    """What the approval's hash is made of, by name; `plan` and `lock` are SHA-256 of the files."""
    stack = stack_of(context)
    return {
        "plan": plan,
        "module": module_of(context).digest,
        "variables": digest_value(dict(context.values)),
        "lock": lock,
        "stack": f"{stack.id} {stack.environment}",
        "state": state.identity,
        "policy": context.policy_version,
    }


def plan_key(context: Context, plan_hash: str, name: str) -> str:
    """Where the artefact store keeps a plan's files: by the plan's hash, so that a plan made again replaces nothing."""
    return f"jobs/{context.job_id}/plans/{plan_hash}/{name}"


def module_key(context: Context) -> str:
    return module_key_of(module_of(context).digest)


def module_key_of(digest: str) -> str:
    return f"modules/{digest}.tar.gz"


def log_key(context: Context, phase: str) -> str:
    """By start and fence: a former holder that wakes up again replaces nothing."""
    return f"jobs/{context.job_id}/logs/{phase}-{context.start}-{context.fence}.jsonl"


def errored_state_key(job_id: str, start: int, fence: int) -> str:
    return f"jobs/{job_id}/logs/apply-{start}-{fence}-errored.tfstate"


def approved_digests(context: Context, run: RunDir, artefacts: ArtefactStore, plan_hash: str) -> dict[str, str]:
    """The digests that `plan_hash` was made of, from wherever they are still whole. Raises PlanVoid."""
    here = run.record.read_bytes() if run.record.exists() else None
    for data in (
        here,
        None if _hashes_to(here, plan_hash) else artefacts.get(plan_key(context, plan_hash, "record.json")),
    ):
        if data is not None and _hashes_to(data, plan_hash):
            digests: dict[str, str] = json.loads(data)
            return digests
    raise PlanVoid(
        "plan_missing", "The approved plan is no longer stored, or is not the one that was approved. Plan again."
    )


def void_if_changed(approved: Mapping[str, str], current: Mapping[str, str]) -> None:
    """Raises PlanVoid, naming what is not as it was when the plan was approved."""
    changed = [_CHANGED.get(name, name) for name in differences(approved, current)]
    if changed:
        what = " and ".join(changed)
        verb = "is" if len(changed) == 1 and not what.endswith(("for", "versions")) else "are"
        detail = f"Nothing was started: {what} {verb} not as approved. Ask for a new plan."
        raise PlanVoid("plan_void", detail)


def plan_bytes(context: Context, run: RunDir, artefacts: ArtefactStore, plan_hash: str, digest: str) -> bytes | None:
    """The approved plan file, byte for byte: None when the run directory has it, else as restored. Raises PlanVoid."""
    if run.plan.exists() and digest_file(run.plan) == digest:
        return None
    return _restored(artefacts, plan_key(context, plan_hash, "plan.tfplan"), digest, "plan file")


def lock_text(context: Context, run: RunDir, artefacts: ArtefactStore, plan_hash: str, digest: str) -> str:
    """The provider lock the plan was made with, empty where no provider is needed. Raises PlanVoid."""
    if digest == digest_text(""):
        return ""
    if run.lock.exists() and digest_file(run.lock) == digest:
        return run.lock.read_text(encoding="utf-8")
    lock = module_of(context).lock
    if lock is not None and digest_text(lock) == digest:
        return lock
    return _restored(artefacts, plan_key(context, plan_hash, "terraform.lock.hcl"), digest, "provider lock").decode()


def _restored(artefacts: ArtefactStore, key: str, digest: str, what: str) -> bytes:
    data = artefacts.get(key)
    if data is None:
        raise PlanVoid(
            "plan_missing", f"Nothing was started: the approved {what} is no longer stored. Ask for a new plan."
        )
    if digest_bytes(data) != digest:
        raise PlanVoid(
            "plan_void", f"Nothing was started: the stored {what} is not what was approved. Ask for a new plan."
        )
    return data


def _hashes_to(data: bytes | None, plan_hash: str) -> bool:
    try:
        digests: Any = json.loads(data) if data is not None else None
    except ValueError:
        return False
    return isinstance(digests, dict) and approval_hash(digests) == plan_hash
