"""Argument lists for Terraform, built by python-terraform; running them is process.py's business.

python-terraform's own `cmd` is not used: it copies the whole environment into the child, reads the output only at its
end, and takes its child down with it.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from python_terraform import IsFlagged, Terraform

# Long enough for somebody's `terraform state list` on the same stack.
_LOCK_TIMEOUT = "30s"


def init(binary: Path, *, locked: bool) -> list[str]:
    return _command(binary, "init", json=IsFlagged, input=False, lockfile="readonly" if locked else None)


def init_alone(binary: Path) -> list[str]:
    """Without a state: to look at a module, not to run it."""
    return _command(binary, "init", json=IsFlagged, input=False, backend=False)


def validate(binary: Path) -> list[str]:
    return _command(binary, "validate", json=IsFlagged)


def plan(binary: Path, kind: str, out: str, targets: Sequence[str] = ()) -> list[str]:
    """Without the state's lock: planning changes nothing, an apply of a plan whose state has changed is refused, and a
    plan that is killed must leave no lock behind."""
    mode = {"destroy": {"destroy": IsFlagged}, "drift": {"refresh_only": IsFlagged}}.get(kind, {})
    return _command(binary, "plan", json=IsFlagged, input=False, lock=False, out=out, target=list(targets), **mode)


def show(binary: Path, plan_file: str) -> list[str]:
    return _command(binary, "show", plan_file, json=IsFlagged)


def apply(binary: Path, plan_file: str) -> list[str]:
    return _command(binary, "apply", plan_file, json=IsFlagged, input=False, lock_timeout=_LOCK_TIMEOUT)


def record(binary: Path, plan_file: str) -> list[str]:
    """Apply a plan that changes nothing but the state, whose lock is ours already."""
    return _command(binary, "apply", plan_file, json=IsFlagged, input=False, lock=False)


def adopt(binary: Path, address: str, identity: str) -> list[str]:
    """Record one thing as it is; the state's lock is ours already."""
    return _command(binary, "import", address, identity, input=False, lock=False, no_color=IsFlagged)


def _command(binary: Path, name: str, *arguments: str, **options: Any) -> list[str]:
    # Without a state's name Terraform() would read whatever state file lies in the worker's own directory.
    builder = Terraform(terraform_bin_path=str(binary), working_dir="/nonexistent", state="none")
    built: list[str] = builder.generate_cmd_string(name, *arguments, **options)
    return built
