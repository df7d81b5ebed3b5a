"""Terraform for the stack: what the person has, else the pinned release is fetched once into the stack's directory."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from .state import PROJECT


def terraform_provided(state: Path, environ: Mapping[str, str], *, say: Callable[[str], None]) -> dict[str, str]:
    """The variables to add so that Terraform is found: none when it is there already, or when it cannot be had."""
    if environ.get("TERRAFORM_BINARY") or shutil.which("terraform") or shutil.which("tofu"):
        return {}
    kept = state / "bin" / "terraform"
    if not os.access(kept, os.X_OK) and not _installed(kept.parent, say):
        return {}
    return {"TERRAFORM_BINARY": str(kept)}


def _installed(directory: Path, say: Callable[[str], None]) -> bool:
    say("Terraform was not found; fetching the pinned release.")
    directory.mkdir(exist_ok=True)
    command = [sys.executable, "manage.py", "install_terraform", "--directory", str(directory)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)  # noqa: S603
    if done.returncode == 0:
        say((done.stdout.strip().splitlines() or [f"Terraform is in {directory}."])[-1])
        return True
    # The command's own sentence says what to do; everything but Terraform jobs works meanwhile.
    say((done.stderr.strip().splitlines() or ["Terraform could not be fetched."])[-1].removeprefix("CommandError: "))
    return False
