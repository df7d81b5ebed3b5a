"""The kill set again, in its most dangerous places, with the real Terraform and the real AWS provider."""

from contextlib import suppress

import psutil
import pytest

from orchestrator.states import JobState
from tests.servers.processes import wait_until

from .kills import stories
from .kills.site import Site
from .kills.stage import Stage
from .kills.stories import ALL, Ending, Story
from .kills.verdict import judge
from .test_kill_at_every_transition import MOVES as EVERY_MOVE
from .test_kill_at_every_transition import WEB

PATIENCE_SECONDS = 400.0
pytestmark = [pytest.mark.terraform, pytest.mark.full, pytest.mark.timeout(900)]

# The stories in which Terraform itself need not be stopped or fail at a place that only the stand-in can hold.
TOLD_ALIKE = {
    *(stories.applied, stories.action, stories.drift, stories.nothing_to_change, stories.lost_while_planning),
    *(stories.not_allowed, stories.no_longer_as_approved, stories.rejected, stories.canceled_before_approval),
    *(stories.canceled_in_the_queue, stories.canceled_after_approval, stories.never_approved, stories.never_begun),
}
MOVES = [move for move, (story, _) in EVERY_MOVE.items() if story in TOLD_ALIKE]
# Its sixth line says that the first bucket is there, the seventh that the second is being made.
AROUND = ["process.before_start:apply", "process.after_start:apply", "process.line:apply:5", "process.ended:apply"]


@pytest.fixture
def terraform(terraform_binary: str) -> str:
    return terraform_binary


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("move", MOVES)
def test_whoever_makes_a_move_dies_of_it(site: Site, move: str, when: str) -> None:
    story, who = EVERY_MOVE[move]
    _killed(site, story, f"transition.{when}:{move}", web_dies=who == WEB)


@pytest.mark.parametrize("point", AROUND)
def test_a_worker_dies_around_its_terraform(site: Site, point: str) -> None:
    _killed(site, stories.applied, point)


@pytest.mark.parametrize("story", [stories.destroyed, stories.changed])
def test_a_worker_dies_while_a_stack_changes(site: Site, story: Story) -> None:
    _killed(site, story, "process.line:apply:6")


@pytest.mark.parametrize("line", [4, 5, 6, 7, 9])
def test_worker_and_terraform_die_both(site: Site, line: int) -> None:
    point = f"process.line:apply:{line}"

    def story(stage: Stage) -> Ending:
        stage.ready()
        job = stage.submit()
        stage.approve(stage.planned(job))
        wait_until(lambda: site.used(point) is not None, seconds=PATIENCE_SECONDS, what=point)
        for process in site.processes():
            with suppress(psutil.Error):
                process.kill()
        return Ending(stage.ended(job), frozenset({JobState.SUCCEEDED}), ALL)

    _killed(site, story, point)


def _killed(site: Site, story: Story, point: str, *, web_dies: bool = False) -> None:
    stage = Stage(site, points=(f"{point}=kill@1",), web_dies=web_dies, patience_seconds=PATIENCE_SECONDS)
    ending = story(stage)
    # Whoever dies after a commit may come to it a moment after everybody sees the state.
    wait_until(lambda: site.used(point) is not None, seconds=20, what=f"somebody to come to {point}")
    judge(stage, ending, killed=1)
