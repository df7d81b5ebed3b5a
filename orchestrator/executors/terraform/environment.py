"""The environment of the Terraform process: what is on the list, and nothing the worker happens to have."""

import os
from collections.abc import Mapping
from typing import Any

from orchestrator.executors.base import CloudAccess, StoreAccess
from orchestrator.executors.clients import own_keys
from orchestrator.executors.credentials.aws import KEYS, OWN_IDENTITY
from orchestrator.executors.credentials.registry import adapter_of

from .rundir import STORE_CREDENTIALS, RunDir, write_private

_PASSED_ON = (
    "PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR", "AWS_CA_BUNDLE",
    "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy", "GOMEMLIMIT",
)  # fmt: skip
_GOGC = "400"
"""How far a heap grows before Go collects garbage, in percent. Terraform and its providers live for seconds and read
schemas of many megabytes: collecting less often saves them a sixth of the processor's time for a fifth more memory."""
_STORE_PROFILE = "infrachat-store"


def child_environment(
    run: RunDir,
    cloud: CloudAccess,
    store: StoreAccess,
    environ: Mapping[str, str] | None = None,
    marks: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """The whole environment of a Terraform process, with `marks` by which it is found again. The home directory is the
    run directory: no foreign settings."""
    here = os.environ if environ is None else environ
    child = {name: here[name] for name in _PASSED_ON if name in here}
    allowed = adapter_of(cloud.kind).variables
    child |= {name: value for name, value in _identity(cloud, store, here).items() if name in allowed}
    child |= {**_told(run, here), "AWS_SDK_UA_APP_ID": "infrachat", **(marks or {})}
    if cloud.endpoint_url:
        child["AWS_ENDPOINT_URL"] = cloud.endpoint_url
    if child.get("AWS_ACCESS_KEY_ID") or not _is_aws(cloud):
        # Keys that do not work must be an error, not a reason to look for the machine's own.
        child["AWS_EC2_METADATA_DISABLED"] = "true"
    return child


def sandbox_environment(run: RunDir, environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """The whole environment of a Terraform process that may look at a module and know nobody: no keys, no role."""
    here = os.environ if environ is None else environ
    child = {name: here[name] for name in _PASSED_ON if name in here and "@" not in here[name]}
    return child | _told(run, here)


def backend_identity(cloud: CloudAccess, store: StoreAccess) -> dict[str, Any]:
    """Backend settings that name the store's own keys, needed where they are not the cloud's. In every cloud the state
    is kept in S3.

    Terraform has one environment for provider and backend. Different keys for the backend stand in a private file
    of the run directory, which `forget_identity` removes as soon as the process has ended. The path is relative to
    that directory because a saved plan keeps these settings and may be applied on another machine.
    """
    if not _two_identities(cloud, store):
        return {}
    return {"profile": _STORE_PROFILE, "shared_credentials_files": [STORE_CREDENTIALS]}


def write_identity(run: RunDir, cloud: CloudAccess, store: StoreAccess) -> None:
    """Before a process starts; an identity without keys (a machine's role) is asked for its present ones."""
    if _two_identities(cloud, store):
        keys = _keys(store.secrets) or own_keys()
        lines = "".join(f"{name.lower()} = {value}\n" for name, value in keys.items())
        write_private(run.store_credentials, f"[{_STORE_PROFILE}]\n{lines}")


def forget_identity(run: RunDir) -> None:
    run.store_credentials.unlink(missing_ok=True)


def _told(run: RunDir, here: Mapping[str, str]) -> dict[str, str]:
    """What Terraform itself is told: nobody sits in front of it, and its home is the run directory."""
    return {
        "GOGC": here.get("GOGC", _GOGC),
        "HOME": str(run.path),
        "TF_CLI_CONFIG_FILE": str(run.cli_configuration),
        "TF_IN_AUTOMATION": "1",
        "TF_INPUT": "0",
        "CHECKPOINT_DISABLE": "1",
    }


def _identity(cloud: CloudAccess, store: StoreAccess, here: Mapping[str, str]) -> Mapping[str, str]:
    if not _is_aws(cloud):
        return {**cloud.named, **cloud.secrets}
    known = cloud.secrets if _keys(cloud.secrets) else {**store.secrets, **cloud.secrets}
    return known or {name: here[name] for name in OWN_IDENTITY if name in here}


def _two_identities(cloud: CloudAccess, store: StoreAccess) -> bool:
    if not _is_aws(cloud):
        return True
    theirs = _keys(cloud.secrets)
    return bool(theirs) and _keys(store.secrets) != theirs


def _is_aws(cloud: CloudAccess) -> bool:
    return cloud.kind == "aws"


def _keys(secrets: Mapping[str, str]) -> dict[str, str]:
    return {name: secrets[name] for name in KEYS if secrets.get(name)}
