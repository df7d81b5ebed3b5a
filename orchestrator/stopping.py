"""A stop that a signal asks for and a loop waits for."""

import queue
import signal
import threading

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def stop_on_signals(stop: threading.Event) -> None:
    """Have SIGTERM and SIGINT set `stop`. For the main thread.

    Not in the handler itself: it runs in the main thread, between any two of its steps, and `Event.set` wants the lock
    that `Event.wait` may hold right then, for good. `SimpleQueue.put` is made for handlers.
    """
    told: queue.SimpleQueue[int] = queue.SimpleQueue()

    def wait() -> None:
        told.get()
        stop.set()

    threading.Thread(target=wait, daemon=True, name="stop-on-signals").start()
    for number in _SIGNALS:
        signal.signal(number, lambda number, _: told.put(number))
