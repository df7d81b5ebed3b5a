"""A drafted blueprint.yaml loads as it is, and says things as people do."""

import pytest
import yaml

from orchestrator.catalog.adding.drafting import article, manifest_draft, name_from
from orchestrator.catalog.configuration import configuration_read
from orchestrator.catalog.errors import CatalogError
from orchestrator.catalog.loader import blueprint_compose
from tests.unit.catalog.large_module import VARIABLES, large_module
from tests.unit.catalog.rules import blueprint_is_fit


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("terraform-aws-s3-bucket-4.11.0.zip", "s3-bucket"),
        ("terraform-aws-vpc", "vpc"),
        ("terraform-aws-eks-v20.37.2.tar.gz", "eks"),
        ("My Module", "my"),
        ("Widget_Factory", "widget-factory"),
        ("module", "module"),
        ("terraform-google-kubernetes-engine-main", "kubernetes-engine"),
        ("3-tier-app", "tier-app"),
    ],
)
def test_a_name_is_told_from_a_file_s(text: str, name: str) -> None:
    assert name_from(text) == name


def test_a_name_that_cannot_be_told() -> None:
    with pytest.raises(CatalogError, match="Give the blueprint a name"):
        name_from("1.2.3.zip")


def test_a_draft_of_a_large_module_loads_as_it_is() -> None:
    files = large_module()
    configuration = configuration_read(files)
    text = manifest_draft("platform", files, configuration)
    loaded = blueprint_compose(text, files, name="platform", configuration=configuration)

    assert len(loaded.view.variables) == VARIABLES
    blueprint_is_fit(loaded.view)
    fields = yaml.safe_load(text)
    assert fields["ask"] == ["name"]
    assert fields["outputs"] == ["queue_arn"]
    assert fields["description"] == "Terraform module which makes a platform of many parts."
    assert fields["risk"] == {"apply": "high", "destroy": "high"}
    assert loaded.manifest["sensitive_outputs"] == ["admin_password"]


def test_what_has_no_default_is_asked_for() -> None:
    files = {"main.tf": b'variable "bucket" {\n  type = string\n}\nvariable "owner" {}\n'}
    text = manifest_draft("s3-bucket", files, configuration_read(files))
    fields = yaml.safe_load(text)
    assert (fields["ask"], fields["title"], fields["noun"]) == (["bucket", "owner"], "S3 bucket", "s3 bucket")
    assert "create an s3 bucket called {name}" in fields["phrases"]


def test_articles() -> None:
    assert [article(each) for each in ("s3 bucket", "vpc", "autoscaling group", "user pool", "queue", "rds")] == [
        "an", "a", "an", "a", "a", "an",
    ]  # fmt: skip
