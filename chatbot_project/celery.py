"""The Celery application: tasks over SQS, events and remote control over Redis."""

import logging.config
import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatbot_project.settings.local")

from celery import Celery, signals
from django.conf import settings

from chatbot_project.broker import control, visibility
from chatbot_project.broker.configuration import celery_configuration
from chatbot_project.mongo import connections

app = Celery("infrachat", events=control.RedisEvents, control=control.RedisControl)
app.conf.update(celery_configuration())
app.autodiscover_tasks(["orchestrator", "conversations", "nlu"])
control.install(app)
visibility.install(app)


@signals.setup_logging.connect
def keep_our_logging(**kwargs: Any) -> None:
    """A receiver of this signal is how Celery is told to leave logging alone."""
    logging.config.dictConfig(settings.LOGGING)


@signals.worker_process_init.connect
def forget_connections(**kwargs: Any) -> None:
    """The parent's MongoDB sockets must not be shared with its children."""
    connections.forget_after_fork()
