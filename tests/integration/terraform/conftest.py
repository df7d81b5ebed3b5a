from pathlib import Path

import pytest

from tests.integration.terraform.running import Site


@pytest.fixture
def site(cloud_endpoint: str, terraform_binary: str, tmp_path: Path) -> Site:
    return Site(cloud_endpoint, terraform_binary, tmp_path / "runs")
