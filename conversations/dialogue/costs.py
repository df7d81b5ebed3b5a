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
    """How much there is or would be; no prices are known."""
    unknown = turn.unlisted("environment")
    if unknown:
        return Decision((Say(unknown_environment(unknown, world)),), state)
    honest = _("What that costs I cannot tell: I know no prices. Your cloud provider's price calculator and bill can.")
    return Decision((Say(paragraphs(_what_there_is(turn, state, world), honest)),), state)


def _what_there_is(turn: Turn, state: DialogueState, world: World) -> str:
    """The plan that waits, or else the one stack that is meant."""
    waiting = [each for each in world.jobs_here() if each.state is JobState.AWAITING_APPROVAL and each.plan]
    jobs = jobs_meant(turn, waiting)
    if len(jobs) == 1:
        return _of_plan(jobs[0])
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
