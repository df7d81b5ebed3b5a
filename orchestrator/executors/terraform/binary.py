"""Finds the Terraform (or OpenTofu) binary."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from orchestrator.executors.base import ExecutorError

NAMES = ("terraform", "tofu")
MISSING = (
    "Terraform is not installed on the infrastructure worker: there is no terraform or tofu on PATH. "
    "Install it with `manage.py install_terraform`, or name the program in TERRAFORM_BINARY."
)


def binary_find(setting: str = "", environ: Mapping[str, str] | None = None) -> Path:
    """The program that TERRAFORM_BINARY names (a path, or a name on PATH), else terraform, else tofu, on PATH.

    Raises ExecutorError `terraform_missing` with a sentence that says what to do.
    """
    path = (os.environ if environ is None else environ).get("PATH", os.defpath)
    if setting:
        found = shutil.which(str(Path(setting).expanduser()), path=path)
        if found is None:
            raise ExecutorError("terraform_missing", f"TERRAFORM_BINARY names {setting}, which is no program here.")
        return Path(found).absolute()
    found = next((each for name in NAMES if (each := shutil.which(name, path=path))), None)
    if found is None:
        raise ExecutorError("terraform_missing", MISSING)
    return Path(found).absolute()
