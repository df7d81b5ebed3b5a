"""The generated root configuration that calls a blueprint's module.

People's values never stand in it: strings of `.tf.json` files are templates, so `${file("/etc/passwd")}` would run.
They go into `terraform.tfvars.json`, whose strings Terraform takes as they are; the root only refers to them by name.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from orchestrator.executors.base import CloudAccess, Context, ExecutorError, Module, StackRef, StoreAccess
from orchestrator.executors.credentials.base import literal
from orchestrator.executors.credentials.registry import adapter_of

from .environment import backend_identity

CALL = "stack"
"""The name under which the root calls the module: every resource's address begins with `module.stack.`"""

_PREFIX = f"module.{CALL}."
# Providers that Terraform would look for below hashicorp/, unless told otherwise.
_ELSEWHERE = {"azapi": "Azure/azapi"}
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")
# Arguments of a module block that are not variables of the module.
_RESERVED = frozenset({"source", "version", "providers", "count", "for_each", "lifecycle", "depends_on", "locals"})


def root_configuration(
    context: Context, *, source: Path, mentions: Callable[[str], bool], sensitive_outputs: Iterable[str] = ()
) -> dict[str, Any]:
    """The content of `main.tf.json` for a job's module at `source`, a path relative to the run directory;
    `mentions` says whether a text stands anywhere in the module."""
    stack, module = stack_of(context), module_of(context)
    backend = _backend(context.store, stack, context.cloud) | backend_identity(context.cloud, context.store)
    root: dict[str, Any] = {"terraform": {"backend": {"s3": backend}}}
    root["provider"] = adapter_of(context.cloud.kind).providers(context.cloud, stack, mentions)
    if foreign := {name: {"source": _ELSEWHERE[name]} for name in root["provider"] if name in _ELSEWHERE}:
        root["terraform"]["required_providers"] = foreign
    names = _variable_names(context.values)
    root["variable"] = {name: {"sensitive": True} if name in module.sensitive_variables else {} for name in names}
    root["module"] = {CALL: {"source": f"./{source.as_posix()}", **{name: f"${{var.{name}}}" for name in names}}}
    root["output"] = {
        name: {
            "value": f"${{module.{CALL}.{name}}}",
            "sensitive": name in {*module.sensitive_outputs, *sensitive_outputs},
        }
        for name in module.outputs
    }
    return {section: content for section, content in root.items() if content}


def import_blocks(imports: Mapping[str, str]) -> dict[str, Any]:
    """Configuration that takes over what exists: {address as Terraform has it: id}."""
    return {"import": [{"to": address, "id": literal(identity)} for address, identity in imports.items()]}


def full_address(address: str) -> str:
    """The other way round of `shown_address`."""
    return f"{_PREFIX}{address}"


def state_key(stack: StackRef) -> str:
    return f"stacks/{stack.id}/terraform.tfstate"


def shown_address(address: str) -> str:
    """A resource's address as its module knows it, without the root's own call in front."""
    return address.removeprefix(_PREFIX)


def stack_of(context: Context) -> StackRef:
    if context.stack is None:
        raise ExecutorError("stack_missing", "A Terraform job needs a stack, and this one has none.")
    return context.stack


def module_of(context: Context) -> Module:
    if context.module is None:
        raise ExecutorError("module_missing", "A Terraform job needs a blueprint's module, and this one has none.")
    return context.module


def _variable_names(values: Mapping[str, Any]) -> list[str]:
    for name in values:
        if not _IDENTIFIER.match(name) or name in _RESERVED:
            raise ExecutorError("invalid_value", f"{name} cannot be a variable of a Terraform module.")
    return sorted(values)


def _backend(store: StoreAccess, stack: StackRef, cloud: CloudAccess) -> dict[str, Any]:
    backend: dict[str, Any] = {
        "bucket": literal(store.state_bucket),
        "key": literal(state_key(stack)),
        "region": literal(store.region),
        "encrypt": True,
        "use_lockfile": True,
    }
    if store.endpoint_url:
        backend |= _emulated(store.endpoint_url)
    elif cloud.endpoint_url:
        # The environment's AWS_ENDPOINT_URL is the cloud's; the state is not there.
        backend["endpoints"] = {"s3": f"https://s3.{literal(store.region)}.amazonaws.com"}
    return backend


def _emulated(endpoint_url: str) -> dict[str, Any]:
    skipped = ("credentials_validation", "requesting_account_id", "region_validation", "metadata_api_check")
    return {
        "endpoints": {"s3": literal(endpoint_url)},
        "use_path_style": True,
        **{f"skip_{check}": True for check in skipped},
    }
