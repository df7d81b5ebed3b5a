"""Which process may see what: one table, from which every process's environment is built, and nothing else.

process                 MongoDB  Redis  queue  archive  store  cloud
----------------------  -------  -----  -----  -------  -----  -----
web, flower             yes      yes
scheduler               yes      yes    yes
worker-background       yes      yes    yes    yes                    and the keys of language models (LLM_API_KEY…) and
                                                               of bots' HTTP calls (TOOL_SECRET_…)
worker-infrastructure   yes      yes    yes             yes    yes
prepare                 yes      yes    yes    yes      yes    yes
"""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from .addresses import Addresses
from .state import temporary


class Grant(StrEnum):
    MONGODB = "mongodb"
    REDIS = "redis"
    QUEUE = "queue"
    ARCHIVE = "archive"
    STORE = "store"
    CLOUD = "cloud"


_TRUTH = frozenset({Grant.MONGODB, Grant.REDIS})

GRANTS: dict[str, frozenset[Grant]] = {
    "web": _TRUTH,
    "flower": _TRUTH,
    "scheduler": _TRUTH | {Grant.QUEUE},
    "worker-background": _TRUTH | {Grant.QUEUE, Grant.ARCHIVE},
    "worker-infrastructure": frozenset(Grant) - {Grant.ARCHIVE},
    "prepare": frozenset(Grant),
}

# INFRACHAT_PROCESS, by which the system checks know what a process may see.
ROLES = {
    "web": "web",
    "flower": "flower",
    "scheduler": "scheduler",
    "worker-background": "background",
    "worker-infrastructure": "infrastructure",
    "prepare": "manage",
}

