"""Everything an executor may know of one phase of one job, gathered from the database, settings and environment."""

import os
import shutil
import stat
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings

from chatbot_project.mongo.connections import collection

from .documents import Document, jobs, stacks, unmasked_values
from .environment_places import PLACE_FIELDS, cloud_of
from .executors.base import CloudAccess, Context, ExecutorError, LogLine, Module, StackRef, StoreAccess
from .executors.credentials.aws import KEYS
from .executors.credentials.base import Place
from .executors.credentials.registry import adapter_of
from .hosts import this_host
from .states import TERMINAL

_CHECK = "check-"
_CHECK_SECONDS = 3600.0


def context_make(
    job: Document,
    *,
    start: int,
    policy_version: str,
    timeout_seconds: float,
    fence: int,
    emit: Callable[[LogLine], None],
    should_stop: Callable[[], str | None],
    on_process: Callable[[int, float], None],
    on_lock: Callable[[str], None],
    begun: bool = False,
) -> Context:
    """The context of one phase of `job`. `begun`: something was started already and is followed or found out, also
    where the environment is switched off by now. Raises ExecutorError when what it needs is not there any more."""
    environment = collection("orchestrator_environment").find_one({"_id": job["environment"]})
    if environment is None or not (environment["enabled"] or begun):
        raise ExecutorError("environment_gone", f"The environment {job['environment']} is not there any more.")
    runs_root_make()
    return Context(
        job_id=job["_id"],
        kind=job["kind"],
        start=start,
        run_dir=run_dir(job["_id"]),
        stack=_stack(job),
        module=_module(job),
        action=job["definition"],
        values=unmasked_values(job),
        cloud=_cloud(environment),
        store=store_access(),
        policy_version=policy_version,
        timeout_seconds=timeout_seconds,
        stop_grace_seconds=settings.ORCHESTRATOR["STOP_GRACE_SECONDS"],
        emit=emit,
        should_stop=should_stop,
        on_process=on_process,
        on_lock=on_lock,
        environment=job["environment"],
        fence=fence,
        host=this_host(),
        imports=dict(job.get("imports") or {}),
    )


def run_dir(job_id: str) -> Path:
    """The job's private directory on this machine; executors make it."""
    return runs_root() / job_id


def runs_root() -> Path:
    return Path(settings.TERRAFORM_RUN_DIR or Path(tempfile.gettempdir(), f"infrachat-runs-{os.getuid()}"))


def runs_root_make() -> Path:
    """The directory of all run directories, made where it is missing. Raises ExecutorError when it is not private."""
    root = runs_root()
    _make_private(root)
    return root


def _make_private(root: Path) -> None:
    """Below a directory that all may write to, somebody else may have made ours before us, to read and swap plans."""
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    if settings.TERRAFORM_RUN_DIR:
        return  # chosen by who runs us, who may have mounted it under another owner
    found = root.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise ExecutorError("run_dir_unusable", "The worker's run directory belongs to somebody else.")
    if stat.S_IMODE(found.st_mode) & 0o077:
        root.chmod(0o700)


def run_dir_discard(job_id: str) -> None:
    """Remove the directory of a finished job: it holds secrets."""
    shutil.rmtree(run_dir(job_id), ignore_errors=True)


def run_dirs_clean() -> None:
    """Remove what finished while no worker was looking: rejected, expired and canceled jobs, and those of the dead."""
    found = runs_root().iterdir() if runs_root().is_dir() else ()
    here = [path.name for path in found if not _is_being_checked(path)]
    unfinished = {"_id": {"$in": here}, "state": {"$nin": [each.value for each in TERMINAL]}}
    kept = {job["_id"] for job in jobs().find(unfinished, {"_id": 1})}
    for job_id in set(here) - kept:
        run_dir_discard(job_id)


def check_dir(upload_id: str) -> Path:
    """The private directory in which an uploaded module is looked at."""
    return runs_root_make() / f"{_CHECK}{upload_id}"


def _is_being_checked(path: Path) -> bool:
    """Whether somebody may be looking at a module there now; who is done removes it."""
    try:
        return path.name.startswith(_CHECK) and time.time() - path.stat().st_mtime < _CHECK_SECONDS
    except OSError:
        return False


def lock_store(digest: str, lock: str) -> None:
    """Keep the provider lock of a blueprint version's first init; later ones change nothing."""
    collection("orchestrator_blueprintversion").update_one({"_id": digest, "lock": None}, {"$set": {"lock": lock}})


def _stack(job: Document) -> StackRef | None:
    if job["stack_id"] is None:
        return None
    stack = stacks().find_one({"_id": job["stack_id"]})
    if stack is None:
        raise ExecutorError("stack_gone", "The stack of this job is not there any more.")
    return StackRef(id=stack["_id"], name=stack["name"], environment=stack["environment"], owner=stack["owner_name"])


def _module(job: Document) -> Module | None:
    if job["blueprint_version"] is None:
        return None
    version = collection("orchestrator_blueprintversion").find_one({"_id": job["blueprint_version"]})
    if version is None:
        raise ExecutorError("blueprint_gone", f"The files of the blueprint {job['subject']} are not stored any more.")
    return Module(
        name=version["name"],
        digest=version["_id"],
        archive=bytes(version["archive"]),
        outputs=tuple(version["manifest"].get("outputs") or ()),
        sensitive_variables=tuple(each["name"] for each in version["variables"] if each.get("sensitive")),
        lock=version["lock"],
        sensitive_outputs=tuple(version["manifest"].get("sensitive_outputs") or ()),
        continue_after_interruption=bool(version["manifest"].get("continue_after_interruption", False)),
    )


def _cloud(environment: Mapping[str, Any]) -> CloudAccess:
    """By the adapter of the environment's cloud, from this worker's own variables. Raises ExecutorError."""
    place = Place(
        environment=environment["_id"],
        region=environment["region"],
        prefix=environment.get("credentials_prefix") or "",
        **{name: environment.get(name) or "" for name in PLACE_FIELDS if name != "credentials_prefix"},
    )
    return adapter_of(cloud_of(environment)).access(place, os.environ)


def store_access() -> StoreAccess:
    """Where state and artefacts are kept, with this process's keys for it."""
    return StoreAccess(
        state_bucket=settings.STATE_BUCKET,
        artefact_bucket=settings.ARTEFACT_BUCKET,
        region=settings.STORE_REGION,
        endpoint_url=settings.STORE_ENDPOINT_URL or os.environ.get("AWS_ENDPOINT_URL") or None,
        secrets=_secrets("STORE_") or _secrets(""),
    )


def _secrets(prefix: str) -> dict[str, str]:
    return {name: value for name in KEYS if (value := os.environ.get(f"{prefix}{name}"))}
