"""`python -m chatbot_project.flower`"""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatbot_project.settings.local")
os.environ.setdefault("INFRACHAT_PROCESS", "flower")

from django.core.exceptions import ImproperlyConfigured


def main() -> None:
    try:
        from .server import serve

        serve()
    except ImproperlyConfigured as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
