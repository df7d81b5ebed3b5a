"""Where the broker is and who we are to it: read from our own settings alone, never from `AWS_*`.

kombu would take a missing endpoint from `AWS_ENDPOINT_URL` and missing keys from the cloud's credentials; then tasks
would travel through the very account that jobs act on.
"""

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True)
class BrokerAddress:
    """The endpoint, the account and the keys of the queues; the keys never enter Celery's configuration, which
    `celery inspect conf` and Flower show to people."""

    endpoint_url: str
    region: str
    access_key_id: str
    secret_access_key: str = field(repr=False)
    account_id: str
    queue_prefix: str

    def queue_name(self, queue: str) -> str:
        """The name in SQS of one of our queues."""
        return f"{self.queue_prefix}{queue}"

    def dead_letter_name(self, queue: str) -> str:
        return f"{self.queue_name(queue)}-dead"

    def queue_url(self, queue: str) -> str:
        return f"{self.endpoint_url}/{self.account_id}/{self.queue_name(queue)}"

    def dead_letter_url(self, queue: str) -> str:
        return f"{self.endpoint_url}/{self.account_id}/{self.dead_letter_name(queue)}"


def address() -> BrokerAddress:
    """The broker's address from the settings; ImproperlyConfigured naming what is missing."""
    endpoint, key, secret = _from_url(settings.CELERY_BROKER_URL)
    endpoint = endpoint or settings.SQS_ENDPOINT_URL or f"https://sqs.{settings.SQS_REGION}.amazonaws.com"
    return BrokerAddress(
        endpoint_url=endpoint.rstrip("/"),
        region=settings.SQS_REGION,
        access_key_id=_required("SQS_ACCESS_KEY_ID", key or settings.SQS_ACCESS_KEY_ID),
        secret_access_key=_required("SQS_SECRET_ACCESS_KEY", secret or settings.SQS_SECRET_ACCESS_KEY),
        account_id=settings.SQS_ACCOUNT_ID,
        queue_prefix=settings.SQS_QUEUE_PREFIX,
    )


def _from_url(url: str) -> tuple[str, str, str]:
    """Endpoint, access key and secret of `sqs://key:secret@host:port//`; each may be empty."""
    if not url:
        return "", "", ""
    parts = urlsplit(url)
    if parts.scheme != "sqs":
        raise ImproperlyConfigured(
            f"CELERY_BROKER_URL begins with {parts.scheme!r}. Only SQS is supported: sqs://KEY:SECRET@host:port//"
        )
    endpoint = ""
    if parts.hostname:
        host = parts.hostname if parts.port is None else f"{parts.hostname}:{parts.port}"
        endpoint = f"{'https' if parts.port == 443 else 'http'}://{host}"
    return endpoint, unquote(parts.username or ""), unquote(parts.password or "")


def _required(name: str, value: str) -> str:
    if not value:
        raise ImproperlyConfigured(
            f"{name} is not set. The broker's keys are its own and never the cloud's AWS_* variables."
        )
    return value
