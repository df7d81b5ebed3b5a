"""What something costs: answered from what is known, and honestly where nothing is; a question starts nothing."""

from django.utils.translation import gettext as _

from orchestrator.states import JobState
from orchestrator.types import JobView, StackView

from .decisions import Decision, Say
from .references import jobs_meant, stacks_meant
from .state import DialogueState
from .targets import unknown_environment
from .texts import code, paragraphs
from .turn import Turn
from .world import World


def cost_answer(turn: Turn, state: DialogueState, world: World) -> Decision:
    """What the plan that waits would cost, by our own prices; else how much there is, for which none are kept."""
    unknown = turn.unlisted("environment")
    if unknown:
        return Decision((Say(unknown_environment(unknown, world)),), state)
    waiting = [each for each in world.jobs_here() if each.state is JobState.AWAITING_APPROVAL and each.plan]
    jobs = jobs_meant(turn, waiting)
    if len(jobs) == 1 and (estimate := _estimate(jobs[0])):
        return Decision((Say(paragraphs(_of_plan(jobs[0]), estimate)),), state)
    honest = _("What that costs I cannot tell: I know no prices for it. Your cloud provider's calculator and bill can.")
    there_is = _of_plan(jobs[0]) if len(jobs) == 1 else _what_there_is(turn, state, world)
    return Decision((Say(paragraphs(there_is, honest)),), state)


def _estimate(job: JobView) -> str:
    cost = job.plan.cost if job.plan else None
    return f"{cost.sentence} {_('Discounts, taxes and traffic are not in it.')}" if cost else ""


def _what_there_is(turn: Turn, state: DialogueState, world: World) -> str:
    """The one stack that is meant."""
    meant = stacks_meant(turn, state, world, None)
    talked_about = {each.id for each in state.stacks[:1]}
    stacks = [each for each in meant.stacks if meant.named or meant.how or each.id in talked_about]
    return _of_stack(stacks[0]) if len(stacks) == 1 else ""


def _of_plan(job: JobView) -> str:
    values = {"title": f"**{job.title}**", "plan": job.plan.text if job.plan else ""}
    return (_("The plan to %(title)s waits: %(plan)s") % values).strip()


def _of_stack(stack: StackView) -> str:
    values = {"name": code(stack.name), "environment": code(stack.environment), "number": stack.resource_count}
    return _("%(name)s in %(environment)s has %(number)s resources.") % values
