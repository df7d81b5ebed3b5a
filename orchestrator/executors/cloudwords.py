"""Errors of the cloud in words for people: the same for Terraform's providers and for boto3."""

import re
from typing import NamedTuple

from orchestrator.sentences import joined, stated


class CloudWords(NamedTuple):
    code: str
    detail: str
    retryable: bool = False


_TAKEN = stated("The name is already in use. Choose another one.")
_BUCKET_TAKEN = stated(
    "The bucket name is already taken: bucket names are unique across all AWS accounts. Choose another one."
)
_DENIED = stated("The environment's credentials do not allow this")
_EXPIRED = stated("The environment's credentials have expired. Renew them and try again.")
_INVALID = stated("The cloud does not accept the environment's credentials. Check them.")
_MISSING = stated("The worker has no credentials for this environment's cloud.")
_QUOTA = stated("A quota of the cloud account is used up. Delete something or have the quota raised.")
_BUSY = stated("The cloud asks for fewer requests at a time. Try again in a few minutes.")
_AWAY = stated("The cloud cannot be reached right now. Try again later.")
_NOT_EMPTY = stated(
    "The bucket is not empty. Empty it first, or ask for force_destroy, which deletes its objects as well."
)
_GONE = stated("What the operation is about does not exist in the cloud.")

_RULES: tuple[tuple[re.Pattern[str], CloudWords], ...] = tuple(
    (re.compile(pattern), CloudWords(*words))
    for pattern, words in (
        (r"BucketAlreadyExists|BucketAlreadyOwnedByYou", ("name_taken", _BUCKET_TAKEN)),
        (r"\b(\w*AlreadyExists(Exception)?|QueueNameExists|ResourceExists(Exception)?)\b", ("name_taken", _TAKEN)),
        (r"\bBucketNotEmpty\b", ("not_empty", _NOT_EMPTY)),
        (r"AccessDenied|UnauthorizedOperation|AuthorizationError|is not authorized to perform|AuthorizationFailed|"
         r"does not have (?:authorization|permission|[\w.]+ access)|Required '[\w.]+' permission",
         ("access_denied", _DENIED)),
        (r"ExpiredToken|RequestExpired|token .{0,20}expired|AADSTS7000222", ("credentials_expired", _EXPIRED, True)),
        (r"InvalidClientTokenId|SignatureDoesNotMatch|InvalidAccessKeyId|AuthFailure|UnrecognizedClient|"
         r"AADSTS\d+|\binvalid_(?:client|grant)\b", ("credentials_invalid", _INVALID)),
        (r"No valid credential sources|NoCredentials|Unable to locate credentials|failed to refresh cached credentials|"
         r"could not find default credentials|unable to build authorizer", ("credentials_missing", _MISSING)),
        (r"Throttl|SlowDown|RequestLimitExceeded|TooManyRequests", ("throttled", _BUSY, True)),
        (r"LimitExceeded|QuotaExceeded|TooManyBuckets|AddressLimit", ("quota_exceeded", _QUOTA)),
        (r"connection refused|no such host|i/o timeout|connection reset|EndpointConnectionError|ConnectTimeout|"
         r"ReadTimeout|ServiceUnavailable|InternalError\b|StatusCode: 5\d\d", ("cloud_unavailable", _AWAY, True)),
        (r"\b(NoSuch(Bucket|Key|Entity)|\w+NotFound(Exception)?|NonExistentQueue)\b", ("not_found", _GONE)),
    )
)  # fmt: skip
_PERMISSION = re.compile(
    r"perform:? \"?(?P<aws>[a-z0-9-]+:[A-Za-z]+)|perform action '(?P<azure>[\w./-]+)'"
    r"|(?:permission|Required) '(?P<google>[\w.]+)'|does not have (?P<access>[\w.]+) access"
)
_OPERATION = re.compile(r"operation error ([A-Za-z0-9 ]+): ([A-Za-z0-9]+)")


def cloud_words(text: str) -> CloudWords | None:
    """The words for what a cloud's error message says, or None when it is none that is known."""
    words = next((words for pattern, words in _RULES if pattern.search(text)), None)
    if words is None or words.code != "access_denied":
        return words
    return words._replace(detail=_denied(text))


def _denied(text: str) -> str:
    """Says which permission is lacking, where the cloud says it."""
    if found := _PERMISSION.search(text):
        permission = found[found.lastgroup or 0]
        return stated("%(denied)s: %(permission)s is needed.", denied=_DENIED, permission=permission)
    if found := _OPERATION.search(text):
        call = f"{found[1].strip()} {found[2]}"
        return stated("%(denied)s: %(call)s was refused.", denied=_DENIED, call=call)
    return joined((_DENIED, "."), "")
