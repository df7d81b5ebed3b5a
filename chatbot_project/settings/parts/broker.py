"""Celery on SQS. Endpoint and keys are always explicit and never the cloud's own AWS_* variables."""

from chatbot_project.env import address, env, whole_number

# sqs://ACCESS_KEY:SECRET_KEY@host:port// (emulators), or sqs:// with SQS_* below (the real service).
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="")
SQS_ENDPOINT_URL = address("SQS_ENDPOINT_URL", "", schemes=("http", "https"))
SQS_REGION = env.str("SQS_REGION", default="us-east-1")
SQS_ACCESS_KEY_ID = env.str("SQS_ACCESS_KEY_ID", default="")
SQS_SECRET_ACCESS_KEY = env.str("SQS_SECRET_ACCESS_KEY", default="")
SQS_ACCOUNT_ID = env.str("SQS_ACCOUNT_ID", default="123456789012")
SQS_QUEUE_PREFIX = env.str("SQS_QUEUE_PREFIX", default="infrachat-")
SQS_VISIBILITY_SECONDS = whole_number("SQS_VISIBILITY_SECONDS", 60, minimum=5)
SQS_MAX_RECEIVES = whole_number("SQS_MAX_RECEIVES", 10, minimum=1)
SQS_WAIT_SECONDS = whole_number("SQS_WAIT_SECONDS", 10, minimum=1)

QUEUE_INFRASTRUCTURE = "infrastructure"
QUEUE_BACKGROUND = "background"
WORKER_CONCURRENCY = {
    QUEUE_INFRASTRUCTURE: whole_number("INFRASTRUCTURE_CONCURRENCY", 2, minimum=1),
    QUEUE_BACKGROUND: whole_number("BACKGROUND_CONCURRENCY", 2, minimum=1),
}

# Whoever publishes loads the application by this path, so that no package has to import the composition.
CELERY_APP = "chatbot_project.celery.app"
