"""Three buckets with names that nobody knows before, made by the stand-in for Terraform: what is made twice is seen,
and what cannot be told is said."""

import dataclasses
from pathlib import Path

import pytest

from orchestrator.catalog.loader import blueprint_load
from orchestrator.executors.base import LogLine, Module, PlanVoid, Reconciled
from orchestrator.failpoints import FailpointError
from tests.integration.terraform.interrupting import Interrupted
from tests.integration.terraform.running import Job, Site, bucket_name
from tests.servers.quick_terraform import BLUEPRINT, QuickTerraform


@pytest.fixture
def quick(tmp_path: Path) -> QuickTerraform:
    return QuickTerraform.install(tmp_path / "quick")


@pytest.fixture
def killed(cloud_endpoint: str, quick: QuickTerraform, tmp_path: Path) -> Interrupted:
    site = Site(cloud_endpoint, str(quick.binary), tmp_path / "runs")
    return Interrupted(site, site.job(three_buckets(), {"name": bucket_name()[:16]}))


def three_buckets() -> Module:
    loaded = blueprint_load(BLUEPRINT)
    outputs = loaded.view.outputs
    return Module("three-buckets", loaded.digest, loaded.archive, outputs, continue_after_interruption=True)


full = pytest.mark.full
QUICK = {("bare", 1), ("made", 2)}
ANYWHERE = [
    pytest.param(point, number, marks=[] if (point, number) in QUICK else pytest.mark.full)
    for point in ("before", "bare", "made", "done")
    for number in (1, 2, 3)
]


@pytest.mark.parametrize(("point", "number"), ANYWHERE)
def test_killed_at_any_bucket(killed: Interrupted, quick: QuickTerraform, point: str, number: int) -> None:
    _dies_at(killed, quick, f"{point}:{number}")

    found = killed.reconcile()

    made = number - 1 if point == "before" else number
    assert len(found.exists) == len(found.adopted) == made
    # Recorded at once, whatever becomes of the rest.
    assert found.resource_count == made
    killed.finish(found)
    assert len(_buckets(killed)) == 3


@pytest.mark.parametrize(
    "point", ["saving", *(pytest.param(each, marks=full) for each in ("locked", "saved", "unlocking"))]
)
def test_killed_at_its_state(killed: Interrupted, quick: QuickTerraform, point: str) -> None:
    _dies_at(killed, quick, point)

    killed.finish(killed.reconcile())

    assert len(_buckets(killed)) == 3


STEPS = ["end_processes", "release_lock", "raise_serial", "restore", "survey", "record", "plan"]


@pytest.mark.parametrize("step", [pytest.param(each, marks=[] if each == "survey" else full) for each in STEPS])
def test_who_finds_out_may_be_lost_at_any_step(
    killed: Interrupted, quick: QuickTerraform, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    _dies_at(killed, quick, "made:2")
    with monkeypatch.context() as patched:
        patched.setenv("INFRACHAT_FAILPOINTS", f"reconcile.{step}=raise")
        with pytest.raises(FailpointError):
            killed.reconcile()

    found = killed.reconcile()

    assert len(found.exists) == found.resource_count == 2
    killed.finish(found)
    assert len(_buckets(killed)) == 3


@pytest.mark.parametrize("number", [1, pytest.param(3, marks=full)])
def test_a_deletion_killed_at_any_bucket(killed: Interrupted, quick: QuickTerraform, number: int) -> None:
    made = killed.job
    made.apply(killed.plan_hash)
    away = Interrupted(killed.site, _again(killed, kind="destroy"))
    _dies_at(away, quick, f"done:{number}")

    found = away.reconcile()

    assert len(found.exists) == number
    away.finish(found)
    assert _buckets(killed) == []


def test_another_bucket_with_the_same_tags_makes_both_unknown(killed: Interrupted, quick: QuickTerraform) -> None:
    _dies_at(killed, quick, "made:1")
    (made,) = _buckets(killed)
    tags = killed.site.s3.get_bucket_tagging(Bucket=made)["TagSet"]
    twin = f"{killed.job.context.values['name']}-first-20260101000000000000000001"
    killed.site.s3.create_bucket(Bucket=twin)
    killed.site.s3.put_bucket_tagging(Bucket=twin, Tagging={"TagSet": tags})

    found = killed.reconcile()

    assert (found.status, found.adopted, found.remainder) == ("partially_applied", (), None)
    assert set(found.unknown) == {f"arn:aws:s3:::{made}", f"arn:aws:s3:::{twin}"}
    assert made in found.sentence


def test_a_bucket_made_by_hand_is_reported_and_what_was_made_is_recorded(
    killed: Interrupted, quick: QuickTerraform
) -> None:
    _dies_at(killed, quick, "made:2")
    by_hand = bucket_name()
    killed.site.s3.create_bucket(Bucket=by_hand)
    tags = [{"Key": "infrachat:stack", "Value": killed.job.stack.id}]
    killed.site.s3.put_bucket_tagging(Bucket=by_hand, Tagging={"TagSet": tags})

    found = killed.reconcile()

    assert (found.status, found.unknown) == ("partially_applied", (f"arn:aws:s3:::{by_hand}",))
    assert found.exists == ("aws_s3_bucket.first", "aws_s3_bucket.second")
    assert (found.missing, found.resource_count) == (("aws_s3_bucket.third",), 2)
    assert _again(killed, kind="destroy").plan().counts.delete == 2


def test_a_bucket_of_somebody_else_with_such_a_name_is_left_alone(killed: Interrupted, quick: QuickTerraform) -> None:
    _dies_at(killed, quick, "before:1")
    other = f"{killed.job.context.values['name']}-first-20260101000000000000000001"
    killed.site.s3.create_bucket(Bucket=other)
    killed.site.s3.put_bucket_tagging(
        Bucket=other, Tagging={"TagSet": [{"Key": "infrachat:stack", "Value": "another"}]}
    )

    found = killed.reconcile()

    assert (found.status, found.adopted, found.unknown) == ("remainder", (), ())


def test_a_worker_that_wakes_up_late_doubles_nothing(killed: Interrupted) -> None:
    """Paused after it had verified its plan; meanwhile all was found out, and done."""
    job = killed.job
    others: list[Job] = []

    def emit(line: LogLine) -> None:
        if line.text == "Applying" and not others:
            others.append(_again(killed))
            others[0].context = dataclasses.replace(job.context, fence=3, emit=others[0].lines.append)
            found: Reconciled = others[0].reconcile(killed.started(), killed.plan_hash)
            assert found.remainder is not None
            others[0].changed(start=2)
            assert others[0].apply(found.remainder.plan_hash).status == "succeeded"

    job.changed(emit=emit)

    with pytest.raises(PlanVoid):
        job.apply(killed.plan_hash)

    assert len(_buckets(killed)) == 3


def _dies_at(killed: Interrupted, quick: QuickTerraform, point: str) -> None:
    quick.set(**{point: "kill"})
    outcome = killed.job.apply(killed.plan_hash)
    assert outcome.status in {"indeterminate", "failed", "succeeded"}
    assert quick.reached(point)


def _again(killed: Interrupted, kind: str = "apply") -> Job:
    context = killed.job.context
    return killed.site.job(context.module, dict(context.values), kind=kind, stack=killed.job.stack)


def _buckets(killed: Interrupted) -> list[str]:
    prefix = killed.job.context.values["name"]
    return [each["Name"] for each in killed.site.s3.list_buckets()["Buckets"] if each["Name"].startswith(prefix)]
