"""A process that understands one sentence again and again, on several threads, and writes down each answer.

`python -m tests.servers.understanding SENTENCE`, with MONGODB_URI and MONGODB_DATABASE in its environment. A line is
when the message came (seconds of the machine's clock), how long it took, and the intent or what went wrong.
"""

import os
import sys
import threading
import time

THREADS = 2
PAUSE_SECONDS = 0.02


def main(sentence: str) -> None:
    import django

    django.setup()
    threads = [threading.Thread(target=ask, args=(sentence,)) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def ask(sentence: str) -> None:
    from nlu import services

    while True:
        came = time.monotonic()
        try:
            said = services.understand(sentence).intent or "nothing"
        except Exception as error:
            said = f"failed: {error!r}"
        # One write a line: threads share the file.
        os.write(1, f"{came:.4f} {time.monotonic() - came:.4f} {said}\n".encode())
        time.sleep(PAUSE_SECONDS)


if __name__ == "__main__":
    main(sys.argv[1])
