"""Settings common to every environment; the parts hold one subject each."""

from pathlib import Path

from chatbot_project.env import one_of

from .parts.archive import *
from .parts.auth import *
from .parts.broker import *
from .parts.channels import *
from .parts.conversations import *
from .parts.logging import *
from .parts.mongo import *
from .parts.nlu import *
from .parts.orchestrator import *
from .parts.rest import *
from .parts.web import *
from .parts.widget import *

BASE_DIR = Path(__file__).resolve().parents[2]

# Which of the five kinds of process this is; the system checks hold each kind to what it may see.
PROCESS_ROLE = one_of(
    "INFRACHAT_PROCESS", ("web", "infrastructure", "background", "scheduler", "flower", "manage"), default="manage"
)

INSTALLED_APPS = [
    "chatbot_project.contrib.AdminConfig",
    "chatbot_project.contrib.AuthConfig",
    "chatbot_project.contrib.ContentTypesConfig",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "rest_framework",
    "chatbot_project.contrib.KnoxConfig",
    "drf_spectacular",
    "channels",
    "chatbot_project.accounts",
    "chatbot_project.mongo",
    "chatbot_project",
    "orchestrator",
    "nlu",
    "conversations",
    "conversations.web",
]

TIME_ZONE = "UTC"
USE_TZ = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [Path(__file__).resolve().parents[2] / "locale"]
USE_I18N = True
