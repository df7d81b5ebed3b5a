"""The kill set again with the real Terraform and the real AWS provider, held at the same places as the stand-in."""

from collections.abc import Iterator
from contextlib import suppress

import psutil
import pytest

from orchestrator.states import JobState
from tests.servers.processes import wait_until
from tests.servers.real_terraform import RealTerraform, real_terraform

from .kills import stories
from .kills.site import Site
from .kills.stage import Stage
from .kills.stories import ALL, Ending, Story
from .kills.verdict import judge
from .test_kill_at_every_transition import MORE, MOVES, WEB

PATIENCE_SECONDS = 400.0
# The real one keeps a machine busy: a worker that is not heard for a second and a half may only be waiting its turn,
# and each job taken from a living one is an interruption that no story tells of.
LEASE_SECONDS = "5"
pytestmark = [pytest.mark.terraform, pytest.mark.full, pytest.mark.hours, pytest.mark.timeout(900)]

# Its sixth line says that the first bucket is there, the seventh that the second is being made.
AROUND = ["process.before_start:apply", "process.after_start:apply", "process.line:apply:5", "process.ended:apply"]
# Where it holds the lock, made a bucket without tags yet, made one and told nobody, and around its state's write.
DIES_AT = ["locked", "before:1", "bare:1", "made:1", "before:2", "bare:2", "made:2", "before:3", "bare:3", "made:3"]
DIES_AT += ["saving", "saved", "unlocking"]


@pytest.fixture(scope="module")
def held(terraform_binary: str, lasting_site: Site) -> Iterator[RealTerraform]:
    with real_terraform(terraform_binary, lasting_site.cloud_endpoint) as real:
        ways = {"AWS_ENDPOINT_URL": real.endpoint, "STORE_ENDPOINT_URL": real.endpoint}
        with lasting_site.other_settings(**ways, LEASE_SECONDS=LEASE_SECONDS):
            yield real


@pytest.fixture
def terraform(held: RealTerraform) -> RealTerraform:
    return held


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("move", MOVES)
def test_whoever_makes_a_move_dies_of_it(site: Site, move: str, when: str) -> None:
    story, who = MOVES[move]
    _killed(site, story, f"transition.{when}:{move}", web_dies=who == WEB)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("move", "story"), MORE, ids=[f"{move}-{story.__name__}" for move, story in MORE])
def test_and_in_other_stories(site: Site, move: str, story: Story, when: str) -> None:
    _killed(site, story, f"transition.{when}:{move}")


@pytest.mark.parametrize("point", AROUND)
def test_a_worker_dies_around_its_terraform(site: Site, point: str) -> None:
    _killed(site, stories.applied, point)


@pytest.mark.parametrize("point", ["process.after_start:apply", "process.line:apply:5", "process.line:apply:7"])
def test_the_next_worker_follows_the_terraform_that_runs_on(site: Site, point: str) -> None:
    _killed(site, stories.applied_while_terraform_runs_on, point)


def test_a_terraform_that_hangs_is_ended_by_the_next_worker(site: Site) -> None:
    _killed(site, stories.canceled_while_terraform_hangs, "process.line:apply:5")


@pytest.mark.parametrize("story", [stories.destroyed, stories.changed])
def test_a_worker_dies_while_a_stack_changes(site: Site, story: Story) -> None:
    _killed(site, story, "process.line:apply:6")


@pytest.mark.parametrize("point", DIES_AT)
def test_terraform_dies(site: Site, point: str) -> None:
    stage = Stage(site, patience_seconds=PATIENCE_SECONDS)
    judge(stage, stories.terraform_dies_at(stage, point), killed=1)
    assert site.points.reached(point) is not None


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
