#!/usr/bin/env python
"""The command line of Infrachat; `python manage.py help` lists the commands."""

import os
import sys

ROLES = {"web": "web", "scheduler": "scheduler"}


def role_of(arguments: list[str]) -> str | None:
    """The kind of process that a command line starts: the system checks hold it to what it may see."""
    if arguments[:1] == ["worker"]:
        return next(
            (queue for queue in ("infrastructure", "background") if any(queue in each for each in arguments)), None
        )
    return ROLES.get(arguments[0]) if arguments else None


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatbot_project.settings.local")
    if role := role_of(sys.argv[1:]):
        os.environ.setdefault("INFRACHAT_PROCESS", role)
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
    except ImportError as error:
        sys.exit(f"{error}. Run `make install` first: it makes .venv with everything that is needed.")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        if "--traceback" in sys.argv:
            raise
        sys.exit(str(error))


if __name__ == "__main__":
    main()
