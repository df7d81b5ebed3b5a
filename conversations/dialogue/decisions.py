"""What the bot decided to do about one message: steps, done in order and all together, and the state after them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeAlias

from orchestrator.states import JobKind
from orchestrator.types import Lifetime

from ..bots.replies import Tool
from .arrangements import Arrangement
from .state import DialogueState


@dataclass(frozen=True)
class Field:
    """One question of a form: `type` is string, number, bool, choice, list, map or object."""

    name: str
    label: str
    type: str
    required: bool = True
    choices: tuple[Any, ...] = ()
    default: Any = None
    help: str = ""
    sensitive: bool = False


@dataclass(frozen=True)
class Say:
    """Answer with a sentence (markdown)."""

    text: str
    suggestions: tuple[str, ...] = ()
    why: Mapping[str, Any] | None = None
    """The explanation (`explaining.explained`) that the sentence tells, for clients that draw it."""


@dataclass(frozen=True)
class Ask:
    """Ask for the fields still needed: a sentence for people, a form for clients that draw one."""

    form_id: str
    title: str
    fields: tuple[Field, ...]
    text: str
    suggestions: tuple[str, ...] = ()
    blueprint: str | None = None
    """Whose other variables may be given in the form as well."""


@dataclass(frozen=True)
class Propose:
    """Submit a job. Nothing is changed by it until its plan was shown and approved (reads need no approval)."""

    job_id: str
    kind: JobKind
    subject: str
    environment: str
    values: dict[str, Any]
    text: str
    stack_id: str | None = None
    stack_name: str | None = None
    why: Mapping[str, Any] = field(default_factory=dict)
    """Where it came from (`tracing.why_record`), kept with the turn."""
    lifetime: Lifetime | None = None
    """How long it is wanted."""
    restores: str | None = None
    """The job whose values and blueprint version are to be had again."""
    adopts: str | None = None
    """The check for drift whose findings are to be asked for."""
    imports: bool = False
    """What exists under these values is to be taken over."""


@dataclass(frozen=True)
class Keep:
    """Put off the end of a stack: one of `until`, `more_seconds` and `for_good`."""

    stack_id: str
    name: str
    until: datetime | None = None
    more_seconds: int | None = None
    for_good: bool = False
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    """In the person's own time zone."""


@dataclass(frozen=True)
class Act:
    """Approve, reject or cancel a job in the name of the person who wrote; `plan_hash` is the plan they saw."""

    action: str
    job_id: str
    title: str
    plan_hash: str = ""
    reason: str = ""


@dataclass(frozen=True)
class CorrectionNote:
    """What message number `seq` meant: the intent, and the values (each {"name", "value"}) that were not as meant."""

    seq: int
    intent: str
    slots: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Correct:
    """Take a proposal back because it was a misunderstanding, and note what each of its messages meant.

    Refused as a whole when the job has been started since: nothing after it is done then.
    """

    job_id: str
    seq: int
    """The number of the message that it was proposed in answer to."""
    withdraw: bool
    """Whether the job is still to be canceled."""
    notes: tuple[CorrectionNote, ...] = ()


@dataclass(frozen=True)
class Show:
    """Show a job's card again, as it is now."""

    job_id: str


@dataclass(frozen=True)
class CallTool:
    """Have a worker make the HTTP call of one of the bot's own intents; `template` is the text for its answer."""

    call_id: str
    intent: str
    title: str
    tool: Tool
    template: str
    values: dict[str, Any]
    text: str


@dataclass(frozen=True)
class NotUnderstood:
    """Say honestly that it was not understood, and offer the nearest things."""

    text: str
    suggestions: tuple[str, ...]


Step: TypeAlias = Say | Ask | Propose | Keep | Arrangement | Act | Correct | Show | CallTool | NotUnderstood


@dataclass(frozen=True)
class Decision:
    steps: tuple[Step, ...]
    state: DialogueState
