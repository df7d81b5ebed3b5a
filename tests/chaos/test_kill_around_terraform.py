"""kill -9 between the moves: before, while and after Terraform runs and while it is found out what it did, with a
message in hand, alone and with company."""

from typing import Any

import pytest

from tests.servers.processes import wait_until

from .kills import stories
from .kills.site import Site
from .kills.stage import Stage
from .kills.stories import Story
from .kills.verdict import judge


def _long(*values: Any) -> list[Any]:
    """Cases of the long set."""
    return [pytest.param(*each if isinstance(each, tuple) else (each,), marks=pytest.mark.full) for each in values]


_PLACES = ("before_start", "after_start", "ended")
_AROUND = [f"process.{place}:{command}" for command in ("init", "plan", "show", "apply") for place in _PLACES]
_AROUND_SHORT = ["process.ended:apply"]
_AROUND_LONG = [each for each in _AROUND if each not in _AROUND_SHORT]
# What Terraform says in an apply of three: version, three plans, and from the fifth line on its operations.
_LINES = ["process.after_start:apply", *(f"process.line:apply:{number}" for number in (1, 7))]
_STEPS_SHORT = ["record"]
_STEPS_LONG = ["end_processes", "release_lock", "raise_serial", "restore", "survey", "plan"]


@pytest.mark.parametrize("point", ["task.before_ack", *_AROUND_SHORT, *_long("task.begun", *_AROUND_LONG)])
def test_a_worker_dies_around_its_terraform(site: Site, point: str) -> None:
    _killed(site, stories.applied, f"{point}=kill@1")


@pytest.mark.parametrize("point", ["process.line:apply:5", *_long(*_LINES)])
def test_the_next_worker_follows_the_terraform_that_runs_on(site: Site, point: str) -> None:
    _killed(site, stories.applied_while_terraform_runs_on, f"{point}=kill@1")
    assert len({each["pid"] for each in site.quick.changes()}) == 1


@pytest.mark.parametrize("point", ["process.line:apply:5", *_long("process.ended:apply")])
def test_the_whole_worker_dies_with_its_children(site: Site, point: str) -> None:
    _killed(site, stories.applied, f"{point}=kill_group@1")


@pytest.mark.full
def test_two_workers_die_one_after_the_other(site: Site) -> None:
    """The second while it follows what the first has left."""
    stage = Stage(site, points=("process.line:apply:5=kill@1", "process.line:apply:6=kill@1"))
    ending = stories.applied_while_terraform_runs_on(stage)
    assert site.used("process.line:apply:6") is not None
    judge(stage, ending, killed=2)


@pytest.mark.parametrize(
    "point",
    [
        "bare:2",
        *_long(
            "saved",
            "locked",
            "before:1",
            "made:1",
            "done:1",
            "before:2",
            "made:2",
            "done:2",
            "before:3",
            "made:3",
            "done:3",
        ),
        *_long("saving", "unlocking"),
    ],
)
def test_terraform_dies(site: Site, point: str) -> None:
    stage = Stage(site)
    judge(stage, stories.terraform_dies_at(stage, point), killed=1)


@pytest.mark.parametrize("point", ["process.line:apply:5", *_long("process.ended:apply")])
def test_worker_and_terraform_die_both(site: Site, point: str) -> None:
    _killed(site, stories.terraform_dies, f"{point}=kill@1")


@pytest.mark.full
def test_a_terraform_that_hangs_is_ended_by_the_next_worker(site: Site) -> None:
    _killed(site, stories.canceled_while_terraform_hangs, "process.line:apply:5=kill@1")


@pytest.mark.parametrize("step", [*_STEPS_SHORT, *_long(*_STEPS_LONG)])
def test_who_finds_out_dies_too(site: Site, step: str) -> None:
    _killed(site, stories.terraform_dies, f"reconcile.{step}=kill@1")


@pytest.mark.parametrize("step", _long(*_STEPS_SHORT, *_STEPS_LONG))
@pytest.mark.parametrize("story", [stories.terraform_dies_deleting, stories.terraform_dies_and_people_are_asked])
def test_who_finds_out_dies_in_other_stories(site: Site, story: Story, step: str) -> None:
    _killed(site, story, f"reconcile.{step}=kill@1")


def _killed(site: Site, story: Story, armed: str) -> None:
    stage = Stage(site, points=(armed,))
    ending = story(stage)
    point = armed.partition("=")[0]
    wait_until(lambda: site.used(point) is not None, seconds=20, what=f"somebody to come to {point}")
    judge(stage, ending, killed=1)
