"""Every resource type that can be adopted, and whose services can say whether something is still there."""

from collections.abc import Callable, Mapping

from . import ec2, s3, sqs
from .kinds import Cloud, Kind

KINDS: Mapping[str, Kind] = {**ec2.KINDS, **s3.KINDS, **sqs.KINDS}

_EXISTS: Mapping[str, Callable[[str, Cloud], bool]] = {"ec2": ec2.exists, "s3": s3.exists, "sqs": sqs.exists}


def exists(arn: str, cloud: Cloud) -> bool:
    """Whether what an ARN names is there: the list of tagged resources runs behind. True where nobody can tell."""
    service = _EXISTS.get(arn.split(":")[2])
    return service is None or service(arn, cloud)
