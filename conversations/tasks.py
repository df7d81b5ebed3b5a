"""Celery's view of conversations: decode, call one function, encode."""

import logging
import os
from uuid import UUID, uuid4

from celery import shared_task
from django.conf import settings
from pymongo.errors import PyMongoError

from .task_names import OPINION, TOOL_CALL

logger = logging.getLogger(__name__)


@shared_task(name=OPINION, max_retries=None)
def opinion_task(turn_id: str) -> str:
    """Ask the language model about the turn named by a message, then work off what waited for it; what became of it.

    Raises ValueError when the message names no turn: it was not made here, and will be a dead letter.
    """
    # The language engine is a large import; the parent does without.
    from .opinions import opinion_give
    from .turns import turns_process_of

    if not isinstance(turn_id, str):
        raise ValueError(f"a message does not name a turn: {str(turn_id)[:100]!r}")
    try:
        outcome = opinion_give(turn_id)
        turns_process_of(turn_id)
    except PyMongoError as error:
        # The scheduler's sweep finds the turn when MongoDB is back.
        logger.warning("MongoDB is away, the turn will be found again: %s", str(error)[:200])
        return "MongoDB is away"
    logger.info("opinion: %s", outcome, extra={"turn_id": turn_id})
    return outcome


@shared_task(name=TOOL_CALL, max_retries=None)
def tool_call_task(call_id: str) -> str:
    """Make the HTTP call named by a message; what became of it."""
    from .tools.calls import call_work_off

    try:
        outcome = call_work_off(str(UUID(call_id)), f"{settings.WORKER_HOST}:{os.getpid()}:{uuid4()}")
    except PyMongoError as error:
        # The sweep finds the call when MongoDB is back; what changes something is not sent a second time.
        logger.warning("MongoDB is away, the call will be found again: %s", str(error)[:200])
        return "MongoDB is away"
    logger.info("call: %s", outcome, extra={"call_id": call_id})
    return outcome
