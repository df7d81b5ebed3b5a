"""What a module would do besides making infrastructure is found wherever Terraform would find it, and nowhere else."""

import json

import pytest

from orchestrator.catalog.adding.findings import Finding
from orchestrator.catalog.adding.inspecting import module_inspect
from orchestrator.catalog.adding.providers import source_of, sources
from orchestrator.catalog.configuration import configuration_read
from orchestrator.catalog.errors import CatalogError
from tests.unit.catalog.large_module import large_module

ALLOWED = sources(["hashicorp/aws", "null"])
_NULL = 'resource "null_resource" "this" {\n  provisioner "local-exec" {\n    command = "id"\n  }\n}\n'


def found(files: dict[str, str]) -> list[Finding]:
    encoded = {path: text.encode() for path, text in files.items()}
    return module_inspect(encoded, configuration_read(encoded), ALLOWED)


def keys(files: dict[str, str]) -> list[str]:
    return [each.key for each in found(files)]


def test_a_large_module_needs_nothing_to_be_allowed() -> None:
    files = large_module()
    assert module_inspect(files, configuration_read(files), ALLOWED) == []


WANTS = {
    "provisioner:local-exec": [
        _NULL,
        'resource null_resource this {\n  provisioner local-exec {\n    command = "id"\n  }\n}\n',
    ],
    "provisioner:remote-exec": [
        'resource "terraform_data" "x" {\n  provisioner "remote-exec" {\n    inline = []\n  }\n}\n'
    ],
    "data:external": [
        'data "external" "x" {\n  program = ["id"]\n}\n',
        'check "c" {\n  data "external" "x" {\n    program = ["id"]\n  }\n}\n',
    ],
    "data:terraform_remote_state": ['data "terraform_remote_state" "x" {\n  backend = "s3"\n}\n'],
    "module:terraform-aws-modules/kms/aws": ['module "m" {\n  source = "terraform-aws-modules/kms/aws"\n}\n'],
    "module:git::https://example.com/x.git": ['module "m" {\n  source = "git::https://example.com/x.git"\n}\n'],
    "module:/etc/modules": ['module "m" {\n  source = "/etc/modules"\n}\n'],
    "module:../outside": ['module "m" {\n  source = "../outside"\n}\n'],
    "module:./inside/../../outside": ['module "m" {\n  source = "./inside/../../outside"\n}\n'],
    "module:./missing": ['module "m" {\n  source = "./missing"\n}\n'],
    "provider:evil.example/acme/x": [
        'terraform {\n  required_providers {\n    x = {\n      source = "evil.example/acme/x"\n    }\n  }\n}\n'
    ],
    "provider:hashicorp/http": [
        'terraform {\n  required_providers {\n    http = ">= 2"\n  }\n}\n',
        'data "http" "x" {\n  url = "https://example.com"\n}\n',
    ],
    "configured:aws": ['provider "aws" {\n  region = "us-east-1"\n}\n'],
    "reads:file in main.tf": [
        'output "x" {\n  value = file("/proc/self/environ")\n}\n',
        'output "x" {\n  value = file("${path.module}/${var.x}")\n}\n',
        'output "x" {\n  value = "a ${upper("b")} ${file("/etc/passwd")}"\n}\n',
        'locals {\n  x = <<-EOT\n    one " quote\n  EOT\n  y = file("/etc/passwd")\n}\n',
    ],
    "reads:templatefile in main.tf": ['output "x" {\n  value = templatefile(var.path, {})\n}\n'],
    "reads:filebase64 in main.tf": ['output "x" {\n  value = filebase64 ( "${path.module}/../../x" )\n}\n'],
}


@pytest.mark.parametrize(("text", "key"), [(text, key) for key, texts in WANTS.items() for text in texts])
def test_what_must_be_allowed_is_named(text: str, key: str) -> None:
    (finding,) = [each for each in found({"main.tf": text}) if each.key.partition(":")[0] == key.partition(":")[0]]
    assert finding.key == key
    assert "main.tf" in finding.sentence


@pytest.mark.parametrize(
    "text",
    [
        'output "x" {\n  value = file("${path.module}/policy.json")\n}\n',
        'output "x" {\n  value = templatefile("${path.module}/a/b.tpl", { x = var.y })\n}\n',
        'output "x" {\n  value = fileset(path.module, "*.json")\n}\n',
        '# provisioner "local-exec" {}\n  // data "external" "x" {}\n',
        'variable "x" {\n  description = "A provisioner to use, or a file (see file)."\n}\n',
        'resource "aws_sqs_queue" "x" {\n  name = "local-exec"\n}\n',
        'module "m" {\n  source = "./modules/../modules/inner"\n}\n',
    ],
)
def test_what_is_harmless_needs_no_allowance(text: str) -> None:
    assert keys({"main.tf": text, "modules/inner/main.tf": ""}) == []


def test_only_what_terraform_would_load_counts() -> None:
    """Examples and tests of a public module are full of provisioners."""
    assert keys({"main.tf": "", "examples/complete/main.tf": _NULL, "tests/x.tf": _NULL}) == []
    inner = {"main.tf": 'module "m" {\n  source = "./a"\n}\n', "a/main.tf": 'module "m" {\n  source = "../b"\n}\n'}
    assert keys({**inner, "b/main.tf": _NULL}) == ["provisioner:local-exec"]
    # Two that call each other are Terraform's to refuse; here nothing goes round for ever.
    assert keys({**inner, "b/main.tf": 'module "m" {\n  source = "../a"\n}\n'}) == []


def test_json_hides_nothing() -> None:
    evil = {"resource": {"null_resource": {"x": {"provisioner": [{"local-exec": {"command": "id"}}]}}}}
    assert keys({"main.tf.json": json.dumps(evil)}) == ["provisioner:local-exec"]
    assert (
        keys({"main.tf.json": json.dumps({"data": {"external": {"x": [{"program": ["id"]}]}}})})[0] == "data:external"
    )
    assert keys({"a.tf": "", "b.tf.json": json.dumps({"module": [{"m": {"source": "a/b/c"}}]})}) == ["module:a/b/c"]
    doubled = '{"resource": {"null_resource": {}}, "resource": {}}'
    with pytest.raises(CatalogError, match="stands twice"):
        keys({"main.tf.json": doubled})


def test_what_leads_outside_can_never_be_allowed() -> None:
    (finding,) = found({"main.tf": 'module "m" {\n  source = "../outside"\n}\n'})
    assert not finding.allowable
    assert "outside the archive: ../outside" in finding.sentence


def test_sources_of_providers() -> None:
    assert source_of("aws") == source_of("hashicorp/aws") == source_of("registry.terraform.io/Hashicorp/aws")
    assert source_of("example.com/acme/x") == "example.com/acme/x"
