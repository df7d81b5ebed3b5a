"""State and cloud may have different keys: each sees its own, and the store's never reach the environment."""

import dataclasses
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.terraform.door import Door, door
from tests.integration.terraform.running import Site, module_of

pytestmark = pytest.mark.terraform

CLOUD_KEYS = {"AWS_ACCESS_KEY_ID": "CLOUDKEY", "AWS_SECRET_ACCESS_KEY": "cloud-secret-of-some-length"}
STORE_KEYS = {"AWS_ACCESS_KEY_ID": "STOREKEY", "AWS_SECRET_ACCESS_KEY": "store-secret-of-some-length"}


@pytest.fixture
def store_door(cloud_endpoint: str) -> Iterator[Door]:
    with door(cloud_endpoint) as made:
        yield made


def test_the_state_is_kept_with_the_stores_own_keys(site: Site, tmp_path: Path, store_door: Door) -> None:
    job = site.job(module_of(tmp_path / "module", 'resource "terraform_data" "this" {}\n'), {})
    job.changed(
        cloud=dataclasses.replace(job.context.cloud, secrets=CLOUD_KEYS),
        store=dataclasses.replace(site.store, endpoint_url=store_door.endpoint, secrets=STORE_KEYS),
    )

    plan_hash = job.plan().plan_hash
    # The saved plan remembers its backend; it has to work in another directory as well.
    elsewhere = job.context.run_dir.with_name("elsewhere")
    shutil.rmtree(job.context.run_dir)
    job.changed(run_dir=elsewhere)
    assert job.apply(plan_hash).status == "succeeded"

    assert store_door.signed_by == {"STOREKEY"}
    assert not (elsewhere / "store-credentials").exists()
    kept = b"".join(path.read_bytes() for path in elsewhere.rglob("*") if path.is_file())
    assert b"store-secret" not in kept
