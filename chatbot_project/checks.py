"""System checks: what a process must not see, and what it will miss. They run before every command.

infrachat.E001  a process that must not touch clouds can see cloud credentials
infrachat.E002  a user-facing process can see the queue's credentials
infrachat.E003  failpoints are set where DEBUG is off, or cannot be read
infrachat.E004  a process that asks no language model can see the key of one
infrachat.E005  a process can see the archive's keys that does not archive
infrachat.E006  a process that makes no HTTP calls for bots can see the secret of one
infrachat.W001  no Terraform: its jobs will fail, everything else works
infrachat.W002  a process that must not touch clouds can read a person's cloud configuration
infrachat.W003  a bot's language model cannot be asked: its address or its key is missing or wrong
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from orchestrator.executors.credentials.names import SECRET_NAMES

CLOUDLESS = frozenset({"web", "flower", "scheduler", "background"})
ARCHIVING = frozenset({"background", "manage"})
USER_FACING = frozenset({"web", "flower"})
WITHOUT_LANGUAGE_MODELS = frozenset({"web", "flower", "scheduler", "infrastructure"})

_CLOUD_NAMES = frozenset(
    {
        *("AWS_PROFILE", "AWS_ROLE_ARN"),
        *("AWS_SHARED_CREDENTIALS_FILE", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_FULL_URI"),
        *("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN"),
        *("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "AWS_SECURITY_TOKEN"),
    }
)
_CLOUD_PREFIXES = ("AZURE_", "ARM_CLIENT_", "ARM_ACCESS_", "ARM_OIDC_", "ARM_USE_", "CLOUDSDK_AUTH_")
# PRODUCTION_AWS_SECRET_ACCESS_KEY: keys that an environment names by its prefix, and those of the store.
_CLOUD_SUFFIXES = tuple(f"_{name}" for name in sorted(SECRET_NAMES))
_QUEUE_NAMES = frozenset({"SQS_ACCESS_KEY_ID", "SQS_SECRET_ACCESS_KEY", "CELERY_BROKER_URL"})
_ARCHIVE_NAMES = frozenset({"ARCHIVE_ACCESS_KEY_ID", "ARCHIVE_SECRET_ACCESS_KEY"})
_FILES = (".aws/credentials", ".aws/config", ".azure", ".config/gcloud/application_default_credentials.json")


def cloud_credentials(environ: Mapping[str, str]) -> list[str]:
    """The names of the variables in `environ` that give access to a cloud."""
    return sorted(
        name
        for name, value in environ.items()
        if value and (f"_{name.upper()}".endswith(_CLOUD_SUFFIXES) or _is_one_of_a_cloud(name))
    )


def _is_one_of_a_cloud(name: str) -> bool:
    return name in _CLOUD_NAMES or name.startswith(_CLOUD_PREFIXES)


def archive_credentials(environ: Mapping[str, str]) -> list[str]:
    """The names of the variables in `environ` that give access to the archive."""
    return sorted(name for name in _ARCHIVE_NAMES if environ.get(name))


def queue_credentials(environ: Mapping[str, str]) -> list[str]:
    """The names of the variables in `environ` that give access to the queue."""
    return sorted(name for name in _QUEUE_NAMES if environ.get(name))


def language_model_keys(environ: Mapping[str, str]) -> list[str]:
    """The names of the variables in `environ` that hold the key of a language model."""
    return sorted(name for name, value in environ.items() if value and name.startswith("LLM_API_KEY"))


def tool_secrets(environ: Mapping[str, str]) -> list[str]:
    """The names of the variables in `environ` that hold the secret of a bot's HTTP call."""
    return sorted(name for name, value in environ.items() if value and name.startswith("TOOL_SECRET_"))


@register
def no_cloud_credentials(**kwargs: Any) -> list[CheckMessage]:
    if settings.PROCESS_ROLE not in CLOUDLESS:
        return []
    found = cloud_credentials(os.environ)
    messages: list[CheckMessage] = []
    if found:
        what = f"The {settings.PROCESS_ROLE} process can see cloud credentials: {', '.join(found)}."
        hint = "Only the infrastructure worker may hold them. Take them out of this process's environment."
        messages.append(Error(what, hint=hint, id="infrachat.E001"))
    files = [str(path) for path in (Path.home() / name for name in _FILES) if path.exists()]
    if files:
        what = f"The {settings.PROCESS_ROLE} process can read {', '.join(files)}."
        messages.append(Warning(what, hint="Run it as a user, or with a HOME, that has none.", id="infrachat.W002"))
    return messages


