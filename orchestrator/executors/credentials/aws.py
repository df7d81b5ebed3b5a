"""AWS: keys, or the worker's own identity; with them a role is assumed where the environment names one.

The role is assumed by whoever calls (the provider, boto3), with the environment's session policy: what the role and
the policy both allow is allowed. So no key of the role ever stands in a variable, and long applies get new ones.
"""

from collections.abc import Callable, Mapping
from typing import Any

from orchestrator.executors.base import CloudAccess, StackRef
from orchestrator.sentences import stated

from .base import Place, Worker, literal, plain_tags

KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
# How containers and clusters give a process its identity: for a worker that is given no keys.
OWN_IDENTITY = (
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN", "AWS_ROLE_SESSION_NAME",
)  # fmt: skip


class AwsAdapter:
    kind = "aws"
    title = "AWS"
    variables = frozenset({*KEYS, *OWN_IDENTITY})
    marks: tuple[str, ...] = ('"aws_', '/aws"')

    def access(self, place: Place, environ: Mapping[str, str]) -> CloudAccess:
        """Keys named by the environment, or the worker's own."""
        worker = Worker(place, environ)
        secrets = worker.some(KEYS)
        if place.prefix and "AWS_ACCESS_KEY_ID" not in secrets:
            raise worker.missing(
                stated("it has no %(name)s, which the environment names", name=worker.called("AWS_ACCESS_KEY_ID"))
            )
        if secrets and len(secrets.keys() & {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}) == 1:
            lost = next(name for name in KEYS if name not in secrets)
            raise worker.missing(stated("it has only one half of a key; %(name)s is missing", name=worker.called(lost)))
        return CloudAccess(
            region=place.region,
            secrets=secrets,
            role_arn=place.role_arn or None,
            endpoint_url=place.endpoint_url or environ.get("AWS_ENDPOINT_URL") or None,
            session_policy=place.session_policy or None,
        )

    def demanded(self, mentions: Callable[[str], bool]) -> dict[str, Any]:
        return {}

    def providers(self, cloud: CloudAccess, stack: StackRef, mentions: Callable[[str], bool]) -> dict[str, Any]:
        if not mentions("aws"):
            return {}
        provider: dict[str, Any] = {"region": literal(cloud.region), "default_tags": {"tags": plain_tags(stack)}}
        if cloud.role_arn:
            role = {"role_arn": literal(cloud.role_arn), "session_name": f"infrachat-{literal(stack.id)}"}
            policy = {"policy": literal(cloud.session_policy)} if cloud.session_policy else {}
            provider["assume_role"] = {**role, **policy}
        if cloud.endpoint_url:
            skipped = ("skip_credentials_validation", "skip_metadata_api_check", "skip_region_validation")
            provider |= {"s3_use_path_style": True, **dict.fromkeys(skipped, True)}
        return {"aws": provider}
