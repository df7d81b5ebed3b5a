"""What the bot keeps in mind between two messages: small, JSON, stored with the conversation."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from orchestrator.types import StackView

from .sources import Heard, Source

_REMEMBERED_STACKS = 10
MOST_LATER = 10
"""So many requests are kept in mind."""


@dataclass(frozen=True)
class PendingForm:
    """A request that still lacks something.

    `kind` is a job's kind, `reply` for an intent of the bot's own, or `decide` when the question is which job is meant;
    `subject` is the blueprint, the action, the intent or, for `decide`, what to do with the job. `options` maps a
    choice shown to people to the id behind it.
    """

    form_id: str
    kind: str
    subject: str
    environment: str | None = None
    values: dict[str, Any] = field(default_factory=dict)
    asked: tuple[str, ...] = ()
    stack_id: str | None = None
    options: dict[str, str] = field(default_factory=dict)
    reason: str = ""
    skipped: tuple[str, ...] = ()
    """Asked for and left at their defaults."""
    sensitive: tuple[str, ...] = ()
    """Names of the secrets that were given too early: they are not kept, and asked for again at the end."""
    unsettled: tuple[str, ...] = ()
    """Questions answered by something unknown: no answer to them is preselected any more."""
    heard: Heard | None = None
    """How the message that began this request was understood; None until it is on its way."""
    sources: dict[str, Source] = field(default_factory=dict)
    """Where each value came from, the environment and the stack included."""
    readings: tuple["Wanted", ...] = ()
    """Of a question what is meant: the requests behind its `options`."""
    between: dict[str, list[Any]] = field(default_factory=dict)
    """Several values that were mentioned for one question: one of them must be picked."""
    lifetime: dict[str, Any] | None = None
    """How long it is wanted: {"seconds"} or {"until"}; None: for good."""
    earlier: tuple[str, ...] = ()
    """Ids of the forms in which the same request was asked for before."""


@dataclass(frozen=True)
class Wanted:
    """A request as it was understood, kept until the person wants to go on with it: reading it again decides anew.

    `slots` are entities as JSON objects; `at` is when it was asked for (ISO 8601), `seq` in which message.
    """

    text: str
    intent: str
    slots: tuple[dict[str, Any], ...] = ()
    at: str = ""
    seq: int = 0
    confidence: float = 1.0
    threshold: float = 0.0


@dataclass(frozen=True)
class StackMention:
    """A stack this conversation was about, so that "that bucket" finds it."""

    id: str
    name: str
    blueprint: str
    environment: str


@dataclass(frozen=True)
class DialogueState:
    """`stacks` has the last mentioned first; `environment` is the one last asked for here."""

    form: PendingForm | None = None
    stacks: tuple[StackMention, ...] = ()
    environment: str | None = None
    listed: tuple[str, ...] = ()
    """Ids of the stacks the bot listed last, in that order."""
    later: tuple[Wanted, ...] = ()
    """Asked for together with something else, and not begun: each needs the person's word first."""
    offered: bool = False
    """Whether the bot's last question was if it shall go on with the first of `later`."""

    def with_form(self, form: PendingForm | None) -> "DialogueState":
        return replace(self, form=form)

    def with_listed(self, stacks: Iterable[StackView]) -> "DialogueState":
        return replace(self, listed=tuple(each.id for each in stacks)[:_REMEMBERED_STACKS])

    def remember(self, stack: StackView) -> "DialogueState":
        """The same state with `stack` as the one mentioned last."""
        mention = StackMention(id=stack.id, name=stack.name, blueprint=stack.blueprint, environment=stack.environment)
        others = tuple(each for each in self.stacks if each.id != stack.id)
        return replace(self, stacks=(mention, *others)[:_REMEMBERED_STACKS])

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any] | None) -> "DialogueState":
        """Read what `to_json` wrote; what an older version wrote and cannot be read counts as nothing in mind."""
        try:
            return cls._read(data or {})
        except (TypeError, ValueError, AttributeError):
            return cls()

    @classmethod
    def _read(cls, data: Mapping[str, Any]) -> "DialogueState":
        form = data.get("form")
        return cls(
            form=_form(form) if form else None,
            stacks=tuple(StackMention(**each) for each in data.get("stacks") or ()),
            environment=data.get("environment"),
            listed=tuple(str(each) for each in data.get("listed") or ()),
            later=tuple(_wanted(each) for each in data.get("later") or ()),
            offered=bool(data.get("offered")),
        )


def _wanted(data: Mapping[str, Any]) -> Wanted:
    return Wanted(**{**data, "slots": tuple(dict(each) for each in data.get("slots") or ())})


def _form(data: Mapping[str, Any]) -> PendingForm:
    lists = {name: tuple(data.get(name) or ()) for name in ("asked", "skipped", "sensitive", "unsettled", "earlier")}
    readings = tuple(_wanted(each) for each in data.get("readings") or ())
    # An older version kept secrets among the values.
    values = {name: value for name, value in (data.get("values") or {}).items() if name not in lists["sensitive"]}
    heard = Heard.from_json(data["heard"]) if data.get("heard") else None
    sources = {name: Source.from_json(each) for name, each in (data.get("sources") or {}).items()}
    return PendingForm(**{**data, **lists, "values": values, "heard": heard, "sources": sources, "readings": readings})
