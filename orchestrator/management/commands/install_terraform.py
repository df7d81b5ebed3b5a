"""`manage.py install_terraform`: fetch the pinned release of Terraform and check it before it is used."""

import hashlib
import io
import os
import platform
import sys
import tempfile
import urllib.error
import urllib.request
import zipfile
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

VERSION = "1.11.4"

# SHA-256 of the release archives. Taken from public packaging recipes that agree with one another (Homebrew, Arch
# Linux, Chromebrew, Nix), not from the server the archive comes from: what that server says proves nothing about it.
# Whoever raises VERSION compares them with HashiCorp's signed terraform_<version>_SHA256SUMS.
DIGESTS = {
    "linux_amd64": "1ce994251c00281d6845f0f268637ba50c0005657eb3cf096b92f753b42ef4dc",
    "linux_arm64": "a43d1d0da9b9bab214a8305a39db0e40869572594ccf50c416a7756499143633",
    "darwin_amd64": "a56d5002b9f7647291faccc3dd1a70350e60fb61e4c45037629508b8fdc2575b",
    "darwin_arm64": "867e0808fa971217043e25b7a792b10720c79b1546f8a68479b74f138be73e18",
}
URL = "https://releases.hashicorp.com/terraform/{version}/terraform_{version}_{platform}.zip"

_TIMEOUT_SECONDS = 60
_LARGEST_BYTES = 200_000_000
_MACHINES = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


class Command(BaseCommand):
    help = f"Fetch Terraform {VERSION} from HashiCorp, check its SHA-256, and install it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--directory", default=".infrachat/bin", help="where to put it (default: %(default)s)")
        parser.add_argument("--archive", help="a release archive that was downloaded by other means")
        parser.add_argument("--url", default="", help="a mirror of the release archive; the digest stays the same")

    def handle(self, *args: Any, **options: Any) -> None:
        system = system_name()
        url = options["url"] or URL.format(version=VERSION, platform=system)
        archive = _read(Path(options["archive"])) if options["archive"] else _fetch(url)
        target = install(archive, DIGESTS[system], Path(options["directory"]))
        self.stdout.write(f"Terraform {VERSION} is installed at {target}.")
        self.stdout.write(f"Use it with TERRAFORM_BINARY={target}, or put its directory on PATH.")


def system_name() -> str:
    """Such as linux_amd64. Raises CommandError where no release is pinned."""
    name = f"{sys.platform}_{_MACHINES.get(platform.machine().lower(), platform.machine())}"
    if name not in DIGESTS:
        raise CommandError(
            f"No Terraform release is pinned for {name}. Install Terraform {VERSION} (or OpenTofu) yourself "
            "and name it in TERRAFORM_BINARY."
        )
    return name


def install(archive: bytes, digest: str, directory: Path) -> Path:
    """Check a release archive and put its program into `directory`; what was there stays until the new one is whole.

    Raises CommandError when the archive is not the pinned one.
    """
    found = hashlib.sha256(archive).hexdigest()
    if found != digest:
        raise CommandError(
            f"The archive is not Terraform {VERSION} as HashiCorp released it: its SHA-256 is {found}, not {digest}. "
            "Nothing was installed."
        )
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        program = packed.read("terraform")
    directory.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=directory, prefix=".terraform-")
    with os.fdopen(descriptor, "wb") as file:
        file.write(program)
    Path(name).chmod(0o755)
    target = directory / "terraform"
    Path(name).replace(target)
    return target.absolute()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error


def _fetch(url: str) -> bytes:
    if not url.startswith("https://"):
        raise CommandError(f"{url} is no https address.")
    try:
        with urllib.request.urlopen(url, timeout=_TIMEOUT_SECONDS) as answer:  # noqa: S310 - https, checked above
            content: bytes = answer.read(_LARGEST_BYTES)
    except (urllib.error.URLError, TimeoutError, OSError) as error:
        reason = getattr(error, "reason", error)
        raise CommandError(
            f"{url} cannot be fetched ({reason}). Without a network: download that archive elsewhere and run "
            "`manage.py install_terraform --archive <file>`, or install terraform or tofu by other means and name it "
            "in TERRAFORM_BINARY. Everything but Terraform jobs works without it."
        ) from error
    return content
