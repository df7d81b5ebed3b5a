"""What the runner gives an executor and gets back. They know neither Django nor Celery."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
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
    offset: int | None = None
    """Where in the output of the process that `apply` started the line ends, in bytes: whoever takes the job over goes
    on from there. None for whatever comes from elsewhere."""
    start: int | None = None
    """Which start the offset belongs to; the runner fills it in."""


@dataclass(frozen=True)
class StackRef:
    id: str
    name: str
    environment: str
    owner: str


@dataclass(frozen=True)
class CloudAccess:
    """How to reach one environment's cloud, made by its adapter (executors/credentials).

    `secrets` and `named` are environment variables for the child process only, by the names of the providers'
    documentation; those of `named` are no secrets.
    """

    region: str
    secrets: Mapping[str, str]
    role_arn: str | None = None
    endpoint_url: str | None = None
    kind: str = "aws"
    named: Mapping[str, str] = field(default_factory=dict)
    session_policy: str | None = None
    """JSON: what the role may do for us at most."""
    masked: tuple[str, ...] = ()
    """What must not appear anywhere and is the value of no variable: what stands in files that variables name."""


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
    continue_after_interruption: bool = False
    """Whether the proven remainder of an interrupted apply goes on under the same approval, without asking."""


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
    """None to go on, or why to stop now: "cancel", "timeout" and "shutdown" interrupt what runs; "lease_lost" and
    "handover" leave an apply running for whoever takes the job over. Cheap: call it at every turn of a loop."""
    on_process: Callable[[int, float], None] = lambda pid, started: None
    """Told pid and start time of the child process before its first output is read."""
    on_lock: Callable[[str], None] = lambda lock_id: None
    """Told the id of the state lock that the child process took, as soon as it is seen."""
    environment: str = ""
    """Name of the environment; needed where there is no stack to tell it."""
    fence: int = 0
    """The lease's fencing number: part of the name of whatever a former holder might write too."""
    imports: Mapping[str, str] = field(default_factory=dict)
    """What exists and is to be taken over: {address in the module: id}."""
    host: str = ""
    """The machine this worker is on, as `Started.host` has it."""


@dataclass(frozen=True)
class Started:
    """The latest numbered start of a job's apply, as far as it was recorded before its worker was lost."""

    number: int
    at: datetime
    """When it was committed, on the worker's clock."""
    host: str
    owner: str
    fence: int
    plan_hash: str
    pid: int | None = None
    process_started_at: float | None = None
    """Seconds of the epoch; with the pid and the host it names the process for good."""
    lock_id: str | None = None
    """Of the state lock that its process took."""
    log_offset: int = 0
    """How far the job's log has followed the output of its process, in bytes."""
    host_lost: bool = False
    """Its machine is gone for good, or every time limit of the process has passed: nothing of it can still run."""


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
    graph: Mapping[str, Any] = field(default_factory=dict)
    """Who depends on whom: `nodes`, `edges`, `complete` (executors/terraform/graph.py); empty where there is none."""
    drifted: tuple[str, ...] = ()
    """Addresses of what somebody changed outside."""


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


@dataclass(frozen=True)
class Reconciled:
    """What a lost start turned out to have done.

    `status`: succeeded (all of it is there), remainder (`remainder` is planned, and is a part of what was approved),
    partially_applied (something was done, and the rest is not a part of what was approved or cannot be known),
    failed (nothing was done and nothing can be continued).
    """

    status: str
    sentence: str
    """For people: what exists, what does not, what is unknown, by name."""
    outputs: Mapping[str, Any] = field(default_factory=dict)
    exists: tuple[str, ...] = ()
    """What of the approved changes is done, by address."""
    missing: tuple[str, ...] = ()
    """What of them is not done yet; what is half made is in both."""
    unknown: tuple[str, ...] = ()
    """Resources by address or ARN of which nobody can say to what they belong."""
    adopted: tuple[str, ...] = ()
    """Addresses that were made but never recorded, and are recorded now (or will be by the remainder)."""
    remainder: PlanOutcome | None = None
    may_continue: bool = False
    """The blueprint (or the action's file) lets a proven remainder go on under the same approval."""
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


class Detached(Exception):
    """The holder let go of a process that runs on; whoever takes the job over attaches to it. `why` is what
    `should_stop` said: "lease_lost" or "handover"."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Gone(Exception):
    """There is nothing to attach to: the process is not there any more, and what it left does not say how it ended."""


class Elsewhere(ExecutorError):
    """Only another machine can tell: the process was started there, and nothing proves that it has ended."""


class PlanVoid(ExecutorError):
    """What would be applied is not what was approved; nothing was started."""


class Executor(Protocol):
    def plan(self, context: Context) -> PlanOutcome:
        """Find out what would change. May be repeated freely. Raises ExecutorError or Stopped."""

    def verify(self, context: Context, plan_hash: str) -> None:
        """Make ready to do exactly what `plan_hash` names. May be repeated. Raises PlanVoid, ExecutorError, Stopped."""

    def apply(self, context: Context, plan_hash: str) -> ApplyOutcome:
        """Do exactly what `plan_hash` names, after verifying it. Raises PlanVoid, ExecutorError, Stopped or
        Detached."""

    def attach(self, context: Context, started: Started) -> ApplyOutcome:
        """Follow what `started` left running on this machine to its end; it may have ended meanwhile.

        Lines up to `started.log_offset` are in the job's log already and are not emitted again.
        Raises Gone, Elsewhere (retryable), Detached or ExecutorError.
        """

    def reconcile(self, context: Context, started: Started, plan_hash: str) -> Reconciled:
        """Find out what `started` did, now that its process is gone. May be repeated.

        `plan_hash` is what people approved; `started.plan_hash` is what that start was doing: the same, or a remainder
        of it that an earlier `reconcile` planned.

        Changes nothing in the cloud. Makes sure first that nothing of that start can write any more; adopts what was
        made but not recorded. Raises ExecutorError (retryable when it may be tried again: somebody else's state lock,
        the cloud away), Elsewhere, Stopped or Detached.
        """
