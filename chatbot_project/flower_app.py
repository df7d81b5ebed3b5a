"""Flower's own Celery application: its broker is the Redis of the control plane, where events and answers are.

It knows no task and no queue; what runs over SQS is none of its business, and it holds no key to it.
"""

from celery import Celery
from django.conf import settings

app = Celery("infrachat")
# Events and control travel in the names of the application that the workers have.
app.conf.update(
    broker_url=settings.CONTROL_REDIS_URL,
    # The variable of the same name, which Celery would prefer, is the workers' broker.
    broker_read_url=settings.CONTROL_REDIS_URL,
    broker_write_url=settings.CONTROL_REDIS_URL,
    broker_connection_retry_on_startup=True,
    broker_transport_options={"socket_connect_timeout": 3, "socket_timeout": 10},
    accept_content=["json"],
    task_serializer="json",
    event_serializer="json",
    worker_hijack_root_logger=False,
)
