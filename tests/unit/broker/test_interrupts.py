"""Programs that a worker's child starts can be interrupted, although Celery ignores the interrupt there."""

import os
import subprocess
import sys

CHILD = """
import signal, subprocess, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)  # as Celery does in its children
from celery import signals
import chatbot_project.celery
if "start" in sys.argv:
    signals.worker_process_init.send(sender=None)
program = "import signal; print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)"
sys.exit(subprocess.run([sys.executable, "-c", program]).returncode)
"""
BROKER = {
    "SQS_ACCESS_KEY_ID": "k",
    "SQS_SECRET_ACCESS_KEY": "s",
    "DJANGO_SETTINGS_MODULE": "chatbot_project.settings.test",
}


def started_by_a_child(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", CHILD, *arguments],
        env={**os.environ, **BROKER},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout.strip()


def test_what_a_child_starts_does_not_ignore_the_interrupt() -> None:
    assert started_by_a_child("start") == "True"


def test_without_that_it_would() -> None:
    assert started_by_a_child() == "False"
