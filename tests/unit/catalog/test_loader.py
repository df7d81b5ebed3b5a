"""Blueprints and actions as files: the built-in ones load, and each mistake is a sentence for its author."""

import os
import tarfile
from io import BytesIO
from pathlib import Path

import pytest
import yaml

from orchestrator.catalog.action_files import action_load, actions_load
from orchestrator.catalog.errors import CatalogError
from orchestrator.catalog.loader import blueprint_load, blueprints_load
from orchestrator.states import Risk
from tests.unit.catalog.rules import action_is_fit, blueprint_is_fit

MANIFEST = {
    "name": "thing",
    "title": "A thing",
    "noun": "thing",
    "kind": "terraform",
    "risk": {"apply": "low", "destroy": "high"},
    "phrases": ["create a thing called {name} in {environment}"],
    "ask": ["name"],
    "synonyms": {"size": ["how big"]},
    "outputs": ["id"],
}
MODULE = """
variable "name" {
  type        = string
  description = "Name of the thing."
  nullable    = false
}
variable "size" {
  type    = string
  default = "small"
  validation {
    condition     = contains(["small", "large"], var.size)
    error_message = "small or large."
  }
}
variable "password" {
  type      = string
  default   = null
  sensitive = true
}
variable "limits" {
  type    = object({ low = optional(number, 1) })
  default = { low = 2 }
  description = <<-EOT
    Two
    lines.
  EOT
}
resource "terraform_data" "it" { input = var.limits }
output "id" { value = var.name }
output "secret" {
  value     = var.password
  sensitive = true
}
"""
ACTION = {
    "name": "show-bucket",
    "title": "Show a bucket",
    "kind": "aws",
    "service": "s3",
    "operation": "GetBucketVersioning",
    "parameters": {"bucket": "Bucket"},
    "result": {"jmespath": "Status", "template": "Versioning: {items}"},
    "risk": "read",
    "ask": ["bucket"],
    "phrases": ["show the bucket {bucket}"],
}


def blueprint(directory: Path, module: str = MODULE, **manifest: object) -> Path:
    root = directory / "thing"
    (root / "module").mkdir(parents=True, exist_ok=True)
    (root / "module" / "main.tf").write_text(module)
    (root / "blueprint.yaml").write_text(yaml.safe_dump({**MANIFEST, **manifest}))
    return root


def test_a_blueprint_becomes_questions(tmp_path: Path) -> None:
    loaded = blueprint_load(blueprint(tmp_path))
    view = loaded.view
    assert (view.name, view.noun, view.risk["destroy"], view.version) == ("thing", "thing", Risk.HIGH, loaded.digest)
    by_name = {each.name: each for each in view.variables}
    assert by_name["name"].required
    assert not by_name["name"].nullable
    assert by_name["name"].description == "Name of the thing."
    assert by_name["size"].choices == ("small", "large")
    assert by_name["size"].synonyms == ("how big",)
    assert by_name["password"].sensitive
    assert by_name["limits"].default == {"low": 2}
    assert by_name["limits"].description == "Two\nlines."
    assert loaded.manifest["sensitive_outputs"] == ["secret"]


def test_the_same_files_make_the_same_version(tmp_path: Path) -> None:
    first = blueprint_load(blueprint(tmp_path / "a"))
    second_root = blueprint(tmp_path / "b")
    (second_root / "module" / ".terraform").mkdir()
    (second_root / "module" / ".terraform" / "left-over").write_text("x")
    (second_root / "module" / "terraform.tfstate").write_text("{}")
    os.utime(second_root / "module" / "main.tf", (1, 1))
    second = blueprint_load(second_root)

    assert (first.digest, first.archive) == (second.digest, second.archive)
    with tarfile.open(fileobj=BytesIO(first.archive)) as tar:
        assert tar.getnames() == ["main.tf"]
    assert blueprint_load(blueprint(tmp_path / "c", MODULE + "\n# changed\n")).digest != first.digest


