#!/usr/bin/env python
"""The command line of Infrachat; `python manage.py help` lists the commands."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatbot_project.settings.local")
    try:
        from django.core.management import execute_from_command_line
    except ImportError as error:
        sys.exit(f"{error}. Run `make install` first: it makes .venv with everything that is needed.")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