# What a person may set that holds no secret: handed to every process when it is set.
EVERYBODY = (
    *("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "LD_LIBRARY_PATH"),
    *("SECRET_KEY", "DEBUG", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "LOG_FORMAT", "LOG_LEVEL", "TOKEN_TTL_HOURS"),
    *("MONGODB_TIMEOUT_MS", "LEASE_SECONDS", "HEARTBEAT_SECONDS", "SWEEP_SECONDS", "APPROVAL_TTL_SECONDS"),
    *("PLAN_TIMEOUT_SECONDS", "APPLY_TIMEOUT_SECONDS", "STOP_GRACE_SECONDS"),
    *("WORKER_HOST", "WORKER_SHUTDOWN", "SHUTDOWN_GRACE_SECONDS"),
    *("INFRASTRUCTURE_CONCURRENCY", "BACKGROUND_CONCURRENCY", "CHAT_IO_THREADS", "CHAT_POLL_SECONDS"),
    *("CHAT_SOCKETS_PER_USER", "CHAT_RATE_MESSAGES", "CHAT_RATE_SECONDS", "CHAT_TURN_THREADS"),
    *("CHAT_RECHECK_SECONDS", "CHAT_OPINION_WAIT_SECONDS", "LOGIN_ATTEMPTS_PER_MINUTE"),
    *("WIDGET_TOKEN_SECONDS", "WIDGET_RENEWAL_SECONDS", "WIDGET_VISITOR_DAYS", "WIDGET_TOKENS_PER_MINUTE"),
    "WIDGET_VISITORS_KEPT_DAYS",
    *("WIDGET_VISITORS_PER_MINUTE", "WIDGET_MESSAGES_PER_MINUTE", "WIDGET_SERVER_TOKENS_PER_MINUTE"),
    *("NLU_ENCODER_DIR", "NLU_TRAINED_DIR", "ARCHIVE_BUCKET", "TOOL_INTERNAL_HOSTS"),
    *("APPROVAL_REMINDER_SECONDS", "EXPIRY_WARNING_SECONDS", "LIFETIME_MAX_DAYS", "BLUEPRINT_CHECK_SECONDS"),
    *("REVEAL_SECONDS", "REVEALS_PER_MINUTE"),
    *("POLICY_SECONDS", "POLICY_MEMORY_MB", "POLICY_SHIPPED_RULES"),
)

# What each grant hands on when the person set it.
PASSED: dict[Grant, tuple[str, ...]] = {
    Grant.MONGODB: ("MONGODB_URI", "MONGODB_DATABASE"),
    Grant.REDIS: ("REDIS_URL", "CONTROL_REDIS_URL"),
    Grant.QUEUE: (
        *("CELERY_BROKER_URL", "SQS_ENDPOINT_URL", "SQS_REGION", "SQS_ACCESS_KEY_ID", "SQS_SECRET_ACCESS_KEY"),
        *("SQS_ACCOUNT_ID", "SQS_QUEUE_PREFIX", "SQS_VISIBILITY_SECONDS", "SQS_MAX_RECEIVES", "SQS_WAIT_SECONDS"),
    ),
    Grant.ARCHIVE: (
        *("ARCHIVE_PREFIX", "ARCHIVE_ENDPOINT_URL", "ARCHIVE_REGION"),
        *("ARCHIVE_ACCESS_KEY_ID", "ARCHIVE_SECRET_ACCESS_KEY"),
    ),
    Grant.STORE: ("STATE_BUCKET", "ARTEFACT_BUCKET", "STORE_ENDPOINT_URL", "STORE_REGION"),
    Grant.CLOUD: (
        *("TERRAFORM_BINARY", "TERRAFORM_PROVIDER_MIRROR", "TERRAFORM_RUN_DIR", "TF_CLI_CONFIG_FILE"),
        *("TERRAFORM_PROVIDERS_ALLOWED", "BLUEPRINT_CHECK_SECONDS", "GOGC", "GOMEMLIMIT"),
        *("TF_PLUGIN_CACHE_DIR", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"),
        *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"),
    ),
}

# For the one process that calls addresses which admins wrote.
_CALLS_OUT = ("SSL_CERT_FILE", "SSL_CERT_DIR")

# Handed on to the cloud's processes only when the person chose the cloud: an emulated one never sees real keys.
PERSONS_CLOUD = ("AWS_", "AZURE_", "ARM_", "GOOGLE_", "CLOUDSDK_")


def environment_of(process: str, addresses: Addresses, state: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """The whole environment of `process` ("web", "worker-infrastructure", …); nothing else is inherited."""
    made = {name: environ[name] for name in EVERYBODY if name in environ}
    made |= {
        "INFRACHAT_PROCESS": ROLES[process],
        "DJANGO_SETTINGS_MODULE": environ.get("DJANGO_SETTINGS_MODULE", "chatbot_project.settings.local"),
        "LOG_FORMAT": environ.get("LOG_FORMAT", "text"),
        "PYTHONUNBUFFERED": "1",
        "TMPDIR": str(temporary(state)),
        # A home of its own: ~/.aws and its like stay out of sight of those who may not see them.
        "HOME": str(state / "home"),
    }
    if _archives_itself(addresses, environ):
        made["ARCHIVE_BUCKET"] = "infrachat-archive"
    made |= _of_its_own(process, addresses, environ)
    for grant in sorted(GRANTS[process]):
        made |= {name: environ[name] for name in PASSED[grant] if environ.get(name)}
        made |= _FROM_ADDRESSES[grant](addresses, state, environ)
    return made


def _of_its_own(process: str, addresses: Addresses, environ: Mapping[str, str]) -> dict[str, str]:
    """What one process needs and no other."""
    if process == "prepare":
        return {"DEMO_PASSWORD": environ["DEMO_PASSWORD"]}
    if process == "flower":
        login = environ.get("FLOWER_BASIC_AUTH") or f"admin:{environ['DEMO_PASSWORD']}"
        return {"FLOWER_BASIC_AUTH": login, "FLOWER_PORT": str(addresses.ports["flower"])}
    if process == "worker-background":
        named = {name: environ[name] for name in _CALLS_OUT if name in environ}
        return named | {
            name: value for name, value in environ.items() if name.startswith(("LLM_API_KEY", "TOOL_SECRET_"))
        }
    if process == "worker-infrastructure":
        # The stack ends as a whole: no Terraform runs on without it.
        return {"WORKER_SHUTDOWN": environ.get("WORKER_SHUTDOWN", "interrupt")}
    return {}


def _mongodb(addresses: Addresses, state: Path, environ: Mapping[str, str]) -> dict[str, str]:
    return {"MONGODB_URI": addresses.mongodb_uri}


def _redis(addresses: Addresses, state: Path, environ: Mapping[str, str]) -> dict[str, str]:
    return {"REDIS_URL": addresses.redis_url}


def _queue(addresses: Addresses, state: Path, environ: Mapping[str, str]) -> dict[str, str]:
    if "emulator-broker" not in addresses.own:
        return {}
    return {
        "SQS_ENDPOINT_URL": addresses.sqs_endpoint,
        "SQS_ACCESS_KEY_ID": "development-queue",
        "SQS_SECRET_ACCESS_KEY": "development-queue",
    }


def _archives_itself(addresses: Addresses, environ: Mapping[str, str]) -> bool:
    """Whether the emulated cloud holds the archive: unless a person chose another bucket or cloud."""
    return "emulator-cloud" in addresses.own and not environ.get("ARCHIVE_BUCKET")


def _archive(addresses: Addresses, state: Path, environ: Mapping[str, str]) -> dict[str, str]:
    if not _archives_itself(addresses, environ):
        return {}
    return {
        "ARCHIVE_ENDPOINT_URL": addresses.cloud_endpoint,
        "ARCHIVE_ACCESS_KEY_ID": "development-archive",
        "ARCHIVE_SECRET_ACCESS_KEY": "development-archive",
    }


def _store(addresses: Addresses, state: Path, environ: Mapping[str, str]) -> dict[str, str]:
    if not addresses.cloud_endpoint or environ.get("STORE_ENDPOINT_URL"):
        return {}
    return {"STORE_ENDPOINT_URL": addresses.cloud_endpoint}


def _cloud(addresses: Addresses, state: Path, environ: Mapping[str, str]) -> dict[str, str]:
    made = {"TERRAFORM_RUN_DIR": environ.get("TERRAFORM_RUN_DIR") or str(state / "runs")}
    if "emulator-cloud" not in addresses.own:
        persons = {name: value for name, value in environ.items() if name.startswith(PERSONS_CLOUD)}
        return made | {"HOME": environ.get("HOME", made.get("HOME", ""))} | persons
    return made | emulated_cloud(addresses.cloud_endpoint)


def emulated_cloud(endpoint: str) -> dict[str, str]:
    """What points Terraform and every AWS SDK at the emulator, and at nothing else."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "development-cloud",
        "AWS_SECRET_ACCESS_KEY": "development-cloud",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_S3_USE_PATH_STYLE": "true",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


_FROM_ADDRESSES = {
    Grant.MONGODB: _mongodb,
    Grant.REDIS: _redis,
    Grant.QUEUE: _queue,
    Grant.ARCHIVE: _archive,
    Grant.STORE: _store,
    Grant.CLOUD: _cloud,
}
