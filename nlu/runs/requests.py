"""Asking for a training, and asking again for one that was forgotten. Light: the scheduler imports it."""

from functools import partial

from chatbot_project.mongo.transactions import Transaction, run_transaction

from .. import outside
from ..types import Person
from . import store

TASK = "nlu.train"

# A worker that is free claims within a second; after this long the message was lost, or all of them are busy.
_WAKE_AFTER_SECONDS = 20.0


def training_request(*, bot: str, asked_by: Person, activate: bool = True, wake: bool = True) -> str:
    """Have a background worker train the bot; the id of the run. Whoever is about to execute it says `wake=False`.

    Raises TrainingUnderway.
    """

    def body(tx: Transaction) -> str:
        run_id = store.run_insert(tx, bot=bot, activate=activate, asked_by=asked_by)
        if wake:
            outside.task_promise(tx=tx, task=TASK, argument=run_id)
        return run_id

    return run_transaction(body)


def training_cancel(*, run_id: str, by: Person) -> bool:
    """End a training that has not ended; the bot answers as before. False when it had ended already. Its worker notices
    at its next step. Raises RunNotFound."""
    return store.run_cancel(run_id, by)


def training_sweep() -> int:
    """Wake a worker for every run that nobody works on; for how many."""
    woken = 0
    while run_transaction(partial(_wake, _WAKE_AFTER_SECONDS)):
        woken += 1
    return woken


def _wake(after_seconds: float, tx: Transaction) -> bool:
    row = store.run_wake(tx, after_seconds)
    if row is not None:
        outside.task_promise(tx=tx, task=TASK, argument=row["_id"])
    return row is not None
