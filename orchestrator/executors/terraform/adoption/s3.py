"""Buckets, found by name, and what is set on them.

A bucket gets its tags a moment after it was made: one without any is taken for ours only when it has exactly the
planned name (or prefix and Terraform's own ending) and was made since the start was committed.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from .kinds import Cloud, Found, Kind, Planned

_SUFFIX = re.compile(r"\d{18}[0-9a-f]{8}\Z")
# Deletion protection of Terraform's own, kept in the state.
_LOCAL = frozenset({"force_destroy"})
# The operation that reads what is set, and where its answer has it.
_SETTINGS = {
    "aws_s3_bucket_versioning": ("get_bucket_versioning", "Status"),
    "aws_s3_bucket_policy": ("get_bucket_policy", "Policy"),
    "aws_s3_bucket_public_access_block": ("get_public_access_block", "PublicAccessBlockConfiguration"),
    "aws_s3_bucket_ownership_controls": ("get_bucket_ownership_controls", "OwnershipControls"),
    "aws_s3_bucket_server_side_encryption_configuration": (
        "get_bucket_encryption", "ServerSideEncryptionConfiguration",
    ),
    "aws_s3_bucket_lifecycle_configuration": ("get_bucket_lifecycle_configuration", "Rules"),
    "aws_s3_bucket_cors_configuration": ("get_bucket_cors", "CORSRules"),
    "aws_s3_bucket_logging": ("get_bucket_logging", "LoggingEnabled"),
}  # fmt: skip


def exists(arn: str, cloud: Cloud) -> bool:
    name = arn.rpartition(":")[2].partition("/")[0]
    return any(bucket["Name"] == name for bucket in cloud.client("s3").list_buckets()["Buckets"])


def _buckets(planned: Planned, cloud: Cloud) -> Iterator[Found]:
    name, prefix = planned.known("bucket"), planned.known("bucket_prefix")
    for bucket in cloud.client("s3").list_buckets()["Buckets"]:
        found = str(bucket["Name"])
        if found == name or (not name and prefix and _SUFFIX.fullmatch(found.removeprefix(prefix))):
            tags, fresh = _tags(cloud, found), bucket["CreationDate"] >= cloud.since
            yield Found(found, f"arn:aws:s3:::{found}", {}, tags, fresh=fresh)


def _settings(planned: Planned, cloud: Cloud) -> Iterator[Found]:
    bucket = planned.known("bucket")
    operation, member = _SETTINGS[planned.type]
    if bucket and _read(cloud, operation, bucket).get(member):
        yield Found(bucket)


def _tags(cloud: Cloud, bucket: str) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in _read(cloud, "get_bucket_tagging", bucket).get("TagSet", ())}


def _read(cloud: Cloud, operation: str, bucket: str) -> Mapping[str, Any]:
    """The answer; empty when nothing is set, or the bucket is not there."""
    try:
        answer: Mapping[str, Any] = getattr(cloud.client("s3"), operation)(Bucket=bucket)
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code.startswith("NoSuch") or code.endswith("NotFoundError") or code in {"404", "NotFound"}:
            return {}
        raise
    return answer


KINDS = {"aws_s3_bucket": Kind(_buckets, _LOCAL), **{name: Kind(_settings) for name in _SETTINGS}}
