"""Hostile strings through the real Terraform into the cloud: there they are what they were."""

import base64
import json
import unicodedata
from pathlib import Path

import boto3
import pytest

from tests.hostile_values import hostile_values
from tests.integration.terraform.running import KEYS, REGION, Site, module_of

pytestmark = [pytest.mark.terraform, pytest.mark.full]

MODULE = """
variable "texts" {
  type = list(string)
}
resource "aws_ssm_parameter" "this" {
  name  = "hostile"
  type  = "String"
  tier  = "Advanced"
  value = base64encode(jsonencode(var.texts))
}
output "texts" {
  value = var.texts
}
"""


def test_a_batch_arrives_in_the_cloud(site: Site, tmp_path: Path) -> None:
    texts = hostile_values(2_000)[:80]
    job = site.job(module_of(tmp_path / "hostile", MODULE, outputs=("texts",)), {"texts": texts})

    done = job.apply(job.plan().plan_hash)

    assert done.status == "succeeded"
    # Terraform itself composes letters (NFC) as it reads them: "e" with an accent of its own becomes "é".
    composed = [unicodedata.normalize("NFC", each) for each in texts]
    assert done.outputs["texts"] == composed
    secrets = {"aws_access_key_id": KEYS["AWS_ACCESS_KEY_ID"], "aws_secret_access_key": KEYS["AWS_SECRET_ACCESS_KEY"]}
    client = boto3.client("ssm", endpoint_url=site.endpoint, region_name=REGION, **secrets)
    stored = base64.b64decode(client.get_parameter(Name="hostile")["Parameter"]["Value"])
    assert json.loads(stored) == composed
    assert not Path("/tmp/hostile").exists()
