"""Finding the binary and the provider mirror."""

from pathlib import Path

import pytest

from orchestrator.executors.base import ExecutorError
from orchestrator.executors.terraform import arguments
from orchestrator.executors.terraform.binary import binary_find
from orchestrator.executors.terraform.mirror import cli_configuration, mirror_find, providers

AWS = "registry.terraform.io/hashicorp/aws"


def program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def mirror(path: Path, *sources: str) -> Path:
    for source in sources:
        (path / source / "5.0.0").mkdir(parents=True)
    return path


def test_terraform_comes_before_tofu(tmp_path: Path) -> None:
    tofu = program(tmp_path / "a/tofu")
    assert binary_find("", {"PATH": str(tmp_path / "a")}) == tofu
    terraform = program(tmp_path / "b/terraform")
    assert binary_find("", {"PATH": f"{tmp_path / 'a'}:{tmp_path / 'b'}"}) == terraform


def test_the_setting_comes_first_and_must_be_right(tmp_path: Path) -> None:
    named = program(tmp_path / "mine")
    assert binary_find(str(named), {"PATH": ""}) == named
    with pytest.raises(ExecutorError, match="TERRAFORM_BINARY names /nowhere/terraform, which is no program here"):
        binary_find("/nowhere/terraform", {"PATH": str(tmp_path)})


def test_without_any_a_sentence_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ExecutorError, match="install_terraform") as failed:
        binary_find("", {"PATH": str(tmp_path)})
    assert failed.value.code == "terraform_missing"


def test_mirrors_are_looked_for_in_order(tmp_path: Path) -> None:
    home, data, system = tmp_path / "home", tmp_path / "data", tmp_path / "opt"
    environ = {"HOME": str(home), "XDG_DATA_DIRS": str(data)}
    assert mirror_find("", environ, system) is None
    below = mirror(system / "plugins", AWS)
    assert mirror_find("", environ, system) == below
    implied = mirror(data / "terraform/plugins", AWS)
    assert mirror_find("", environ, system) == implied
    own = mirror(home / ".terraform.d/plugins", AWS)
    assert mirror_find("", environ, system) == own
    named = mirror(tmp_path / "named", AWS)
    assert mirror_find(str(named), environ, system) == named


def test_an_empty_directory_is_no_mirror(tmp_path: Path) -> None:
    (tmp_path / "opt/x/registry.terraform.io/hashicorp/aws").mkdir(parents=True)
    assert mirror_find("", {"HOME": "/nonexistent", "XDG_DATA_DIRS": "/nonexistent"}, tmp_path / "opt") is None


def test_a_mirror_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ExecutorError, match="TERRAFORM_PROVIDER_MIRROR names"):
        mirror_find(str(tmp_path / "none"))


def test_what_a_mirror_has_comes_from_it_alone(tmp_path: Path) -> None:
    found = mirror(tmp_path / "m", AWS, "registry.terraform.io/hashicorp/random", "registry.opentofu.org/x/y")

    text = cli_configuration(found, tmp_path / "cache")

    assert providers(found) == (AWS, "registry.terraform.io/hashicorp/random", "registry.opentofu.org/x/y")
    assert text.count(f'"{AWS}"') == 2
    assert "plugin_cache_dir" not in text
    assert f'plugin_cache_dir = "{tmp_path / "cache"}"' in cli_configuration(None, tmp_path / "cache")


def test_argument_lists() -> None:
    binary = Path("/bin/terraform")

    assert arguments.init(binary, locked=False) == ["/bin/terraform", "init", "-json", "-input=false"]
    assert arguments.init(binary, locked=True)[-1] == "-lockfile=readonly"
    assert "-destroy" in arguments.plan(binary, "destroy", "p")
    assert "-refresh-only" in arguments.plan(binary, "drift", "p")
    assert "-out=p" in arguments.plan(binary, "apply", "p")
    assert arguments.apply(binary, "plan.tfplan")[-1] == "plan.tfplan"
    assert arguments.show(binary, "plan.tfplan") == ["/bin/terraform", "show", "-json", "plan.tfplan"]
