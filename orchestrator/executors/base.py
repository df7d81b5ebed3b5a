"""What the runner gives an executor and gets back. They know neither Django nor Celery."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from orchestrator.types import PlanCounts, PlannedChange


@dataclass(frozen=True)
class LogLine:
    """One line for the job's log, already masked; see `orchestrator.types.JobEvent` for the kinds."""

    kind: str
    text: str
    resource: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class StackRef:
    id: str
    name: str
    environment: str
    owner: str


@dataclass(frozen=True)
class CloudAccess:
    """How to reach one environment's cloud; `secrets` are environment variables for the child process only."""

    region: str
    secrets: Mapping[str, str]
    role_arn: str | None = None
    endpoint_url: str | None = None


@dataclass(frozen=True)
class StoreAccess:
    """The bucket settings of state and artefacts."""

    state_bucket: str
    artefact_bucket: str
    region: str
    endpoint_url: str | None
    secrets: Mapping[str, str]


@dataclass(frozen=True)
class Module:
    """A blueprint version's module: `archive` is a tar.gz of its files, `digest` their SHA-256, `lock` a stored
    `.terraform.lock.hcl` or None before the first init."""

    name: str
    digest: str
    archive: bytes
    outputs: tuple[str, ...]
    sensitive_variables: tuple[str, ...] = ()
    lock: str | None = None
    sensitive_outputs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Context:
    """Everything one phase of one job may know."""

    job_id: str
    kind: str
    start: int
    """Number of this start of the phase, from 1."""
    run_dir: Path
    stack: StackRef | None
    module: Module | None
    action: Mapping[str, Any] | None
    """An action's definition as loaded from its file."""
    values: Mapping[str, Any]
    """The parameters, unmasked."""
    cloud: CloudAccess
    store: StoreAccess
    policy_version: str
    timeout_seconds: float
    stop_grace_seconds: float
    emit: Callable[[LogLine], None]
    should_stop: Callable[[], str | None]
    """None to go on; "cancel", "timeout" or "lease_lost" to stop now. Cheap: call it at every turn of a loop."""
    on_process: Callable[[int, float], None] = lambda pid, started: None
    """Told pid and start time of the child process before its first output is read."""
    environment: str = ""
    """Name of the environment; needed where there is no stack to tell it."""


@dataclass(frozen=True)
class PlanOutcome:
    """`plan_hash` is the approval digest of design.md section 3; `masked_plan` the plan JSON without secrets."""

    counts: PlanCounts
    changes: tuple[PlannedChange, ...]
    plan_hash: str
    has_changes: bool
    sentence: str
    masked_plan: Mapping[str, Any]
    digests: Mapping[str, str]
    """What the hash was made of, by name, so that a mismatch can say what differs."""
    lock: str | None = None
    """The provider lock this plan was made with."""


@dataclass(frozen=True)
class ApplyOutcome:
    """`status` is succeeded, partially_applied, failed (nothing changed), canceled (nothing changed) or indeterminate
    (Terraform died before it saved its state: what was in the air may or may not exist)."""

    status: str
    outputs: Mapping[str, Any]
    sentence: str
    changed: tuple[str, ...] = ()
    """Addresses that were created, changed or deleted."""
    not_done: tuple[str, ...] = ()
    resource_count: int | None = None
    error_code: str | None = None


class ExecutorError(Exception):
    """A phase could not be done. `detail` is a sentence for people, without secrets; nothing was changed."""

    def __init__(self, code: str, detail: str, *, retryable: bool = False) -> None:
        super().__init__(detail)
        self.code, self.detail, self.retryable = code, detail, retryable


class Stopped(Exception):
    """The phase ended because `should_stop` said so, and nothing was changed. `why` is what it said."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class PlanVoid(ExecutorError):
    """What would be applied is not what was approved; nothing was started."""


class Executor(Protocol):
    def plan(self, context: Context) -> PlanOutcome:
        """Find out what would change. May be repeated freely. Raises ExecutorError or Stopped."""

    def verify(self, context: Context, plan_hash: str) -> None:
        """Make ready to do exactly what `plan_hash` names. May be repeated. Raises PlanVoid, ExecutorError, Stopped."""

    def apply(self, context: Context, plan_hash: str) -> ApplyOutcome:
        """Do exactly what `plan_hash` names, after verifying it. Raises PlanVoid, ExecutorError or Stopped."""
