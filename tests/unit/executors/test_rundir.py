import stat
from pathlib import Path

import pytest

from orchestrator.executors.base import ExecutorError
from orchestrator.executors.terraform.rundir import RunDir, discard
from tests.unit.executors.contexts import archive


def made(tmp_path: Path) -> RunDir:
    run = RunDir(tmp_path / "runs/job")
    run.make()
    return run


def test_it_is_private_and_made_anew(tmp_path: Path) -> None:
    run = made(tmp_path)
    run.plan.write_text("old")
    run.module.mkdir()

    run.make()

    assert stat.S_IMODE(run.path.stat().st_mode) == 0o700
    assert not run.plan.exists()
    assert not run.module.exists()
    discard(run.path)
    assert not run.path.exists()


def test_modules_are_unpacked_where_their_files_are(tmp_path: Path) -> None:
    run = made(tmp_path)
    assert run.unpack(archive({"main.tf": b'resource "aws_vpc" "x" {}', "sub/a.tf": b""})) == Path("module")
    assert (run.mentions("aws"), run.mentions("azurerm")) == (True, False)

    run.make()
    assert run.unpack(archive({"module/main.tf": b"", "blueprint.yaml": b""})) == Path("module/module")


@pytest.mark.parametrize("name", ["../out.tf", "/tmp/out.tf", "a/../../out.tf"])
def test_an_archive_stays_inside(tmp_path: Path, name: str) -> None:
    with pytest.raises(ExecutorError, match="archive is damaged"):
        made(tmp_path).unpack(archive({name: b"x"}))
    assert not list(tmp_path.rglob("out.tf"))


@pytest.mark.parametrize(
    "data", [b"", b"no archive", archive({"main.tf": b"x" * 100})[:40]], ids=["empty", "text", "cut"]
)
def test_a_damaged_archive_is_a_sentence(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(ExecutorError, match="archive is damaged") as failed:
        made(tmp_path).unpack(data)
    assert failed.value.code == "module_invalid"
