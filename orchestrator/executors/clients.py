"""boto3 clients. Making one costs a tenth of a second, so they are kept; a client serves any number of threads."""

import threading
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import boto3
from botocore.config import Config

from orchestrator.sentences import stated

from .base import CloudAccess, ExecutorError, StoreAccess

_making = threading.Lock()

_CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "aws_access_key_id",
    "AWS_SECRET_ACCESS_KEY": "aws_secret_access_key",
    "AWS_SESSION_TOKEN": "aws_session_token",
}
_ASSUMED = {
    "AccessKeyId": "AWS_ACCESS_KEY_ID",
    "SecretAccessKey": "AWS_SECRET_ACCESS_KEY",
    "SessionToken": "AWS_SESSION_TOKEN",
}


def store_client(store: StoreAccess) -> Any:
    """An S3 client for the state and artefact buckets."""
    return _kept("s3", store.region, store.endpoint_url, _credentials(store.secrets), 4)


def cloud_client(cloud: CloudAccess, service: str, *, session_name: str, attempts: int = 4) -> Any:
    """A client for one service of an environment's cloud, in its role when it has one.

    `attempts` 1 never repeats a call, for operations that would do a thing twice. Raises ExecutorError for an
    environment that is not in AWS.
    """
    if cloud.kind != "aws":
        detail = stated("This is a call of AWS, and the environment is in another cloud.")
        raise ExecutorError("wrong_cloud", detail)
    secrets = _assumed(cloud, session_name) if cloud.role_arn else cloud.secrets
    make = _make if cloud.role_arn else _kept
    return make(service, cloud.region, cloud.endpoint_url, _credentials(secrets), attempts)


def own_keys() -> dict[str, str]:
    """The keys this process itself has at the moment, as environment variables; empty when it has none."""
    with _making:
        credentials = boto3.session.Session().get_credentials()
    if credentials is None:
        return {}
    keys = credentials.get_frozen_credentials()
    found = (keys.access_key, keys.secret_key, keys.token)
    return {name: value for name, value in zip(_CREDENTIALS, found, strict=True) if value}


def _assumed(cloud: CloudAccess, session_name: str) -> Mapping[str, str]:
    sts = _kept("sts", cloud.region, cloud.endpoint_url, _credentials(cloud.secrets), 4)
    policy = {"Policy": cloud.session_policy} if cloud.session_policy else {}
    answer = sts.assume_role(RoleArn=cloud.role_arn, RoleSessionName=session_name[:64], **policy)
    return {variable: answer["Credentials"][name] for name, variable in _ASSUMED.items()}


def _credentials(secrets: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """As keyword arguments; none at all means the process's own identity."""
    return tuple((argument, secrets[name]) for name, argument in _CREDENTIALS.items() if secrets.get(name))


def _make(
    service: str, region: str, endpoint_url: str | None, credentials: tuple[tuple[str, str], ...], attempts: int
) -> Any:
    config = Config(
        connect_timeout=5,
        read_timeout=60,
        retries={"mode": "standard", "total_max_attempts": attempts},
        s3={"addressing_style": "path"} if endpoint_url else {},
        user_agent_extra="infrachat",
    )
    keys: dict[str, Any] = dict(credentials)
    with _making:  # boto3's default session is not safe to use from several threads
        session = boto3.session.Session(region_name=region, **keys)
        return session.client(service, endpoint_url=endpoint_url, config=config)  # type: ignore[call-overload]


_kept = lru_cache(maxsize=32)(_make)
