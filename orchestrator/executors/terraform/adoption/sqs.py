"""Queues, found by name, and the policies set on them."""

from collections.abc import Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from .kinds import Cloud, Found, Kind, Planned

_MISSING = {"AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"}
_SETTINGS = {
    "aws_sqs_queue_policy": "Policy",
    "aws_sqs_queue_redrive_policy": "RedrivePolicy",
    "aws_sqs_queue_redrive_allow_policy": "RedriveAllowPolicy",
}


def exists(arn: str, cloud: Cloud) -> bool:
    return _url(cloud, arn.rpartition(":")[2]) is not None


def _queues(planned: Planned, cloud: Cloud) -> Iterator[Found]:
    name, prefix = planned.known("name"), planned.known("name_prefix")
    urls = [_url(cloud, name)] if name else _listed(cloud, prefix) if prefix else []
    for url in filter(None, urls):
        tags = cloud.client("sqs").list_queue_tags(QueueUrl=url).get("Tags") or {}
        yield Found(url, _attributes(cloud, url).get("QueueArn", ""), {}, tags)


def _settings(planned: Planned, cloud: Cloud) -> Iterator[Found]:
    url = planned.known("queue_url")
    if url and _attributes(cloud, url).get(_SETTINGS[planned.type]):
        yield Found(url)


def _url(cloud: Cloud, name: str) -> str | None:
    try:
        return str(cloud.client("sqs").get_queue_url(QueueName=name)["QueueUrl"])
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in _MISSING:
            return None
        raise


def _listed(cloud: Cloud, prefix: str) -> list[str]:
    pages = cloud.client("sqs").get_paginator("list_queues").paginate(QueueNamePrefix=prefix)
    return [url for page in pages for url in page.get("QueueUrls", ())]


def _attributes(cloud: Cloud, url: str) -> Mapping[str, Any]:
    try:
        answer = cloud.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in _MISSING:
            return {}
        raise
    attributes: Mapping[str, Any] = answer.get("Attributes") or {}
    return attributes


KINDS = {"aws_sqs_queue": Kind(_queues), **{name: Kind(_settings) for name in _SETTINGS}}
