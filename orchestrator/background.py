"""Work for the background workers, promised by a transaction: whoever may not reach the queue writes it down here.

The scheduler publishes it within a second, again and again until the queue took it. A task may run more than once, or
late, or never (when the queue loses its message): whoever promises one also sweeps for what is left undone.
"""

from datetime import timedelta

from chatbot_project.mongo.transactions import Transaction

from .documents import utc_now
from .outbox_rows import task_row


def task_promise(*, tx: Transaction, task: str, argument: str, after_seconds: float = 0.0) -> None:
    """After the commit of `tx` a background worker is told to run the Celery task `task` with `argument` (an id), not
    sooner than in `after_seconds`."""
    task_row(tx, task, argument, utc_now() + timedelta(seconds=after_seconds))
