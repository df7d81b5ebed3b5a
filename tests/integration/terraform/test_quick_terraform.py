"""The stand-in for Terraform and the real one do the same with the same module, as far as our executor sees."""

import json
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from orchestrator.catalog.loader import blueprint_load
from orchestrator.executors.base import Module, PlanVoid
from orchestrator.executors.terraform.environment import child_environment
from orchestrator.executors.terraform.rundir import RunDir
from tests.integration.terraform.running import Job, Site, bucket_name
from tests.servers.processes import wait_until
from tests.servers.quick_terraform import BLUEPRINT, QuickTerraform

REAL = pytest.param("real", marks=[pytest.mark.terraform, pytest.mark.full, pytest.mark.timeout(400)])


@pytest.fixture
def quick(tmp_path: Path) -> QuickTerraform:
    return QuickTerraform.install(tmp_path / "quick")


@pytest.fixture(params=["quick", REAL])
def binary(request: pytest.FixtureRequest, quick: QuickTerraform) -> str:
    if request.param == "quick":
        return str(quick.binary)
    real: str = request.getfixturevalue("terraform_binary")
    return real


@pytest.fixture
def site(cloud_endpoint: str, binary: str, tmp_path: Path) -> Site:
    return Site(cloud_endpoint, binary, tmp_path / "runs")


@pytest.fixture
def quick_site(cloud_endpoint: str, quick: QuickTerraform, tmp_path: Path) -> Site:
    return Site(cloud_endpoint, str(quick.binary), tmp_path / "runs")


def three_buckets() -> Module:
    loaded = blueprint_load(BLUEPRINT)
    return Module("three-buckets", loaded.digest, loaded.archive, loaded.view.outputs)


def test_the_life_of_a_stack(site: Site) -> None:
    name = bucket_name()[:16]
    made = site.job(three_buckets(), {"name": name})
    plan = made.plan()
    assert (plan.sentence, plan.has_changes) == ("Creates 3 buckets.", True)
    prefix = {"path": "bucket_prefix", "before": None, "after": f"{name}-first-", "unknown": False, "sensitive": False}
    # Which variables ask for it is known from the configuration of a real plan alone.
    assert prefix in [{name: each[name] for name in prefix} for each in plan.changes[0].attributes]
    done = made.apply(plan.plan_hash)
    assert (done.status, done.sentence, done.resource_count) == ("succeeded", "Done: 3 created.", 3)
    assert sorted(done.outputs.values()) == _buckets(site, name)
    assert _tags(site, done.outputs["second"]) == {
        "infrachat:stack": made.stack.id, "infrachat:environment": "staging", "part": "second", "note": "none"
    }  # fmt: skip
    assert site.keys(site.store.state_bucket) == [f"stacks/{made.stack.id}/terraform.tfstate"]
    with pytest.raises(PlanVoid):
        made.apply(plan.plan_hash)

    same = site.job(three_buckets(), {"name": name}, stack=made.stack)
    assert not same.plan().has_changes
    noted = site.job(three_buckets(), {"name": name, "note": "more"}, stack=made.stack)
    changed = noted.apply(noted.plan().plan_hash)
    assert (changed.sentence, changed.outputs) == ("Done: 3 changed.", done.outputs)
    drift = site.job(three_buckets(), {"name": name, "note": "more"}, stack=made.stack, kind="drift").plan()
    assert not drift.has_changes

    site.s3.delete_bucket(Bucket=done.outputs["first"])
    drift = site.job(three_buckets(), {"name": name, "note": "more"}, stack=made.stack, kind="drift").plan()
    assert drift.sentence == "1 resource changed outside of Terraform: aws_s3_bucket.first was deleted."
    away = site.job(three_buckets(), {"name": name, "note": "more"}, stack=made.stack, kind="destroy")
    gone = away.apply(away.plan().plan_hash)
    assert (gone.sentence, gone.resource_count, _buckets(site, name)) == ("Done: 2 deleted.", 0, [])


def test_a_plan_is_stale_once_the_state_was_written(site: Site) -> None:
    job = _planned(site)
    _run(job, "apply", "plan.tfplan")
    messages = _run(job, "apply", "plan.tfplan", code=1)
    assert [each["summary"] for each in _diagnostics(messages)] == ["Saved plan is stale"]
    assert len(_buckets(site, job.context.values["name"])) == 3


def test_a_foreign_lock_is_respected(site: Site) -> None:
    job = _planned(site)
    lock = {"ID": "a-lock", "Operation": "OperationTypeApply", "Info": "", "Who": "me@there", "Version": "1.11.4"}
    lock |= {"Created": "2026-01-01T00:00:00Z", "Path": "x"}
    key = f"stacks/{job.stack.id}/terraform.tfstate.tflock"
    site.s3.put_object(Bucket=site.store.state_bucket, Key=key, Body=json.dumps(lock).encode())

    messages = _run(job, "apply", "-lock-timeout=0s", "plan.tfplan", code=1)

    (error,) = _diagnostics(messages)
    assert error["summary"] == "Error acquiring the state lock"
    assert "ID:        a-lock" in error["detail"]
    assert "Who:       me@there" in error["detail"]
    assert site.keys(site.store.state_bucket) == [key]


