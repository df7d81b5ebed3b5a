"""Taking over a bucket that exists, with the real Terraform: shown in the plan, done once, never another stack's."""

import pytest

from orchestrator.executors.base import ExecutorError
from tests.integration.terraform.interrupting import Interrupted
from tests.integration.terraform.running import Site, blueprint, bucket_name

pytestmark = [pytest.mark.terraform, pytest.mark.timeout(300)]


def test_a_bucket_that_exists_is_imported_and_refused_to_another_stack(site: Site) -> None:
    name, module = bucket_name(), blueprint("object-storage")
    site.s3.create_bucket(Bucket=name)
    site.s3.put_object(Bucket=name, Key="kept", Body=b"as it is")
    values, imports = {"name": name}, {"aws_s3_bucket.this": name}
    job = site.job(module, values, imports=imports)

    plan = job.plan()

    assert plan.sentence.startswith("Imports 1 bucket, creates 5 resources")
    assert (plan.counts.create, plan.counts.update, plan.counts.replace, plan.counts.delete) == (5, 1, 0, 0)
    (taken,) = [each for each in plan.changes if each.importing]
    assert (taken.address, taken.action, taken.importing) == ("aws_s3_bucket.this", "update", name)
    (shown,) = [each for each in plan.masked_plan["resource_changes"] if each["change"].get("importing")]
    assert shown["change"]["importing"] == {"id": name}
    done = job.apply(plan.plan_hash)
    assert (done.status, done.resource_count) == ("succeeded", 6)
    site.s3.delete_bucket_policy(Bucket=name)  # it refuses whoever comes without TLS, as we do
    assert site.s3.get_object(Bucket=name, Key="kept")["Body"].read() == b"as it is"

    with pytest.raises(ExecutorError, match=f"{name}. is managed by another stack here already, {job.stack.id}"):
        site.job(module, values, imports=imports).plan()


@pytest.mark.full
def test_what_does_not_exist_is_said_in_words(site: Site) -> None:
    job = site.job(blueprint("object-storage"), {"name": bucket_name()}, imports={"aws_s3_bucket.this": "gone"})
    with pytest.raises(ExecutorError) as refused:
        job.plan()
    assert refused.value.code == "import_missing"
    assert refused.value.detail.startswith("What is to be imported does not exist. Check its name")


@pytest.mark.full
@pytest.mark.timeout(900)
@pytest.mark.parametrize("count", [0, 1, 3])
def test_an_import_that_is_killed_is_found_out_and_finished(site: Site, count: int) -> None:
    name = bucket_name()
    site.s3.create_bucket(Bucket=name)
    job = site.job(blueprint("object-storage"), {"name": name}, imports={"aws_s3_bucket.this": name})
    killed = Interrupted(site, job)
    if count:
        killed.kill_after(count)
    else:
        job.verify(killed.plan_hash)  # its worker was lost before Terraform did anything
    killed.finish(killed.reconcile())
    assert [each["Name"] for each in site.s3.list_buckets()["Buckets"]].count(name) == 1
