"""Whether the servers are there, asked once at start: one sentence instead of a stack trace.

Away later is another matter: every process waits and goes on by itself.
"""

import redis
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from chatbot_project.broker.address import address
from chatbot_project.broker.visibility import sqs_client

_TIMEOUT_MS = 3_000


def require_mongodb() -> None:
    """CommandError unless MongoDB has a primary."""
    client: MongoClient[dict[str, object]] | None = None
    try:
        # A client of its own, closed at once: what follows may fork.
        client = MongoClient(settings.MONGODB_URI, serverSelectionTimeoutMS=_TIMEOUT_MS)
        client.admin.command("ping")
    except PyMongoError as error:
        raise CommandError(f"MongoDB does not answer ({_short(error)}). Is it running? See MONGODB_URI.") from None
    finally:
        if client is not None:
            client.close()


def require_redis() -> None:
    """CommandError unless Redis answers."""
    for url in {settings.REDIS_URL, settings.CONTROL_REDIS_URL}:
        client = redis.Redis.from_url(url, socket_connect_timeout=3, socket_timeout=3)
        try:
            client.ping()
        except redis.RedisError as error:
            raise CommandError(f"Redis does not answer ({_short(error)}). Is it running? See REDIS_URL.") from None
        finally:
            client.close()


def require_queue(queue: str) -> None:
    """CommandError unless SQS answers and has `queue`."""
    try:
        broker = address()
        sqs_client(broker).get_queue_attributes(
            QueueUrl=broker.queue_url(queue), AttributeNames=["ApproximateNumberOfMessages"]
        )
    except ImproperlyConfigured as error:
        raise CommandError(str(error)) from None
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if "NonExistentQueue" in code or "QueueDoesNotExist" in code:
            raise CommandError(
                f"The queue {broker.queue_name(queue)} does not exist. Make it with: python manage.py provision"
            ) from None
        raise CommandError(f"SQS refuses the queue {broker.queue_name(queue)}: {_short(error)}") from None
    except BotoCoreError as error:
        raise CommandError(
            f"SQS does not answer at {broker.endpoint_url} ({_short(error)}). Is it running? See CELERY_BROKER_URL."
        ) from None


def _short(error: Exception) -> str:
    """The first words of a driver's message, which may go on for a page."""
    return str(error).split(", Timeout:")[0].split("(configured")[0].strip()[:200]
