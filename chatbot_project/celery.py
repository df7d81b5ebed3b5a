"""The Celery application: tasks over SQS, events and remote control over Redis."""

import logging.config
import os
import signal
import warnings
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatbot_project.settings.local")

from celery import Celery
from celery import signals as celery_signals
from celery.exceptions import SecurityWarning
from django.conf import settings

from chatbot_project.broker import control, dead_letter_watch, visibility
from chatbot_project.broker.configuration import celery_configuration
from chatbot_project.mongo import connections

if settings.DEBUG:
    # Who develops as root has chosen so; elsewhere Celery goes on to warn of it. (Pickle, the reason, is not accepted.)
    warnings.filterwarnings("ignore", "You're running the worker with superuser", SecurityWarning)

app = Celery("infrachat", events=control.RedisEvents, control=control.RedisControl)
app.conf.update(celery_configuration())
app.autodiscover_tasks(["orchestrator", "conversations", "nlu"])
control.install(app)
visibility.install(app)
dead_letter_watch.install(app)


@celery_signals.setup_logging.connect
def keep_our_logging(**kwargs: Any) -> None:
    """A receiver of this signal is how Celery is told to leave logging alone."""
    logging.config.dictConfig(settings.LOGGING)


@celery_signals.worker_process_init.connect
def forget_connections(**kwargs: Any) -> None:
    """The parent's MongoDB sockets must not be shared with its children."""
    connections.forget_after_fork()


@celery_signals.worker_process_init.connect
def let_terraform_be_interrupted(**kwargs: Any) -> None:
    """What is ignored here stays ignored in every program started from here; what is handled does not.

    Celery ignores the interrupt in its children, and Terraform is stopped by one.
    """
    signal.signal(signal.SIGINT, lambda number, frame: None)
