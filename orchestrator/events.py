"""What others may hear of: registered once, in an app's `ready()`.

A transition's handlers run right after its commit in the same process; the scheduler repeats those that did not
finish, so every handler must be idempotent by (job, version). Log and sweep listeners are hints and may be lost.
"""

import logging
from collections.abc import Callable

from .types import JobTransition, JobView, StackEvent

logger = logging.getLogger(__name__)

TransitionHandler = Callable[[JobView, JobTransition], None]
StackEventHandler = Callable[[StackEvent], None]
LogListener = Callable[[str, int], None]
Sweep = Callable[[], int]

_transition_handlers: dict[str, TransitionHandler] = {}
_stack_event_handlers: dict[str, StackEventHandler] = {}
_log_listeners: list[LogListener] = []
_sweeps: dict[str, Sweep] = {}


def on_transition(name: str, handler: TransitionHandler) -> None:
    """Call `handler(job, transition)` after every transition, at least once; `name` must stay stable."""
    _transition_handlers[name] = handler


def on_stack_event(name: str, handler: StackEventHandler) -> None:
    """Call `handler(event)` after every event of a stack, at least once; `name` must stay stable."""
    _stack_event_handlers[name] = handler


def on_log(listener: LogListener) -> None:
    """Call `listener(job_id, last_log_seq)` when lines were added to a job's log."""
    if listener not in _log_listeners:
        _log_listeners.append(listener)


def on_sweep(name: str, sweep: Sweep) -> None:
    """Call `sweep()` in the scheduler at every round; it returns how many things it mended."""
    _sweeps[name] = sweep


def transition_handlers() -> dict[str, TransitionHandler]:
    return dict(_transition_handlers)


def stack_event_handlers() -> dict[str, StackEventHandler]:
    return dict(_stack_event_handlers)


def sweeps() -> dict[str, Sweep]:
    return dict(_sweeps)


def log_added(job_id: str, last_log_seq: int) -> None:
    """Tell the log listeners; their failures are logged, never raised."""
    for listener in _log_listeners:
        try:
            listener(job_id, last_log_seq)
        except Exception:
            logger.exception("a log listener failed", extra={"job_id": job_id})
