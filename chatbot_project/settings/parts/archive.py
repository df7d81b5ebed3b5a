"""The background worker's own place in S3, for copies of trained versions. Its keys are never the cloud's `AWS_*`."""

from chatbot_project.env import address, env

# Empty: nothing is archived. Every process may know its name; the keys are the background worker's.
ARCHIVE_BUCKET = env.str("ARCHIVE_BUCKET", default="")
ARCHIVE_PREFIX = env.str("ARCHIVE_PREFIX", default="background/")
ARCHIVE_ENDPOINT_URL = address("ARCHIVE_ENDPOINT_URL", "", schemes=("http", "https"))
ARCHIVE_REGION = env.str("ARCHIVE_REGION", default="us-east-1")
ARCHIVE_ACCESS_KEY_ID = env.str("ARCHIVE_ACCESS_KEY_ID", default="")
ARCHIVE_SECRET_ACCESS_KEY = env.str("ARCHIVE_SECRET_ACCESS_KEY", default="")

# nlu loads the archive by this path, so that no cloud SDK comes into it.
MODEL_ARCHIVE = "chatbot_project.archive.model_archive"
