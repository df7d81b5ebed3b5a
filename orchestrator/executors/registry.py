"""Which executor does which kind of job: a kind's name and where its class is."""

from functools import cache
from importlib import import_module

from .base import Executor, ExecutorError

_TERRAFORM = "orchestrator.executors.terraform.executor.TerraformExecutor"

EXECUTORS = {
    "apply": _TERRAFORM,
    "destroy": _TERRAFORM,
    "drift": _TERRAFORM,
    "action": "orchestrator.executors.aws.executor.AwsExecutor",
}


def get(kind: str) -> Executor:
    """The executor of a kind of job; it keeps no state between jobs and serves any number of threads."""
    path = EXECUTORS.get(str(kind))
    if path is None:
        known = ", ".join(EXECUTORS)
        raise ExecutorError("unknown_kind", f"There is no executor for jobs of kind {kind}; there are: {known}.")
    return _load(path)


@cache
def _load(path: str) -> Executor:
    module, _, name = path.rpartition(".")
    executor: Executor = getattr(import_module(module), name)()
    return executor
