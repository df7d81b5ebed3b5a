"""The buckets of Terraform state and of artefacts: versioned, encrypted, closed to the public."""

from typing import Any

import boto3
from botocore.client import Config
from botocore.exceptions import ClientError
from django.conf import settings

_NONCURRENT_DAYS = 90
_MISSING = frozenset({"404", "NoSuchBucket", "NotFound"})


def store_client() -> Any:
    """S3 of the store: its endpoint if one is set, keys from `AWS_*` or the machine's own role."""
    return _client(settings.STORE_REGION, settings.STORE_ENDPOINT_URL)


def archive_client() -> Any:
    """S3 of the archive, with the same keys: making a bucket is an operator's work, not the background worker's."""
    return _client(settings.ARCHIVE_REGION, settings.ARCHIVE_ENDPOINT_URL)


def _client(region: str, endpoint_url: str) -> Any:
    return boto3.client(
        "s3",
        region_name=region,
        endpoint_url=endpoint_url or None,
        config=Config(
            connect_timeout=3,
            read_timeout=10,
            retries={"total_max_attempts": 2, "mode": "standard"},
            # Emulators have no bucket subdomains.
            s3={"addressing_style": "path"} if endpoint_url else None,
        ),
    )


def bucket_provision(client: Any, name: str, region: str) -> None:
    """Make the bucket, or bring the one that is there to our rules."""
    if not _exists(client, name):
        # us-east-1 is the one region that must not be named.
        where = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        client.create_bucket(Bucket=name, **where)
    client.put_public_access_block(
        Bucket=name,
        PublicAccessBlockConfiguration={
            "BlockPublicAcls": True,
            "IgnorePublicAcls": True,
            "BlockPublicPolicy": True,
            "RestrictPublicBuckets": True,
        },
    )
    client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    client.put_bucket_encryption(
        Bucket=name,
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": True}]
        },
    )
    client.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": [_lifecycle()]})


def _lifecycle() -> dict[str, Any]:
    """Old versions go after a while; current objects never go by themselves."""
    return {
        "ID": "old-versions",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "NoncurrentVersionExpiration": {"NoncurrentDays": _NONCURRENT_DAYS},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
    }


def _exists(client: Any, name: str) -> bool:
    try:
        client.head_bucket(Bucket=name)
    except ClientError as error:
        if error.response["Error"]["Code"] in _MISSING:
            return False
        raise
    return True
