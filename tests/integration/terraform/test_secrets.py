"""Hostile values stay texts, and secrets stay secret, with the real provider."""

import json
from pathlib import Path

import pytest

from tests.integration.terraform.running import Site, bucket_name, module_of

pytestmark = pytest.mark.terraform

SECRET = "correct-horse-battery"
HOSTILE = '${file("/etc/passwd")} %{ if true }x%{ endif } "\\ $(id)'

# The provider's tags_all repeats the secret tag without marking it; `secret` is not declared sensitive.
MODULE = """
variable "name" { type = string }
variable "note" { type = string }
variable "password" {
  type      = string
  sensitive = true
}
resource "aws_s3_bucket" "this" { bucket = var.name }
resource "aws_s3_object" "note" {
  bucket  = aws_s3_bucket.this.id
  key     = "note"
  content = var.note
  tags    = { pass = var.password }
}
output "note" { value = var.note }
output "password" { value = var.password }
output "copied" { value = aws_s3_object.note.tags_all }
"""


def test_values_are_texts_and_secrets_do_not_leave(site: Site, tmp_path: Path) -> None:
    name = bucket_name()
    module = module_of(
        tmp_path / "module", MODULE, outputs=("note", "password", "copied"), sensitive_variables=("password",)
    )
    job = site.job(module, {"name": name, "note": HOSTILE, "password": SECRET})

    plan = job.plan()
    outcome = job.apply(plan.plan_hash)

    assert outcome.status == "succeeded"
    assert site.s3.get_object(Bucket=name, Key="note")["Body"].read().decode() == HOSTILE
    assert outcome.outputs["note"] == HOSTILE
    assert outcome.outputs["password"] == {"sensitive": True}
    assert outcome.outputs["copied"]["pass"] == "(sensitive)"
    told = json.dumps([plan.masked_plan, [change.attributes for change in plan.changes], outcome.outputs])
    told += "".join(f"{line.text} {dict(line.data)}" for line in job.lines)
    assert SECRET not in told
    assert "root:x:" not in told
    tags = {tag["Key"]: tag["Value"] for tag in site.s3.get_object_tagging(Bucket=name, Key="note")["TagSet"]}
    assert tags["pass"] == SECRET
