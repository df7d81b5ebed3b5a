"""A bucket whose Terraform was killed at any turn is made once, recorded, and as it was approved."""

from pathlib import Path

import pytest

from tests.integration.terraform.interrupting import Interrupted
from tests.integration.terraform.running import Site, blueprint, bucket_name, module_of

pytestmark = [pytest.mark.terraform, pytest.mark.timeout(900)]

full = pytest.mark.full


def interrupted(site: Site, **changed: object) -> Interrupted:
    return Interrupted(site, site.job(blueprint("object-storage"), {"name": bucket_name()}, **changed))


def exists(site: Site, name: str) -> bool:
    return any(bucket["Name"] == name for bucket in site.s3.list_buckets()["Buckets"])


def made_and_lost(site: Site, killed: Interrupted, *, tagged: bool) -> str:
    """The bucket is there as Terraform makes it, and Terraform was killed right then: nothing is recorded."""
    name: str = killed.job.context.values["name"]
    killed.job.verify(killed.plan_hash)
    site.s3.create_bucket(Bucket=name)
    if tagged:
        tags = {"infrachat:stack": killed.job.stack.id, "infrachat:environment": "staging"}
        pairs = [{"Key": key, "Value": value} for key, value in tags.items()]
        site.s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": pairs})
    return name


def test_a_bucket_that_nobody_recorded_is_adopted_and_completed(site: Site) -> None:
    killed = interrupted(site)
    name = made_and_lost(site, killed, tagged=False)

    found = killed.reconcile()

    assert found.status == "remainder", found.sentence
    assert found.adopted == found.exists == ("aws_s3_bucket.this",)
    assert len(found.missing) == 6  # and with them the bucket's tags and rules
    assert found.remainder is not None
    assert (found.remainder.counts.create, found.remainder.counts.update) == (5, 1)
    # Recorded already: if nobody wants the rest, the bucket can be deleted as any other.
    assert found.resource_count == 1
    killed.finish(found)
    assert site.s3.get_bucket_versioning(Bucket=name)["Status"] == "Enabled"
    tags = {tag["Key"]: tag["Value"] for tag in site.s3.get_bucket_tagging(Bucket=name)["TagSet"]}
    assert tags["infrachat:stack"] == killed.job.stack.id


@pytest.mark.full
def test_what_was_all_made_and_not_recorded_is_recorded(site: Site) -> None:
    killed = interrupted(site)
    killed.job.apply(killed.plan_hash)
    # As if it had been killed right before it saved its state.
    site.s3.delete_object(Bucket=site.store.state_bucket, Key=f"stacks/{killed.job.stack.id}/terraform.tfstate")

    found = killed.reconcile()

    assert (found.status, found.missing, found.unknown) == ("succeeded", (), ())
    assert len(found.exists) == len(found.adopted) == found.resource_count == 6
    assert found.outputs["bucket_name"] == killed.job.context.values["name"]
    assert found.sentence.startswith("All of it was done before the interruption (6 changes).")
    killed.is_settled()


@full
def test_killed_when_the_bucket_is_there_it_is_completed(site: Site) -> None:
    killed = interrupted(site)
    killed.kill_when(lambda: exists(site, killed.job.context.values["name"]))

    killed.finish(killed.reconcile())


@full
@pytest.mark.parametrize(("count", "kind"), [(1, "resource_done"), (2, "resource_done"), (4, "resource_start")])
def test_killed_anywhere_it_is_completed(site: Site, count: int, kind: str) -> None:
    killed = interrupted(site)
    killed.kill_after(count, kind)

    killed.finish(killed.reconcile())


@full
@pytest.mark.parametrize("count", [1, 3, 6])
def test_a_deletion_that_was_killed_is_finished(site: Site, count: int) -> None:
    made = site.job(blueprint("object-storage"), {"name": bucket_name()})
    made.apply(made.plan().plan_hash)
    job = site.job(made.context.module, dict(made.context.values), kind="destroy", stack=made.stack)
    killed = Interrupted(site, job)
    killed.kill_after(count)

    found = killed.reconcile()

    assert (found.adopted, found.unknown) == ((), ())
    assert len(found.exists) >= count
    killed.finish(found)
    assert not exists(site, made.context.values["name"])


@full
def test_a_lost_start_is_found_out_twice_and_again_after_its_remainder(site: Site) -> None:
    """A reconciler may die at any step, and so may the remainder that it planned."""
    killed = interrupted(site)
    made_and_lost(site, killed, tagged=True)
    first, second = killed.reconcile(), killed.reconcile()
    assert (first.status, second.status) == ("remainder", "remainder")
    assert set(second.missing) <= set(first.missing)
    assert second.remainder is not None
    killed.start, killed.plan_hash = 2, second.remainder.plan_hash
    killed.locks.clear()
    killed.job.changed(start=2)
    killed.kill_after(1, "resource_start")

    found = killed.reconcile()

    assert set(found.exists) >= {"aws_s3_bucket.this"}
    killed.finish(found)


@full
def test_what_is_left_and_was_not_approved_so_is_not_done(site: Site, tmp_path: Path) -> None:
    """A file that the module reads has changed since the plan was approved."""
    note, name = tmp_path / "note", bucket_name()
    note.write_text("one")
    module = module_of(tmp_path / "module", TWO_BUCKETS, continue_after_interruption=True)
    killed = Interrupted(site, site.job(module, {"name": name, "note": str(note)}))
    killed.job.verify(killed.plan_hash)
    site.s3.create_bucket(Bucket=f"{name}-first")
    note.write_text("two")

    found = killed.reconcile()

    assert (found.status, found.remainder, found.adopted) == ("partially_applied", None, ("aws_s3_bucket.first",))
    assert "not what was approved: aws_s3_bucket.second" in found.sentence
    # What exists is recorded all the same, and can be deleted.
    assert found.resource_count == 1
    values = dict(killed.job.context.values)
    assert site.job(module, values, kind="destroy", stack=killed.job.stack).plan().counts.delete == 1


TWO_BUCKETS = """
variable "name" { type = string }
variable "note" { type = string }
resource "aws_s3_bucket" "first" { bucket = "${var.name}-first" }
resource "aws_s3_bucket" "second" {
  bucket     = "${var.name}-second"
  tags       = { note = file(var.note) }
  depends_on = [aws_s3_bucket.first]
}
"""
