"""Celery's settings, made from Django's."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from kombu import Exchange, Queue

from .address import BrokerAddress, address
from .transport import SCHEME

# Long tasks: take one more only when a process is free. Short ones: fetch ahead.
PREFETCH = {settings.QUEUE_INFRASTRUCTURE: 1, settings.QUEUE_BACKGROUND: 8}


def celery_configuration() -> dict[str, Any]:
    """Everything that Celery is told. It holds no secret: `celery inspect conf` and Flower show it to people."""
    return {
        **_broker(address()),
        **_messages(),
        **_worker(),
    }


def _broker(broker: BrokerAddress) -> dict[str, Any]:
    url = f"{SCHEME}://{urlsplit(broker.endpoint_url).netloc}//"
    return {
        "broker_url": url,
        # Celery lets the variable CELERY_BROKER_URL win over `broker_url`, and with it kombu's own transport; not here.
        "broker_read_url": url,
        "broker_write_url": url,
        "broker_connection_retry_on_startup": True,
        "broker_transport_options": {
            "region": broker.region,
            "is_secure": broker.endpoint_url.startswith("https:"),
            "wait_time_seconds": settings.SQS_WAIT_SECONDS,
            # A long poll is the pause; one more second here would cost two tasks a second.
            "polling_interval": 0,
            # With these kombu neither lists nor creates queues, and ignores `visibility_timeout`: see provision.
            "predefined_queues": {queue: {"url": broker.queue_url(queue)} for queue in PREFETCH},
            "message_seconds": settings.SQS_VISIBILITY_SECONDS,
        },
    }


def _messages() -> dict[str, Any]:
    return {
        "accept_content": ["json"],
        "task_serializer": "json",
        "event_serializer": "json",
        "enable_utc": True,
        "task_queues": [Queue(name, Exchange(name), routing_key=name) for name in PREFETCH],
        "task_default_queue": settings.QUEUE_BACKGROUND,
        "task_default_exchange": settings.QUEUE_BACKGROUND,
        "task_default_routing_key": settings.QUEUE_BACKGROUND,
        "task_create_missing_queues": False,
        "task_routes": {"orchestrator.*": {"queue": settings.QUEUE_INFRASTRUCTURE}},
        # Results are in MongoDB, where people see them.
        "task_ignore_result": True,
    }


def _worker() -> dict[str, Any]:
    return {
        # A message is given back only after its task has ended; a task whose process died is delivered again.
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        # A task that fails is not done: its message comes back, and after SQS_MAX_RECEIVES is a dead letter.
        "task_acks_on_failure_or_timeout": False,
        "worker_consumer": "chatbot_project.broker.consumer:Consumer",
        "worker_prefetch_multiplier": PREFETCH.get(settings.PROCESS_ROLE, 1),
        "worker_send_task_events": True,
        "task_send_sent_event": True,
        # Celery's own remote control needs a fan-out that SQS has not; broker.control takes its place.
        "worker_enable_remote_control": False,
        # Logging stays as Django configured it: one JSON object a line.
        "worker_hijack_root_logger": False,
        "worker_redirect_stdouts": False,
    }
