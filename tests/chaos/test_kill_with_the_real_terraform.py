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

PATIENCE_SECONDS = 400.0
pytestmark = [pytest.mark.terraform, pytest.mark.full, pytest.mark.timeout(900)]

MOVES = ["queued->planning", "planning->awaiting_approval", "approved->applying", "applying->succeeded"]
# Its sixth line says that the first bucket is there, the seventh that the second is being made.
AROUND = ["process.before_start:apply", "process.after_start:apply", "process.line:apply:5", "process.ended:apply"]


@pytest.fixture
def terraform(terraform_binary: str) -> str:
    return terraform_binary


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("move", MOVES)
def test_whoever_makes_a_move_dies_of_it(site: Site, move: str, when: str) -> None:
    _killed(site, stories.applied, f"transition.{when}:{move}")


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


def _killed(site: Site, story: Story, point: str) -> None:
    stage = Stage(site, points=(f"{point}=kill@1",), patience_seconds=PATIENCE_SECONDS)
    ending = story(stage)
    assert site.used(point) is not None, f"nobody came to {point}"
    judge(stage, ending, killed=1)
