"""The request as it was meant: what was understood before, with the corrected values over it."""

from dataclasses import replace
from typing import Any

from orchestrator.states import JobKind
from orchestrator.types import JobView

from .fields import ENVIRONMENT, STACK
from .lifetimes import lifetime_kept, lifetime_said
from .references import stack_names
from .sources import Heard, Source
from .state import PendingForm
from .targets import Target
from .tracing import is_secret
from .turn import Correction, Turn
from .world import Proposal, World


def form_meant(proposal: Proposal, correction: Correction, target: Target, turn: Turn, world: World) -> PendingForm:
    """The form to go on with: on the job's stack where the correction is a change of it; secrets are asked again."""
    job, given = proposal.job, dict(correction.values)
    place = given.pop(ENVIRONMENT, job.environment)
    label = given.pop(STACK, None)
    known = {each.name for each in target.variables}
    kept = {name: value for name, value in job.values.items() if name in known and not is_secret(name, target)}
    values = {name: value for name, value in {**kept, **_defaults(given, target), **given}.items() if value is not None}
    # What is right as its variable has it; what is wrong as it came, to be refused with a sentence.
    values |= world.values_check(target.kind, target.subject, values).values
    again = tuple(name for name in given if is_secret(name, target) and name not in values)
    secrets = tuple(name for name in job.values if is_secret(name, target) and name not in {*values, *again})
    form = PendingForm(
        form_id="",
        kind=target.kind,
        subject=target.subject,
        environment=str(place) if place is not None else None,
        values=values,
        lifetime=_lifetime(job, target, turn, world),
        heard=_heard(proposal, correction, target),
        sources=_sources(proposal, correction, turn, target),
    )
    if target.needs_stack:
        return _with_stack(form, label, job, target, world)
    if _stays_on_stack(job, correction, target, form):
        # What the stack has and nobody corrects stays as it is, its secrets included.
        return replace(form, stack_id=job.stack.id if job.stack else None, skipped=secrets, sensitive=again)
    return replace(form, sensitive=(*again, *secrets))


def _lifetime(job: JobView, target: Target, turn: Turn, world: World) -> dict[str, Any] | None:
    """As it was asked for, unless the correction says for how long."""
    if target.kind is not JobKind.APPLY:
        return None
    return lifetime_said(turn, target, world.now) or lifetime_kept(job.lifetime)


def _defaults(given: dict[str, Any], target: Target) -> dict[str, Any]:
    """What is not to be as it was and is not asked for is at its default again; taken out of `given`, and named: what
    is not named stays as the stack has it."""
    left = [each for each in target.variables if each.name in given and given[each.name] is None]
    plain = [each for each in left if each.default is not None and not each.sensitive and each.name not in target.ask]
    for each in plain:
        del given[each.name]
    return {each.name: each.default for each in plain}


def _stays_on_stack(job: JobView, correction: Correction, target: Target, form: PendingForm) -> bool:
    """Whether the correction is a change of the stack that the job was about."""
    stack = job.stack
    if (
        stack is None
        or target.kind is not JobKind.APPLY
        or (stack.blueprint, stack.environment)
        != (
            target.subject,
            form.environment,
        )
    ):
        return False
    # Another name is another stack: what exists is not made anew over a name.
    return stack.status in ("live", "unknown") and "name" not in correction.values


def _with_stack(form: PendingForm, label: Any, job: JobView, target: Target, world: World) -> PendingForm:
    """A request about a stack: the one named, or the same, or the one of that name in the corrected environment."""
    fitting = tuple(each for each in world.stacks() if target.blueprint in (None, each.blueprint))
    options = stack_names(fitting)
    chosen = next((each for each in fitting if each.id == options.get(str(label))), None) if label else None
    if chosen is None and label is None and job.stack is not None:
        same = [each for each in fitting if each.name == job.stack.name and each.environment == form.environment]
        chosen = next((each for each in same if each.id == job.stack.id), same[0] if len(same) == 1 else None)
    if chosen is None:
        return replace(form, environment=None, options=options)
    return replace(form, stack_id=chosen.id, environment=chosen.environment)


def _heard(proposal: Proposal, correction: Correction, target: Target) -> Heard:
    heard = proposal.heard or Heard(target.intent, "words", proposal.seq)
    if correction.intent:
        heard = replace(heard, intent=target.intent, by="correction")
    return replace(heard, corrects=proposal.job.id)


def _sources(proposal: Proposal, correction: Correction, turn: Turn, target: Target) -> dict[str, Source]:
    """What was not corrected keeps its source; a value that a person gave in the panel came from this correction."""
    corrected = {name: Source("correction", turn.seq) for name in correction.values}
    for each in turn.entities:
        if each.slot in corrected and not is_secret(each.slot, target):
            corrected[each.slot] = Source("correction", turn.seq, each.text, each.start, each.end, each.source)
    return {**proposal.sources, **corrected}
