"""`manage.py web`: serve pages, REST and websockets."""

from typing import Any

import uvicorn
from django.core.management.base import BaseCommand, CommandError, CommandParser

from chatbot_project.observability.health import database_problem

# A frame above the protocol's limit gets an answer that names it; far above, the connection ends with code 1009.
_LARGEST_FRAME_BYTES = 1_048_576
_GRACE_SECONDS = 10


class Command(BaseCommand):
    help = "Serve pages, REST and websockets (uvicorn). SIGTERM ends it: sockets are closed with code 1012."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
        parser.add_argument("--port", type=int, default=8000, help="port to listen on")

    def handle(self, *args: Any, **options: Any) -> None:
        problem = database_problem()
        if problem is not None:
            raise CommandError(problem)
        config = uvicorn.Config(
            "chatbot_project.asgi:application",
            host=options["host"],
            port=options["port"],
            lifespan="on",
            ws="websockets-sansio",
            ws_max_size=_LARGEST_FRAME_BYTES,
            # 31 KB a socket instead of several hundred: frames are short, there is little to deflate.
            ws_per_message_deflate=False,
            timeout_graceful_shutdown=_GRACE_SECONDS,
            access_log=False,
            server_header=False,
            log_config=None,
        )
        server = uvicorn.Server(config)
        server.run()
        if not server.started:
            raise CommandError(f"The web server could not start on {options['host']}:{options['port']}; see the log.")
