"""What is arranged at once, without a job: who owns a stack, how often it is looked at, who decides for somebody away.

Nothing in the cloud is changed by these; each is recorded, and its answer says how it is taken back.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeAlias

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chatbot_project.accounts.models import EVERY_ENVIRONMENT
from chatbot_project.mongo.transactions import Transaction
from orchestrator import delegations, services
from orchestrator.errors import WrongState
from orchestrator.types import Actor

from .lifetimes import moment_text
from .texts import code

VIA = "chat"


@dataclass(frozen=True)
class Give:
    """Hand a stack on to the person called `to`."""

    stack_id: str
    name: str
    to: str


@dataclass(frozen=True)
class Watch:
    """Have a stack checked for drift every so many hours; 0: never, None: as its environment says."""

    stack_id: str
    name: str
    hours: int | None


@dataclass(frozen=True)
class Delegate:
    """Let the person called `to` decide for the one who writes, until then; in all environments when it is None."""

    key: str
    to: str
    until: datetime
    environment: str | None = None
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    """In the person's own time zone."""


@dataclass(frozen=True)
class Return:
    """Who was away is back: nobody decides for them any more, or the person called `to` does not."""

    to: str = ""


Arrangement: TypeAlias = Give | Watch | Delegate | Return


def arranged(step: Arrangement, actor: Actor, tx: Transaction) -> str:
    """Do it and say what was done. Raises OrchestratorError."""
    match step:
        case Give():
            stack = services.stack_give(stack_id=step.stack_id, to=step.to, actor=actor, via=VIA, tx=tx)
            values = {"name": stack.name, "environment": stack.environment, "to": stack.owner.name}
            return _("OK, **%(name)s** in %(environment)s belongs to %(to)s now. Only they can give it back.") % values
        case Watch():
            services.stack_watch(stack_id=step.stack_id, hours=step.hours, actor=actor, via=VIA, tx=tx)
            return _watched(step)
        case Delegate():
            return _delegated(step, actor, tx)
        case Return():
            return _returned(step, actor, tx)


def _watched(step: Watch) -> str:
    values = {"name": step.name, "hours": step.hours}
    if step.hours is None:
        return _("OK, **%(name)s** is checked for drift as often as its environment says.") % values
    if not step.hours:
        return (
            _("OK, **%(name)s** is not checked for drift by itself any more. Ask whenever you want to know.") % values
        )
    text = ngettext(
        "OK, **%(name)s** is checked for drift every hour. You hear of it when something is found.",
        "OK, **%(name)s** is checked for drift every %(hours)s hours. You hear of it when something is found.",
        step.hours,
    )
    return text % values


def _delegated(step: Delegate, actor: Actor, tx: Transaction) -> str:
    given = services.delegation_give(
        giver=actor,
        to=step.to,
        until=step.until,
        environment=step.environment or EVERY_ENVIRONMENT,
        delegation_id=step.key,
        tx=tx,
    )
    where = code(step.environment) if step.environment else _("every environment where you may")
    values = {"to": given.delegate.name, "until": moment_text(given.until, step.now), "where": where}
    text = _("OK, %(to)s approves for you in %(where)s until then: %(until)s. Say “I am back” to end that sooner.")
    return text % values


def _returned(step: Return, actor: Actor, tx: Transaction) -> str:
    open_ones = [each for each in delegations.delegations_of(actor.id or "") if each.giver.id == actor.id]
    mine = [each for each in open_ones if step.to in ("", each.delegate.name)]
    if not mine:
        raise WrongState(_("Nobody decides for you."))
    for each in mine:
        services.delegation_end(delegation_id=each.id, actor=actor, tx=tx)
    names = ", ".join(dict.fromkeys(each.delegate.name for each in mine))
    return _("OK, %(names)s decides for you no more. What is being applied already goes on.") % {"names": names}
