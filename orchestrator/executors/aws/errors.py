"""What boto3 raises, in words for people."""

from botocore.exceptions import BotoCoreError, ClientError, ConnectionError, ReadTimeoutError

from orchestrator.executors.cloudwords import CloudWords, cloud_words
from orchestrator.sentences import stated

_LONGEST = 300


def call_words(error: ClientError | BotoCoreError, operation: str) -> CloudWords:
    """A stable code and a sentence; the service's own message where it is none that is known."""
    if isinstance(error, ClientError):
        fault = error.response.get("Error", {})
        code, message = str(fault.get("Code", "")), str(fault.get("Message", ""))
        return cloud_words(f"{code}: {message}") or CloudWords(
            "cloud_error",
            stated("The cloud refused %(call)s: %(why)s", call=operation, why=(message or code)[:_LONGEST]),
        )
    return cloud_words(f"{type(error).__name__}: {error}") or CloudWords(
        "cloud_error", stated("%(call)s failed: %(why)s", call=operation, why=str(error)[:_LONGEST])
    )


def no_such_thing(error: Exception) -> bool:
    """Whether the cloud says that it knows nothing of what was asked about."""
    if not isinstance(error, ClientError):
        return False
    code = str(error.response.get("Error", {}).get("Code", ""))
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    named = code.removesuffix("Exception").endswith(("NotFound", "DoesNotExist", "NonExistentQueue"))
    return status == 404 or named or code.startswith("NoSuch")


def outcome_unknown(error: Exception) -> bool:
    """Whether the operation may have been carried out although the call failed."""
    if isinstance(error, ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return status >= 500
    return isinstance(error, ReadTimeoutError | ConnectionError)
