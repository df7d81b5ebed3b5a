"""Where providers come from: a mirror directory when there is one, else the registry.

The order: the setting, Terraform's own implied mirror directories
(https://developer.hashicorp.com/terraform/cli/config/config-file#implied-local-mirror-directories), any directory just
below /opt that looks like one. Terraform is told by a private CLI configuration file, so that neither the worker's own
configuration nor its home directory has a say.
"""

import json
import os
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from orchestrator.executors.base import ExecutorError

_REGISTRIES = ("registry.terraform.io", "registry.opentofu.org")
_SYSTEM = Path("/opt")
_NOWHERE = "provider.invalid/none/none"


def mirror_find(setting: str = "", environ: Mapping[str, str] | None = None, system: Path = _SYSTEM) -> Path | None:
    """The mirror directory to use, or None for the registry. A setting that is no directory is an ExecutorError."""
    if setting:
        mirror = Path(setting).expanduser()
        if not mirror.is_dir():
            detail = f"TERRAFORM_PROVIDER_MIRROR names {setting}, which is no directory here."
            raise ExecutorError("provider_mirror_missing", detail)
        return mirror.absolute()
    return next(
        (path for path in _candidates(os.environ if environ is None else environ, system) if providers(path)), None
    )


def providers(mirror: Path) -> tuple[str, ...]:
    """Source addresses (`registry.terraform.io/hashicorp/aws`) of the providers a mirror directory has."""
    hosts = [mirror / name for name in _REGISTRIES if (mirror / name).is_dir()]
    found = (path for host in hosts for path in sorted(host.glob("*/*")) if path.is_dir() and any(path.iterdir()))
    return tuple(path.relative_to(mirror).as_posix() for path in found)


def cli_configuration(mirror: Path | None, plugin_cache: Path) -> str:
    """The text of the CLI configuration file.

    Providers of the mirror come from there alone; a second source for them would be asked for versions each time,
    and fail without a network. Downloads from the registry are kept in `plugin_cache`.
    """
    lines = ["disable_checkpoint = true", f"plugin_cache_dir = {_quoted(str(plugin_cache))}"]
    if mirror is not None:
        mirrored = ", ".join(_quoted(source) for source in providers(mirror))
        lines = [
            "disable_checkpoint = true",
            "provider_installation {",
            f"  filesystem_mirror {{\n    path    = {_quoted(str(mirror))}\n    include = [{mirrored}]\n  }}",
            f"  direct {{\n    exclude = [{mirrored}]\n  }}",
            "}",
        ]
    return "\n".join(lines) + "\n"


def cli_configuration_for(mirror: Path | None, allowed: Collection[str]) -> str:
    """The text of a CLI configuration file by which Terraform installs the `allowed` providers and no other, whatever
    a configuration asks for."""
    here = sorted(set(allowed) & set(providers(mirror) if mirror else ()))
    elsewhere = sorted(set(allowed) - set(here))
    lines = ["disable_checkpoint = true", "provider_installation {"]
    if here and mirror is not None:
        lines.append(f"  filesystem_mirror {{\n    path    = {_quoted(str(mirror))}\n    include = {_list(here)}\n  }}")
    # Without any method in it Terraform would go its usual ways.
    lines.append(f"  direct {{\n    include = {_list(elsewhere or [_NOWHERE])}\n  }}")
    return "\n".join([*lines, "}"]) + "\n"


def _list(texts: Iterable[str]) -> str:
    return f"[{', '.join(_quoted(each) for each in texts)}]"


def _candidates(environ: Mapping[str, str], system: Path) -> Iterator[Path]:
    home = Path(environ.get("HOME") or "/nonexistent")
    yield home / ".terraform.d/plugins"
    if sys.platform == "darwin":
        yield home / "Library/Application Support/io.hashicorp.terraform/plugins"
        yield Path("/Library/Application Support/io.hashicorp.terraform/plugins")
    else:
        yield Path(environ.get("XDG_DATA_HOME") or home / ".local/share") / "terraform/plugins"
        for data in (environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share").split(":"):
            yield Path(data) / "terraform/plugins"
    yield system
    if system.is_dir():
        yield from sorted(path for path in system.iterdir() if path.is_dir())


def _quoted(text: str) -> str:
    """An HCL string literal."""
    return json.dumps(text).replace("${", "$${").replace("%{", "%%{")
