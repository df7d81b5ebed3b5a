"""What must be true of a job when all is over, whoever was killed on the way."""

import json
from collections import Counter

from chatbot_project.mongo.connections import collection
from orchestrator.states import TRANSITIONS, JobState
from tests.servers.processes import wait_until

from .stage import Stage
from .stories import Ending


def judge(stage: Stage, ending: Ending, *, killed: int) -> None:
    """Fails with the first promise that was broken."""
    assert ending.job.state in ending.states, f"{ending.job.state}: {ending.job.error}"
    _outbox_is_worked_off(stage)
    for job_id in stage.jobs:
        _path_is_legal(job_id)
        _log_is_unbroken(job_id)
    _starts(ending, killed)
    _line_is_free(stage)
    _nothing_is_left(stage)
    _cloud_is_as_approved(stage, ending)


def _path_is_legal(job_id: str) -> None:
    rows = list(collection("orchestrator_transition").find({"job_id": job_id}).sort("version", 1))
    assert [row["version"] for row in rows] == list(range(1, len(rows) + 1))
    assert [row["from_state"] for row in rows] == [None, *(row["to_state"] for row in rows[:-1])]
    for row in rows[1:]:
        start, end = JobState(row["from_state"]), JobState(row["to_state"])
        assert start is end or end in TRANSITIONS[start], f"{start} -> {end}"


def _log_is_unbroken(job_id: str) -> None:
    numbers = [
        row["log_seq"] for row in collection("orchestrator_jobevent").find({"job_id": job_id}).sort("log_seq", 1)
    ]
    assert numbers == list(range(1, len(numbers) + 1))


def _starts(ending: Ending, killed: int) -> None:
    numbers = [row["number"] for row in collection("orchestrator_start").find({"job_id": ending.job.id})]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
    assert len(numbers) <= ending.starts + (killed if ending.starts else 0)


def _line_is_free(stage: Stage) -> None:
    for stack in collection("orchestrator_stack").find({"name": stage.name}):
        assert stack["active_job_id"] is None


def _nothing_is_left(stage: Stage) -> None:
    """No state lock and no process."""
    assert [key for key in _state_keys(stage) if key.endswith(".tflock")] == []
    wait_until(lambda: not stage.site.processes(), seconds=20, what=f"{stage.site.processes()} to end")


def _cloud_is_as_approved(stage: Stage, ending: Ending) -> None:
    """Each bucket once, and exactly those that the state knows."""
    prefix = f"{stage.name}-"
    names = [each["Name"] for each in stage.site.s3.list_buckets()["Buckets"] if each["Name"].startswith(prefix)]
    made = Counter(name.removeprefix(prefix).partition("-")[0] for name in names)
    assert made == Counter(ending.buckets)
    if ending.states != {JobState.SUPERSEDED}:
        assert sorted(_recorded(stage)) == sorted(names)


def _recorded(stage: Stage) -> list[str]:
    """The names of the buckets in the state."""
    keys = [key for key in _state_keys(stage) if key.endswith(".tfstate")]
    bucket, s3 = stage.site.state_bucket, stage.site.s3
    states = [json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read()) for key in keys]
    resources = [each for state in states for each in state["resources"]]
    return [instance["attributes"]["id"] for each in resources for instance in each["instances"]]


def _state_keys(stage: Stage) -> list[str]:
    stack = collection("orchestrator_stack").find_one({"name": stage.name})
    if stack is None:
        return []
    found = stage.site.s3.list_objects_v2(Bucket=stage.site.state_bucket, Prefix=f"stacks/{stack['_id']}/")
    return [each["Key"] for each in found.get("Contents", ())]


def _outbox_is_worked_off(stage: Stage) -> None:
    def done() -> bool:
        stage.site.ensure_up()
        return collection("orchestrator_outbox").count_documents({"done_at": None}) == 0

    wait_until(done, seconds=60, what="every promise of the outbox to be kept")
