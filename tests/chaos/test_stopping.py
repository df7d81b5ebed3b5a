"""A worker that is told to stop in the middle of a long apply: it ends at once, and the apply does not suffer."""

import os
import signal

import pytest

from chatbot_project.mongo.connections import collection
from orchestrator.states import JobState
from orchestrator.types import JobView
from tests.servers.processes import wait_until

from .kills.site import Site
from .kills.stage import Stage
from .kills.stories import ALL, Ending
from .kills.verdict import judge


@pytest.fixture(params=["handover", "interrupt"])
def mode(request: pytest.FixtureRequest, site: Site, monkeypatch: pytest.MonkeyPatch) -> str:
    """The worker runs with this setting."""
    monkeypatch.setitem(site._environment, "WORKER_SHUTDOWN", request.param)
    monkeypatch.setitem(site._environment, "SHUTDOWN_GRACE_SECONDS", "0.2")
    _kill(site)
    site.ensure_up()
    request.addfinalizer(lambda: _kill(site))
    return str(request.param)


def test_a_stopping_worker_leaves_no_apply_behind(site: Site, mode: str) -> None:
    stage = Stage(site)
    stage.ready(made_2="wait")
    job = stage.submit()
    stage.approve(stage.planned(job))
    stage.reached("made:2")

    os.kill(site.pid("worker"), signal.SIGTERM)
    if mode == "interrupt":
        stage.interrupted()
        stage.go("made:2")
    wait_until(lambda: _ended(site), seconds=30, what="the worker to end by itself")
    _nobody_holds(job, JobState.APPLYING if mode == "handover" else JobState.INDETERMINATE)

    site.ensure_up()
    if mode == "handover":
        stage.taken_over(job)
        stage.go("made:2")
    ending = Ending(stage.ended(job), frozenset({JobState.SUCCEEDED}), ALL, starts=1 if mode == "handover" else 2)
    judge(stage, ending, killed=0)


@pytest.mark.full
def test_a_plan_is_broken_off_and_made_again(site: Site, mode: str) -> None:
    stage = Stage(site)
    stage.ready(planned="wait")
    job = stage.submit()
    stage.reached("planned")

    os.kill(site.pid("worker"), signal.SIGTERM)
    wait_until(lambda: _ended(site), seconds=60, what="the worker to end by itself")
    _nobody_holds(job, JobState.QUEUED)

    stage.approve(stage.planned(job))
    judge(stage, Ending(stage.ended(job), frozenset({JobState.SUCCEEDED}), ALL), killed=0)


def _nobody_holds(job: JobView, state: JobState) -> None:
    found = collection("orchestrator_job").find_one({"_id": job.id})
    assert found is not None
    assert (found["state"], found["lease_owner"]) == (state, None)


def _kill(site: Site) -> None:
    os.kill(site.pid("worker"), signal.SIGKILL)
    wait_until(lambda: _ended(site), seconds=10, what="the worker to die")


def _ended(site: Site) -> bool:
    return not site.is_up("worker")
