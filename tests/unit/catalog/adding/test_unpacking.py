"""Archives from anybody: plain files at plain paths, or a sentence that names what cannot be taken."""

import bz2
import gzip
import io
import lzma
import os
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestrator.catalog.adding import unpacking
from orchestrator.catalog.adding.unpacking import files_of_archive, files_of_path, manifest_and_module
from orchestrator.catalog.archive import packed
from orchestrator.catalog.errors import CatalogError


def tar_of(*members: tuple[tarfile.TarInfo, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for member, content in members:
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def member(name: str, **fields: object) -> tarfile.TarInfo:
    found = tarfile.TarInfo(name)
    for key, value in fields.items():
        setattr(found, key, value)
    return found


def zip_of(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


def linked(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = 0o120777 << 16
    return info


FILES = {"main.tf": b"# nothing\n", "modules/a/main.tf": b"", "files/binary": bytes(range(256))}


@pytest.mark.parametrize(
    "make",
    [
        lambda: tar_of(*((member(f"./{n}"), c) for n, c in FILES.items())),
        lambda: zip_of(*FILES.items()),
        lambda: packed(FILES),
    ],
)
def test_what_was_packed_comes_out_as_it_was(make: Callable[[], bytes]) -> None:
    assert files_of_archive(make()) == FILES


def test_a_folder_around_everything_is_taken_off(tmp_path: Path) -> None:
    inner = {f"terraform-aws-thing-1.2/{name}": content for name, content in FILES.items()}
    assert manifest_and_module(files_of_archive(zip_of(*inner.items()))) == (None, FILES)
    blueprint = {"thing/blueprint.yaml": b"name: thing\n", **{f"thing/module/{n}": c for n, c in FILES.items()}}
    assert manifest_and_module(files_of_archive(zip_of(*blueprint.items()))) == ("name: thing\n", FILES)


@pytest.mark.parametrize(
    ("archive", "sentence"),
    [
        (tar_of((member("a.tf", type=tarfile.SYMTYPE, linkname="/etc/passwd"), b"")), "'a.tf' is a symbolic link"),
        (tar_of((member("a.tf", type=tarfile.LNKTYPE, linkname="main.tf"), b"")), "'a.tf' is a hard link"),
        (tar_of((member("tty", type=tarfile.CHRTYPE), b"")), "'tty' is a device"),
        (tar_of((member("pipe", type=tarfile.FIFOTYPE), b"")), "'pipe' is a device"),
        (tar_of((member("/etc/cron.d/x"), b"")), "'/etc/cron.d/x' is an absolute path"),
        (tar_of((member("a/../../x.tf"), b"")), "'a/../../x.tf' leads out of the module"),
        (tar_of((member("../evil", type=tarfile.DIRTYPE), b"")), "'../evil' leads out of the module"),
        (tar_of((member("a.tf"), b"1"), (member("./a.tf"), b"2")), "a.tf stands in it twice"),
        (zip_of((linked("link.tf"), b"/etc/passwd")), "'link.tf' is a symbolic link"),
        (zip_of(("../x.tf", b"")), "'../x.tf' leads out of the module"),
        (zip_of(("/x.tf", b"")), "'/x.tf' is an absolute path"),
        (zip_of(("C:/x.tf", b"")), "'C:/x.tf' is an absolute path"),
        (zip_of(("a\\..\\x.tf", b"")), "is no plain path"),
        (zip_of(("a\n.tf", b"")), "is no plain path"),
        (zip_of(("main.tofu", b"")), "is for OpenTofu alone"),
        (b"", "no zip or tar archive"),
        (b"PK\x03\x04 nothing", "no zip or tar archive"),
        (b"\x1f\x8b\x08 nothing", "no zip or tar archive"),
        (packed(FILES)[:60], "no zip or tar archive"),
        (tar_of(), "It holds no files."),
    ],
)
def test_what_cannot_be_taken_is_named(archive: bytes, sentence: str) -> None:
    with pytest.raises(CatalogError) as caught:
        files_of_archive(archive)
    assert sentence in str(caught.value)


def test_a_bomb_does_not_go_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "_MOST_BYTES", 100_000)
    monkeypatch.setattr(unpacking, "_MOST_FILES", 50)
    with pytest.raises(CatalogError, match="larger than"):
        files_of_archive(zip_of(("zeros", bytes(5_000_000))))
    with pytest.raises(CatalogError, match="larger than"):
        files_of_archive(tar_of((member("zeros"), bytes(5_000_000))))
    for make in (
        lambda n: tar_of(*((member(each), b"x" * 5_000) for each in n)),
        lambda n: zip_of(*((e, b"x" * 5_000) for e in n)),
    ):
        with pytest.raises(CatalogError, match="more than 50 files"):
            files_of_archive(make([f"{n}.tf" for n in range(60)]))


def test_a_header_that_never_ends_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few kilobytes packed, which tarfile would unpack into memory before it says anything."""
    monkeypatch.setattr(unpacking, "_MOST_TAR_BYTES", 1_000_000)
    header = tarfile.TarInfo("x")
    header.type, header.size = tarfile.XHDTYPE, 200_000_000
    bomb = header.tobuf(tarfile.USTAR_FORMAT) + bytes(5_000_000)
    for pack in (gzip.compress, bz2.compress, lzma.compress):
        with pytest.raises(CatalogError, match="more than 2,000 files or 50 MB"):
            files_of_archive(pack(bomb))
    with pytest.raises(CatalogError, match="more than 2,000 files"):
        files_of_archive(zip_of(("main.tf", b"")) + b"PK\x01\x02" * 10_001 + zip_of(("main.tf", b"")))


def test_a_directory_with_a_link_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text("")
    (tmp_path / ".terraform").mkdir()
    (tmp_path / ".terraform" / "left").symlink_to("/etc/passwd")
    assert files_of_path(tmp_path) == {"main.tf": b""}

    (tmp_path / "secrets").symlink_to("/etc")
    with pytest.raises(CatalogError, match="'secrets' is a symbolic link"):
        files_of_path(tmp_path)
    (tmp_path / "secrets").unlink()
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(CatalogError, match="'pipe' is a device, a socket or a pipe"):
        files_of_path(tmp_path)


def test_a_module_lies_at_the_top() -> None:
    with pytest.raises(CatalogError, match="no Terraform file"):
        manifest_and_module({"a/main.tf": b"", "b/main.tf": b""})
