from pathlib import Path

import pytest

from orchestrator.catalog.loader import blueprint_load
from orchestrator.executors.base import Module
from tests.howtos import files_written
from tests.integration.terraform.running import Site

pytestmark = [pytest.mark.terraform, pytest.mark.full]


def test_the_blueprint_of_the_howto_is_applied(site: Site, tmp_path: Path) -> None:
    (manifest,) = [path for path in files_written("add-a-blueprint.md", tmp_path).values() if path.suffix == ".yaml"]
    loaded = blueprint_load(manifest.parent)
    job = site.job(Module(loaded.view.name, loaded.digest, loaded.archive, loaded.view.outputs), {"name": "orders"})

    done = job.apply(job.plan().plan_hash)

    assert (done.status, done.sentence) == ("succeeded", "Done: 1 created.")
    assert done.outputs["log_group_arn"].endswith(":log-group:orders")