@pytest.mark.parametrize(
    ("manifest", "sentence"),
    [
        ({"name": "other"}, "name 'other' must be the name of its folder"),
        ({"kind": "helm"}, "kind is 'helm'; blueprints are of kind terraform."),
        ({"risk": {"apply": "low"}}, "risk must have apply and destroy"),
        (
            {"risk": {"apply": "tiny", "destroy": "high"}},
            "risk.apply is 'tiny'. Use one of: read, low, high, critical.",
        ),
        ({"phrases": []}, "phrases is empty"),
        ({"phrases": "create"}, "phrases must be a list of texts."),
        ({"phrases": ["make {colour}"]}, "{colour}, which is not a variable"),
        ({"ask": ["colour"]}, "ask names 'colour', which is not a variable of the module"),
        ({"ask": []}, "the variable name has no default, so ask must name it."),
        ({"outputs": ["arn"]}, "outputs names 'arn', which is not an output of the module"),
        ({"synonyms": {"colour": ["hue"]}}, "synonyms names 'colour'"),
        ({"colour": "red"}, "unknown field 'colour'"),
        ({"continue_after_interruption": "perhaps"}, "continue_after_interruption must be true or false"),
        ({"imports": ["name"]}, "imports must map resources to variables"),
        ({"imports": {"aws_s3_bucket.this": "name"}}, "'aws_s3_bucket.this', which is not a resource of the module"),
        ({"imports": {"terraform_data.it[0]": "password"}}, "name a variable that is a text and no secret"),
        ({"imports": {'terraform_data.it["${1}"]': "name"}}, "which is not a resource of the module itself"),
        ({"imports": {"terraform_data.it": "name"}}, None),
        ({"sizes": {"colour": ["red", "blue"]}}, "sizes names 'colour', which is not a variable"),
        ({"sizes": {"size": ["small"]}}, "sizes.size must be a list of two or more different values"),
        ({"sizes": {"size": ["small", "huge"]}}, "sizes.size has 'huge': size: small or large."),
        ({"sizes": {"size": "double"}}, "only numbers can be doubled"),
        ({"sizes": {"size": ["small", "large"]}}, None),
        ({"title": None, "noun": None}, None),
    ],
)
def test_mistakes_of_a_manifest(tmp_path: Path, manifest: dict[str, object], sentence: str | None) -> None:
    root = blueprint(tmp_path, **manifest)
    if sentence is None:
        assert blueprint_load(root).view.name == "thing"
        return
    with pytest.raises(CatalogError) as caught:
        blueprint_load(root)
    assert str(caught.value).startswith("Blueprint thing: ")
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("module", "sentence"),
    [
        ("variable {", "main.tf is not readable as Terraform"),
        (MODULE.replace('default = "small"', "default = []"), "the default of size must be a text."),
    ],
)
def test_mistakes_of_a_module(tmp_path: Path, module: str, sentence: str) -> None:
    with pytest.raises(CatalogError, match=sentence):
        blueprint_load(blueprint(tmp_path, module))


def test_not_yaml(tmp_path: Path) -> None:
    root = blueprint(tmp_path)
    (root / "blueprint.yaml").write_text("- a\n- b\n")
    with pytest.raises(CatalogError, match="must hold fields with values"):
        blueprint_load(root)


def action(directory: Path, **fields: object) -> Path:
    path = directory / "show-bucket.yaml"
    path.write_text(yaml.safe_dump({**ACTION, **fields}))
    return path


def test_an_action_becomes_questions(tmp_path: Path) -> None:
    loaded = action_load(action(tmp_path, variables={"bucket": {"description": "Which bucket?"}}))
    (variable,) = loaded.view.variables
    assert (variable.name, variable.type, variable.required) == ("bucket", "string", True)
    assert variable.description == "Which bucket?"
    assert loaded.view.risk is Risk.READ


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"operation": "GetBucketVersionin"}, "GetBucketVersioning"),
        ({"parameters": {"bucket": "Bukket"}}, "Bukket"),
        ({"risk": "none"}, "risk is 'none'"),
        ({"variables": {"colour": {}}}, "variables names 'colour'"),
        ({"phrases": ["show {colour}"]}, "{colour}"),
        (
            {"result": {"jmespath": "Statuss"}},
            "result.jmespath: GetBucketVersioning has no member Statuss. Near it: Status",
        ),
        (
            {"result": {"jmespath": "Status", "template": "{itmes}"}},
            "result.template has {itmes}, which nothing fills in.",
        ),
    ],
)
def test_mistakes_of_an_action(tmp_path: Path, fields: dict[str, object], sentence: str) -> None:
    with pytest.raises(CatalogError) as caught:
        action_load(action(tmp_path, **fields))
    assert str(caught.value).startswith("Action show-bucket.yaml: ")
    assert sentence in str(caught.value)


def test_the_built_in_catalogue() -> None:
    blueprints = {each.view.name: each.view for each in blueprints_load()}
    actions = {each.view.name: each.view for each in actions_load()}
    assert set(blueprints) >= {"object-storage", "network", "message-queue"}
    assert set(actions) >= {"list-buckets", "show-stack-resources"}
    for view in blueprints.values():
        blueprint_is_fit(view)
    for each in actions.values():
        action_is_fit(each)
