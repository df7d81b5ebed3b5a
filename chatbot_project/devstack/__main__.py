"""The command line of the development stack."""

import argparse
import sys
from pathlib import Path

from . import state


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m chatbot_project.devstack", description=__doc__)
    parser.add_argument("--state", type=Path, default=None, help="Directory of the stack (default .infrachat).")
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up", help="Start everything; Ctrl-C stops it.")
    up.add_argument("--any-port", action="store_true", help="Take any free ports in place of the usual ones.")
    commands.add_parser("demo", help="Run one whole request on the running stack, or on one of its own.")
    options = parser.parse_args()
    directory = (options.state or state.directory()).resolve()
    if options.command == "demo":
        from .demo import demo

        return demo(directory)
    from .up import up as start

    return start(directory, any_port=options.any_port)


if __name__ == "__main__":
    sys.exit(main())