def test_what_is_there_is_imported(site: Site) -> None:
    job = _planned(site)
    name = f"{job.context.values['name']}-first-20260101000000000000000001"
    site.s3.create_bucket(Bucket=name)
    (job.context.run_dir / "adopt.tf.json").write_text(
        json.dumps({"import": [{"to": "module.stack.aws_s3_bucket.first", "id": name}]})
    )

    told = _run(job, "plan", "-lock=false", "-out=adopt.tfplan")
    (summary,) = [each["changes"] for each in told if each["type"] == "change_summary"]
    assert summary == {"add": 2, "change": 1, "import": 1, "remove": 0, "operation": "plan"}
    _run(job, "apply", "adopt.tfplan")

    assert name in _buckets(site, job.context.values["name"])
    assert len(_buckets(site, job.context.values["name"])) == 3
    assert _tags(site, name)["part"] == "first"


def test_one_thing_alone_is_recorded_as_it_is(site: Site) -> None:
    job = _planned(site)
    names = {each: f"{job.context.values['name']}-{each}-20260101000000000000000001" for each in ("first", "second")}
    for each in names.values():
        site.s3.create_bucket(Bucket=each)
    first = "module.stack.aws_s3_bucket.first"
    _plain(job, "import", "-input=false", "-no-color", "-lock=false", first, names["first"])

    (job.context.run_dir / "adopt.tf.json").write_text(
        json.dumps({"import": [{"to": "module.stack.aws_s3_bucket.second", "id": names["second"]}]})
    )
    target = "-target=module.stack.aws_s3_bucket.second"
    told = _run(job, "plan", "-lock=false", "-out=part.tfplan", target)
    (summary,) = [each["changes"] for each in told if each["type"] == "change_summary"]
    assert summary == {"add": 0, "change": 2, "import": 1, "remove": 0, "operation": "plan"}
    _run(job, "apply", "-lock=false", "part.tfplan")
    assert _buckets(site, job.context.values["name"]) == sorted(names.values())


def test_killed_it_leaves_its_lock_and_what_no_state_knows(quick: QuickTerraform, quick_site: Site) -> None:
    job = _planned(quick_site)
    quick.set(**{"made:2": "kill"})
    _run(job, "apply", "plan.tfplan", code=-signal.SIGKILL)
    assert len(_buckets(quick_site, job.context.values["name"])) == 2
    assert quick_site.keys(quick_site.store.state_bucket) == [f"stacks/{job.stack.id}/terraform.tfstate.tflock"]
    assert [each["action"] for each in quick.changes()] == ["create", "create"]


def test_interrupted_it_ends_what_it_began_and_saves_its_state(quick: QuickTerraform, quick_site: Site) -> None:
    job = _planned(quick_site)
    quick.set(**{"made:2": "wait"})
    process = _start(job, "apply", "plan.tfplan")
    wait_until(lambda: quick.reached("made:2") is not None, seconds=20, what="the second bucket")
    process.send_signal(signal.SIGINT)
    quick.go("made:2")
    messages = _messages(process, 1)
    assert [each["summary"] for each in _diagnostics(messages)] == ["execution halted"]
    assert len(_buckets(quick_site, job.context.values["name"])) == 2
    assert quick_site.keys(quick_site.store.state_bucket) == [f"stacks/{job.stack.id}/terraform.tfstate"]


def _planned(site: Site) -> Job:
    job = site.job(three_buckets(), {"name": bucket_name()[:16]})
    job.plan()
    return job


def _start(job: Job, *arguments: str) -> "subprocess.Popen[bytes]":
    command = [job.binary, arguments[0], "-json", "-input=false", *arguments[1:]]
    return subprocess.Popen(command, cwd=job.context.run_dir, env=_environment(job), stdout=subprocess.PIPE)


def _plain(job: Job, *arguments: str) -> None:
    subprocess.run([job.binary, *arguments], cwd=job.context.run_dir, env=_environment(job), check=True, timeout=120)


def _environment(job: Job) -> dict[str, str]:
    return child_environment(RunDir(job.context.run_dir), job.context.cloud, job.context.store)


def _messages(process: "subprocess.Popen[bytes]", code: int) -> list[dict[str, Any]]:
    output, _ = process.communicate(timeout=120)
    assert process.returncode == code, output
    return [json.loads(line) for line in output.splitlines()]


def _run(job: Job, *arguments: str, code: int = 0) -> list[dict[str, Any]]:
    return _messages(_start(job, *arguments), code)


def _diagnostics(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [each["diagnostic"] for each in messages if each["type"] == "diagnostic"]


def _buckets(site: Site, name: str) -> list[str]:
    return sorted(each["Name"] for each in site.s3.list_buckets()["Buckets"] if each["Name"].startswith(f"{name}-"))


def _tags(site: Site, bucket: str) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in site.s3.get_bucket_tagging(Bucket=bucket)["TagSet"]}
