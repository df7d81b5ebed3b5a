import hashlib
import io
import zipfile
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from orchestrator.management.commands import install_terraform
from orchestrator.management.commands.install_terraform import install, system_name


def release(content: bytes = b"#!/bin/sh\n") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        packed.writestr("LICENSE.txt", "licence")
        packed.writestr("terraform", content)
    return buffer.getvalue()


def test_the_right_archive_is_installed(tmp_path: Path) -> None:
    archive = release()

    target = install(archive, hashlib.sha256(archive).hexdigest(), tmp_path / "bin")

    assert target.read_bytes() == b"#!/bin/sh\n"
    assert target.stat().st_mode & 0o111
    assert [path.name for path in target.parent.iterdir()] == ["terraform"]


def test_another_archive_is_not(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"its SHA-256 is .* Nothing was installed"):
        install(release(b"evil"), "0" * 64, tmp_path / "bin")
    assert not (tmp_path / "bin").exists()


def test_a_downloaded_archive_can_be_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    archive = tmp_path / "terraform.zip"
    archive.write_bytes(release())
    monkeypatch.setitem(install_terraform.DIGESTS, system_name(), hashlib.sha256(archive.read_bytes()).hexdigest())

    call_command("install_terraform", archive=str(archive), directory=str(tmp_path / "bin"))

    assert f"TERRAFORM_BINARY={tmp_path / 'bin/terraform'}" in capsys.readouterr().out


def test_without_a_network_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Without a network: download"):
        call_command("install_terraform", url="https://127.0.0.1:1/terraform.zip", directory=str(tmp_path))
    with pytest.raises(CommandError, match="is no https address"):
        call_command("install_terraform", url="file:///etc/passwd", directory=str(tmp_path))
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("install_terraform", archive=str(tmp_path / "none"), directory=str(tmp_path))


def test_a_system_without_a_pinned_release_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install_terraform.platform, "machine", lambda: "riscv64")
    with pytest.raises(CommandError, match="No Terraform release is pinned for linux_riscv64"):
        system_name()
