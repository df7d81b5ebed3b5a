"""kill -9 at every move of the state table, one by one: whoever makes the move dies right before or right after its
commit, and everything still ends as the story says."""

from collections.abc import Iterator
from typing import Any

import pytest

from orchestrator.states import TRANSITIONS, JobState
from tests.servers.processes import wait_until

from .kills import stories
from .kills.site import Site
from .kills.stage import Stage
from .kills.stories import Story
from .kills.verdict import judge

WEB = "web"

MOVES: dict[str, tuple[Story, str]] = {
    "new->queued": (stories.applied, WEB),
    "queued->planning": (stories.applied, ""),
    "queued->canceled": (stories.canceled_in_the_queue, WEB),
    "planning->awaiting_approval": (stories.applied, ""),
    "planning->approved": (stories.action, ""),
    "planning->no_changes": (stories.nothing_to_change, ""),
    "planning->denied": (stories.not_allowed, ""),
    "planning->succeeded": (stories.drift, ""),
    "planning->failed": (stories.plan_fails, ""),
    "planning->queued": (stories.lost_while_planning, ""),
    "planning->canceled": (stories.canceled_while_planning, ""),
    "awaiting_approval->approved": (stories.applied, WEB),
    "awaiting_approval->rejected": (stories.rejected, WEB),
    "awaiting_approval->expired": (stories.never_approved, ""),
    "awaiting_approval->canceled": (stories.canceled_before_approval, WEB),
    "approved->applying": (stories.applied, ""),
    "approved->superseded": (stories.no_longer_as_approved, ""),
    "approved->expired": (stories.never_begun, ""),
    "approved->canceled": (stories.canceled_after_approval, WEB),
    "applying->succeeded": (stories.applied, ""),
    "applying->partially_applied": (stories.refused_half_way, ""),
    "applying->failed": (stories.refused_at_once, ""),
    "applying->canceling": (stories.canceled_half_way, ""),
    "applying->indeterminate": (stories.terraform_dies, ""),
    "canceling->canceled": (stories.canceled_before_anything_was_made, ""),
    "canceling->partially_applied": (stories.canceled_half_way, ""),
    "canceling->succeeded": (stories.canceled_too_late, ""),
    "canceling->indeterminate": (stories.canceled_and_terraform_dies, ""),
    "indeterminate->reconciling": (stories.terraform_dies, ""),
    "reconciling->succeeded": (stories.terraform_dies_at_its_end, ""),
    "reconciling->partially_applied": (stories.canceled_and_terraform_dies, ""),
    "reconciling->failed": (stories.terraform_dies_and_nothing_goes_on, ""),
    "reconciling->applying": (stories.terraform_dies, ""),
    "reconciling->awaiting_approval": (stories.terraform_dies_and_people_are_asked, ""),
    "reconciling->indeterminate": (stories.terraform_dies_behind_a_foreign_lock, ""),
}
NOBODY_MAKES = {
    "awaiting_approval->superseded": "a plan that waits is held against the state when it is applied",
    "canceling->failed": "what was stopped before it changed anything is canceled",
}


# Made by the same lines as another move that the quick set has.
ALIKE = {
    "planning->no_changes",
    "planning->denied",
    "planning->succeeded",
    "approved->expired",
    "canceling->partially_applied",
    "reconciling->failed",
    "reconciling->partially_applied",
}
# The same moves where something else is done with them.
MORE = [
    ("applying->succeeded", stories.destroyed),
    ("applying->succeeded", stories.action),
    ("applying->succeeded", stories.changed),
    ("approved->applying", stories.action),
    ("reconciling->applying", stories.terraform_dies_changing),
    ("reconciling->applying", stories.terraform_dies_deleting),
]


def test_every_move_of_the_table_is_here() -> None:
    table = {f"{start}->{end}" for start, ends in TRANSITIONS.items() for end in ends}
    assert set(MOVES) == (table | {f"new->{JobState.QUEUED}"}) - set(NOBODY_MAKES)


def _moves() -> Iterator[Any]:
    """Each move, its maker dead right before or right after its commit. In the quick set most are after it, where an
    apply begins and ends before it as well."""
    before = {"approved->applying", "applying->succeeded"}
    for move in MOVES:
        yield pytest.param(move, "after", id=f"{move}-after", marks=[pytest.mark.full] if move in ALIKE else [])
        yield pytest.param(move, "before", id=f"{move}-before", marks=[] if move in before else [pytest.mark.full])


@pytest.mark.parametrize(("move", "when"), list(_moves()))
def test_whoever_makes_a_move_dies_of_it(site: Site, move: str, when: str) -> None:
    story, who = MOVES[move]
    _killed_at(site, story, f"transition.{when}:{move}", web_dies=who == WEB)


@pytest.mark.full
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("move", "story"), MORE, ids=[f"{move}-{story.__name__}" for move, story in MORE])
def test_and_in_other_stories(site: Site, move: str, story: Story, when: str) -> None:
    _killed_at(site, story, f"transition.{when}:{move}")


def _killed_at(site: Site, story: Story, point: str, *, web_dies: bool = False) -> None:
    stage = Stage(site, points=(f"{point}=kill@1",), web_dies=web_dies)
    ending = story(stage)
    # Whoever dies after a commit may come to it a moment after everybody sees the state.
    wait_until(lambda: site.used(point) is not None, seconds=20, what=f"somebody to come to {point}")
    judge(stage, ending, killed=1)
