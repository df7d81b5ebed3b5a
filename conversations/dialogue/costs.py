"""What something costs: answered from what is known, and honestly where nothing is; a question starts nothing."""

import re
from collections.abc import Mapping

from django.utils.translation import gettext as _

from orchestrator.assessing.costs import cost_standing, money
from orchestrator.plan_types import PlanCost
from orchestrator.states import JobState
from orchestrator.types import JobView, StackView

from .decisions import Decision, Say
from .references import jobs_meant, stacks_meant
from .state import DialogueState
from .targets import unknown_environment
from .texts import bullets, code, listed, paragraphs
from .turn import Turn
from .world import World

_SHOWN = 10
_ALL_WORDS = (
    r"all|everything|every|stacks|altogether|together|total|in sum|overall|spend\w*|my \w+s"
    r"|(?:we|i|you) pay(?:ing)?|are (?:we|you) paying"
)
_ALL = re.compile(rf"\b(?:{_ALL_WORDS})\b", re.IGNORECASE)


def cost_answer(turn: Turn, state: DialogueState, world: World) -> Decision:
    """What the plan that waits would cost, or what is there costs a month, by our own prices; what is not there yet is
    priced by its plan alone."""
    unknown = turn.unlisted("environment")
    if unknown:
        return Decision((Say(unknown_environment(unknown, world)),), state)
    waiting = [each for each in world.jobs_here() if each.state is JobState.AWAITING_APPROVAL and each.plan]
    jobs = jobs_meant(turn, waiting)
    if len(jobs) == 1 and (estimate := _estimate(jobs[0])):
        return Decision((Say(paragraphs(_of_plan(jobs[0]), estimate)),), state)
    stacks = [] if len(jobs) == 1 else _stacks(turn, state, world)
    costs = world.costs([each.id for each in stacks])
    if costs:
        return Decision((Say(_standing(stacks, costs)),), state.remember(stacks[0]) if len(stacks) == 1 else state)
    honest = _("What that costs I cannot tell: I know no prices for it. Your cloud provider's calculator and bill can.")
    planned = _("Ask for something, and its plan says what it would cost before anything is made.")
    there_is = _of_plan(jobs[0]) if len(jobs) == 1 else _of_stack(stacks[0]) if len(stacks) == 1 else ""
    return Decision((Say(paragraphs(there_is, f"{honest} {planned}" if not there_is else honest)),), state)


def _estimate(job: JobView) -> str:
    cost = job.plan.cost if job.plan else None
    return f"{cost.sentence} {_without()}" if cost else ""


def _stacks(turn: Turn, state: DialogueState, world: World) -> list[StackView]:
    """The one that is meant, or all of the person's own where all are asked about."""
    meant = stacks_meant(turn, state, world, None)
    if _ALL.search(turn.text) and not meant.named and not meant.how:
        return [each for each in meant.stacks if each.owner.id == world.person.id]
    talked_about = {each.id for each in state.stacks[:1]}
    stacks = [each for each in meant.stacks if meant.named or meant.how or each.id in talked_about]
    return stacks if len(stacks) == 1 else []


def _standing(stacks: list[StackView], costs: Mapping[str, PlanCost]) -> str:
    """What is there, each with what it costs as its last plan estimated it."""
    known = [each for each in stacks if each.id in costs]
    if len(stacks) == 1:
        return paragraphs(_of_stack(stacks[0]), f"{cost_standing(costs[stacks[0].id])} {_without()}")
    lines = [f"{code(each.name)} ({each.environment}): {cost_standing(costs[each.id])}" for each in known[:_SHOWN]]
    if len(known) > _SHOWN:
        lines.append(_("and %(number)s more") % {"number": len(known) - _SHOWN})
    lines += [_("%(name)s: nothing is known of it") % {"name": code(each.name)} for each in stacks if each not in known]
    sums: dict[str, float] = {}
    for each in known:
        sums[costs[each.id].currency] = sums.get(costs[each.id].currency, 0.0) + costs[each.id].monthly
    total = listed(money(amount, currency) for currency, amount in sums.items())
    lead = _("All of yours together, as far as it is known: about %(total)s a month.") % {"total": total}
    return paragraphs(lead, bullets(lines), _without())


def _without() -> str:
    return _("Discounts, taxes and traffic are not in it.")


def _of_plan(job: JobView) -> str:
    values = {"title": f"**{job.title}**", "plan": job.plan.text if job.plan else ""}
    return (_("The plan to %(title)s waits: %(plan)s") % values).strip()


def _of_stack(stack: StackView) -> str:
    values = {"name": code(stack.name), "environment": code(stack.environment), "number": stack.resource_count}
    return _("%(name)s in %(environment)s has %(number)s resources.") % values
