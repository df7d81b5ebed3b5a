"""What the orchestrator tells outsiders: frozen views, never its documents."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .plan_types import PlanBlast, PlanCost, PlanPolicy
from .states import JobKind, JobState, Risk

Value = Any
"""A JSON value: None, bool, int, float, str, list or dict of these."""


@dataclass(frozen=True)
class Actor:
    """Who did something: a user (`id` is the user's UUID as text) or a part of the system (`id` is None)."""

    id: str | None
    name: str

    @classmethod
    def system(cls, name: str) -> "Actor":
        return cls(id=None, name=name)


@dataclass(frozen=True)
class Origin:
    """Where a request came from, so that the answer finds its way back; the orchestrator never reads into it."""

    channel: str
    conversation_id: str | None = None
    message_seq: int | None = None


@dataclass(frozen=True)
class Lifetime:
    """How long a stack is asked for: so many seconds from when it was made, or until a time."""

    seconds: int | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class PlanCounts:
    create: int = 0
    update: int = 0
    delete: int = 0
    replace: int = 0
    read: int = 0

    @property
    def changes(self) -> int:
        return self.create + self.update + self.delete + self.replace


@dataclass(frozen=True)
class PlannedChange:
    """One resource's change: `action` is create, update, delete, replace, import or read; secrets are masked."""

    address: str
    resource_type: str
    action: str
    attributes: tuple[dict[str, Value], ...] = ()
    """Each {"path", "before", "after", "unknown": bool, "sensitive": bool}, and `variables` where some ask for it."""
    variables: tuple[str, ...] = ()
    """The variables of the blueprint (or slots of the action) that this change depends on."""
    cause: str = ""
    """Empty when the request asks for it; else drift (changed outside), module (the blueprint's new version), tainted
    (left half made) or nothing (no value that was changed leads to it)."""
    importing: str = ""
    """The id of what exists and is taken over by this; `action` is what becomes of it beyond that, or import."""


@dataclass(frozen=True)
class Demand:
    """More approval than the risk asks for, and who says so: it adds to what others ask for and lowers nothing."""

    rule: str
    """self, other or two"""
    groups: tuple[str, ...] = ()
    """Names of groups: only their members' approvals count."""
    why: str = ""
    """One sentence for the people who have to approve, and for who waits for them."""


@dataclass(frozen=True)
class PlanSummary:
    counts: PlanCounts
    changes: tuple[PlannedChange, ...]
    plan_hash: str
    text: str = ""
    """One plain sentence: what would happen."""
    demands: tuple[Demand, ...] = ()
    """What policies ask for in view of this plan."""
    blast: PlanBlast | None = None
    cost: PlanCost | None = None
    policy: PlanPolicy | None = None

    @property
    def unasked(self) -> tuple[PlannedChange, ...]:
        """The changes that nothing in the request asks for."""
        return tuple(each for each in self.changes if each.cause)


@dataclass(frozen=True)
class ApprovalView:
    user: Actor
    decision: str
    """approve or reject"""
    plan_hash: str
    at: datetime
    reason: str = ""
    current: bool = True
    """It is about the plan that the job has now, and was given when that was asked about."""
    on_behalf_of: Actor | None = None
    """Who was away and had let this person decide."""
    kind: str = "vote"
    """vote, or standing: given in advance, for what follows by itself"""
    via: str = ""


@dataclass(frozen=True)
class ApprovalNeed:
    """What must still happen before a job may be applied."""

    rule: str
    """none, self, other or two"""
    needed: int
    given: int
    environment: str
    expires_at: datetime | None = None
    groups: tuple[tuple[str, ...], ...] = ()
    """Only who is in one group of each of these may approve; empty: every approver of the environment."""
    why: tuple[str, ...] = ()
    """Who asks for more than the risk does, a sentence each."""


@dataclass(frozen=True)
class DelegationView:
    """`delegate` decides for `giver`, who is away, in one environment or in all of them (`*`)."""

    id: str
    giver: Actor
    delegate: Actor
    environment: str
    starts_at: datetime
    until: datetime
    given_by: Actor
    ended_at: datetime | None = None


@dataclass(frozen=True)
class StackView:
    id: str
    name: str
    blueprint: str
    environment: str
    owner: Actor
    status: str
    """new, live, gone or unknown"""
    active_job_id: str | None
    outputs: dict[str, Value]
    values: dict[str, Value]
    created_at: datetime
    updated_at: datetime
    resource_count: int = 0
    expires_at: datetime | None = None
    """When it is deleted under the approval that was given when it was made; None: never by itself."""
    drift_check_hours: int | None = None
    """Every so many hours it is compared with what is there; 0: never, None: as its environment says."""


@dataclass(frozen=True)
class StackEvent:
    """Something that happened to a stack besides its jobs; `kind` is one of those in life/expiry.py."""

    id: str
    stack_id: str
    stack_name: str
    environment: str
    kind: str
    actor: Actor
    text: str
    """One sentence."""
    data: dict[str, Any]
    conversation_id: str | None
    """Where people should hear of it."""
    at: datetime
    stack: StackView | None = None
    """As it is now."""


@dataclass(frozen=True)
class JobError:
    code: str
    detail: str
    """A sentence for people: what went wrong and what to do."""
    retryable: bool = False


@dataclass(frozen=True)
class Found:
    """What an interrupted job turned out to have done, by address or ARN."""

    exists: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    """Nobody can say whether these are there, or to what they belong."""


@dataclass(frozen=True)
class JobView:
    id: str
    kind: JobKind
    state: JobState
    version: int
    environment: str
    risk: Risk
    requester: Actor
    origin: Origin
    subject: str
    """Name of the blueprint or the action."""
    title: str
    """For people: `create staging bucket acme-reports`."""
    stack: StackView | None
    values: dict[str, Value]
    """The parameters asked for; sensitive ones are masked."""
    plan: PlanSummary | None
    approval: ApprovalNeed | None
    approvals: tuple[ApprovalView, ...]
    outputs: dict[str, Value]
    result_text: str
    """The rendered result of an action, or one sentence on what an apply did."""
    error: JobError | None
    queue_position: int
    """0 when next or running; n when n jobs of the same stack are before it."""
    cancel_requested: bool
    created_at: datetime
    updated_at: datetime
    last_log_seq: int = 0
    last_actor: Actor | None = None
    last_reason: str = ""
    starts: int = 0
    """How often applying was started."""
    found: Found | None = None
    """None for a job that was never interrupted."""
    lifetime: Lifetime | None = None
    """For an apply: when what it makes is deleted again, under the same approval."""
    standing_job_id: str | None = None
    """For a deletion at the end of a lifetime: the job that it was approved with."""
    adopts_job_id: str | None = None
    """For an apply that asks for what is there: the check for drift that found it."""
    imports: dict[str, str] = field(default_factory=dict)
    """For an apply that takes over what exists: {address: id} of it."""


@dataclass(frozen=True)
class Decision:
    """What a person decided; `job` is None when it is no longer theirs to see."""

    id: str
    approval: ApprovalView
    job: JobView | None


@dataclass(frozen=True)
class Revision:
    """A job that changed its stack; `diff` is {name: (value before, value after)} of what was asked for."""

    number: int
    job: JobView
    at: datetime
    diff: dict[str, tuple[Value, Value]]
    version: str = ""
    """The digest of its blueprint's version."""


@dataclass(frozen=True)
class Undo:
    """What takes the change `last` back: the values and blueprint version of `back_to`, or a deletion when it is None.
    Of a stack that is gone it makes a new one of the same name. `lost` are sentences on what that cannot bring back."""

    stack: StackView
    last: Revision
    back_to: Revision | None
    lost: tuple[str, ...] = ()


@dataclass(frozen=True)
class Adoption:
    """What asking for what `report`, a check for drift, found there would be: `diff` is {name: (value asked for, value
    found)}; `left` is what no variable stands for, by address and attribute."""

    stack: StackView
    report: JobView
    diff: dict[str, tuple[Value, Value]]
    left: tuple[str, ...] = ()


@dataclass(frozen=True)
class JobTransition:
    """One recorded move, or something that happened to a job that stayed where it is."""

    job_id: str
    version: int
    from_state: JobState | None
    to_state: JobState
    actor: Actor
    reason: str
    at: datetime
    quiet: bool = False
    """The same try once more, of which people have heard."""


@dataclass(frozen=True)
class Variable:
    """One question a blueprint or an action can ask."""

    name: str
    type: str
    """Terraform's own type expression, or string/number/bool/list(string) for actions."""
    description: str = ""
    default: Value = None
    required: bool = True
    sensitive: bool = False
    nullable: bool = False
    choices: tuple[Value, ...] = ()
    synonyms: tuple[str, ...] = ()
    validations: tuple[dict[str, str], ...] = ()
    """Each {"condition", "error_message"} as the module has them."""


@dataclass(frozen=True)
class BlueprintView:
    name: str
    title: str
    description: str
    version: str
    """The digest of its files."""
    risk: dict[str, Risk]
    phrases: tuple[str, ...]
    ask: tuple[str, ...]
    outputs: tuple[str, ...]
    variables: tuple[Variable, ...]
    noun: str
    """What people call one of these: bucket, network, queue."""
    nouns: tuple[str, ...] = ()
    destroy_phrases: tuple[str, ...] = ()
    imports: dict[str, str] = field(default_factory=dict)
    """How what exists is imported: {address of a resource: the variable whose value is its id}."""
    sizes: dict[str, Value] = field(default_factory=dict)
    """What "bigger" means: {variable: its values, the smallest first, or "double" or "grow"}."""

    def variable(self, name: str) -> Variable | None:
        return next((each for each in self.variables if each.name == name), None)


@dataclass(frozen=True)
class ActionView:
    name: str
    title: str
    description: str
    risk: Risk
    phrases: tuple[str, ...]
    ask: tuple[str, ...]
    variables: tuple[Variable, ...]
    needs_stack: bool = False

    def variable(self, name: str) -> Variable | None:
        return next((each for each in self.variables if each.name == name), None)


@dataclass(frozen=True)
class ApprovalRow:
    """One row of an environment's table: `demand` is asked for from `risk` on."""

    risk: Risk
    demand: Demand


@dataclass(frozen=True)
class EnvironmentView:
    name: str
    title: str
    region: str
    minimum_risk: Risk
    synonyms: tuple[str, ...] = ()
    is_default: bool = False
    target: str = ""
    """Digest of the account and the endpoint that it stands for."""
    cloud: str = "aws"
    """aws, azure or google"""
    place: str = ""
    """For people: its region, and its cloud where that is not AWS."""
    approval_rows: tuple[ApprovalRow, ...] = ()