@register
def no_queue_credentials(**kwargs: Any) -> list[CheckMessage]:
    found = queue_credentials(os.environ) if settings.PROCESS_ROLE in USER_FACING else []
    if not found:
        return []
    what = f"The {settings.PROCESS_ROLE} process can see the queue's credentials: {', '.join(found)}."
    hint = "It stores requests in MongoDB; the scheduler sends them. Take them out of this process's environment."
    return [Error(what, hint=hint, id="infrachat.E002")]


@register
def no_language_model_keys(**kwargs: Any) -> list[CheckMessage]:
    found = language_model_keys(os.environ) if settings.PROCESS_ROLE in WITHOUT_LANGUAGE_MODELS else []
    if not found:
        return []
    what = f"The {settings.PROCESS_ROLE} process can see the keys of language models: {', '.join(found)}."
    hint = "Only the background worker asks them. Take them out of this process's environment."
    return [Error(what, hint=hint, id="infrachat.E004")]


@register
def no_archive_credentials(**kwargs: Any) -> list[CheckMessage]:
    found = [] if settings.PROCESS_ROLE in ARCHIVING else archive_credentials(os.environ)
    if not found:
        return []
    what = f"The {settings.PROCESS_ROLE} process can see the archive's keys: {', '.join(found)}."
    hint = "Only the background worker archives. Take them out of this process's environment."
    return [Error(what, hint=hint, id="infrachat.E005")]


@register
def no_tool_secrets(**kwargs: Any) -> list[CheckMessage]:
    found = tool_secrets(os.environ) if settings.PROCESS_ROLE in WITHOUT_LANGUAGE_MODELS else []
    if not found:
        return []
    what = f"The {settings.PROCESS_ROLE} process can see the secrets of bots' HTTP calls: {', '.join(found)}."
    hint = "Only the background worker makes them. Take them out of this process's environment."
    return [Error(what, hint=hint, id="infrachat.E006")]


@register
def language_models_can_be_asked(**kwargs: Any) -> list[CheckMessage]:
    """By what bots say at this moment; nothing while MongoDB does not answer, which is told elsewhere."""
    if settings.PROCESS_ROLE != "background":
        return []
    from pymongo.errors import PyMongoError

    from nlu.language_models import language_models, missing_key

    try:
        found = language_models()
    except PyMongoError:
        return []
    problems = [(each.bot, each.problem or missing_key(each, os.environ)) for each in found]
    hint = "Until then the bot understands by its own model alone. See docs/howto/use-a-language-model.md."
    return [
        Warning(f"The bot {bot} cannot ask its language model. {problem}", hint=hint, id="infrachat.W003")
        for bot, problem in problems
        if problem
    ]


@register
def no_failpoints(**kwargs: Any) -> list[CheckMessage]:
    from orchestrator import failpoints

    text = os.environ.get(failpoints.VARIABLE)
    if text is None:
        return []
    if not settings.DEBUG:
        what = f"{failpoints.VARIABLE} is set: it makes processes die on purpose, for tests."
        return [Error(what, hint="Take it out of this process's environment.", id="infrachat.E003")]
    try:
        failpoints.wanted(text)
    except ValueError as error:
        return [Error(f"{error}.", hint="orchestrator/failpoints.py says how.", id="infrachat.E003")]
    return []


@register
def terraform_is_there(**kwargs: Any) -> list[CheckMessage]:
    from orchestrator.executors.base import ExecutorError
    from orchestrator.executors.terraform.binary import binary_find

    if settings.PROCESS_ROLE != "infrastructure":
        return []
    try:
        binary_find(settings.TERRAFORM_BINARY)
    except ExecutorError as error:
        hint = "Terraform jobs will fail with this sentence; everything else works."
        return [Warning(error.detail, hint=hint, id="infrachat.W001")]
    return []
