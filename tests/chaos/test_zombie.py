"""A worker that is paused, loses its job to another and wakes up again: it writes nothing any more, anywhere."""

import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest

from chatbot_project.mongo.connections import collection
from orchestrator.states import JobState
from tests.servers.processes import wait_until

from .kills import stories
from .kills.site import Site
from .kills.stage import Stage
from .kills.stories import Ending, Story
from .kills.verdict import judge

PAUSED = [
    ("process.line:plan:2", stories.applied),
    ("process.ended:plan", stories.applied),
    ("transition.before:planning->awaiting_approval", stories.applied),
    ("transition.before:approved->applying", stories.applied),
    ("process.before_start:apply", stories.applied),
    ("process.after_start:apply", stories.applied),
    ("process.line:apply:5", stories.applied_while_terraform_runs_on),
    ("process.ended:apply", stories.applied),
    ("transition.before:applying->succeeded", stories.applied),
    ("reconcile.release_lock", stories.terraform_dies),
    ("reconcile.record", stories.terraform_dies),
    ("reconcile.plan", stories.terraform_dies),
    ("transition.before:reconciling->applying", stories.terraform_dies),
]


QUICK = {
    "transition.before:planning->awaiting_approval",
    "process.line:apply:5",
    "transition.before:applying->succeeded",
    "reconcile.record",
    "transition.before:reconciling->applying",
}


def _paused() -> Iterator[Any]:
    for point, story in PAUSED:
        yield pytest.param(point, story, id=point, marks=[] if point in QUICK else [pytest.mark.full])


@pytest.mark.parametrize(("point", "story"), list(_paused()))
def test_who_wakes_up_too_late_writes_nothing(site: Site, point: str, story: Story) -> None:
    stage = Stage(site, points=(f"{point}=stop@1",))
    ending = story(stage)
    assert ending.job.state is JobState.SUCCEEDED
    before, artefacts = _everything(stage, ending), _objects(stage, site.artefact_bucket, ending.job.id)

    _wake(stage, point)

    assert _everything(stage, ending) == before
    # Under names of its own it may leave something, which nobody reads.
    assert _objects(stage, site.artefact_bucket, ending.job.id).items() >= artefacts.items()
    judge(stage, ending, killed=1)


def _wake(stage: Stage, point: str) -> None:
    """Until the worker has nothing more to do with what it held."""
    pid = stage.site.used(point)
    assert pid is not None, f"nobody came to {point}"
    log = stage.site.log("worker")
    os.kill(pid, signal.SIGCONT)

    def given_up() -> bool:
        said = stage.site.log("worker")[len(log) :]
        return "job: lease lost" in said or "job: busy" in said

    wait_until(given_up, seconds=60, what="the zombie to see that its job is somebody else's")


def _everything(stage: Stage, ending: Ending) -> dict[str, Any]:
    """All that anybody could write about the job."""
    found: dict[str, Any] = {"job": collection("orchestrator_job").find_one({"_id": ending.job.id})}
    for name in ("transition", "jobevent", "start", "approval", "plan"):
        found[name] = list(collection(f"orchestrator_{name}").find({"job_id": ending.job.id}).sort("_id", 1))
    found["state"] = _objects(stage, stage.site.state_bucket, stage.stack_id)
    found["cloud"] = stage.site.quick.changes()
    return found


def _objects(stage: Stage, bucket: str, about: str) -> dict[str, str]:
    """Key -> ETag."""
    listed = stage.site.s3.list_objects_v2(Bucket=bucket).get("Contents", ())
    return {each["Key"]: each["ETag"] for each in listed if about in each["Key"]}
