"""One emulator process (moto): AWS in memory. Requests are not logged, they are as many as polls of the queues."""

import argparse
import logging
import os
import signal
import sys

from werkzeug.serving import run_simple

from .addresses import LOOPBACK


def main() -> None:
    """Serve on a loopback port until told to end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    port = parser.parse_args().port
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
    os.environ["MOTO_PORT"] = str(port)
    serve(port)


def serve(port: int) -> None:
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app

    from . import emulated_sqs

    class QuietHandler(MotoRequestHandler):
        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Nothing: see the module's text."""

    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    emulated_sqs.install()
    application = DomainDispatcherApplication(create_backend_app)
    run_simple(LOOPBACK, port, application, threaded=True, request_handler=QuietHandler)


if __name__ == "__main__":
    main()
