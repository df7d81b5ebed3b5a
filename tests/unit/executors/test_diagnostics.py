"""Errors of Terraform and of the cloud in words for people."""

from typing import Any

import pytest

from orchestrator.executors.terraform.diagnostics import Diagnostic, plain_error

RULE = "\n\nThis was checked by the validation rule at module/variables.tf:6,3-13."


def diagnostic(summary: str, detail: str = "", **fields: Any) -> Diagnostic:
    return Diagnostic.read({"severity": "error", "summary": summary, "detail": detail, **fields})


def test_a_validation_is_the_modules_own_sentence() -> None:
    found = diagnostic(
        "Invalid value for variable",
        f"A bucket name has 3 to 63 characters.{RULE}",
        snippet={"values": [{"traversal": "var.name", "statement": 'is "X"'}]},
    )

    assert found.plain() == ("invalid_value", "name: A bucket name has 3 to 63 characters.", False)


def test_several_validations_are_all_told() -> None:
    errors = [diagnostic("Invalid value for variable", f"{text}{RULE}") for text in ("One.", "Two.", "One.")]

    assert plain_error(errors, [], "").detail == "One. Two."


@pytest.mark.parametrize(
    ("summary", "detail", "code", "retryable"),
    [
        ("Error acquiring the state lock", "Lock Info: ...", "state_locked", True),
        ("Failed to query available provider packages", "no such host", "provider_missing", True),
        ("Provider dependency changes detected", "Changes", "provider_lock_mismatch", False),
        ("Saved plan is stale", "", "plan_stale", False),
        ("Cannot import non-existent remote object", "no object exists", "import_missing", False),
        ('Failed to get existing workspaces: S3 bucket "x" does not exist.', "", "state_bucket_missing", False),
        ("creating S3 Bucket (x): BucketAlreadyExists", "", "name_taken", False),
        ("creating S3 Bucket (x): operation error S3: CreateBucket, AccessDenied: no", "", "access_denied", False),
        ("creating EC2 VPC: VpcLimitExceeded: too many", "", "quota_exceeded", False),
        ("creating X: RequestLimitExceeded: slow", "", "throttled", True),
        ("ExpiredToken: The security token included in the request is expired", "", "credentials_expired", True),
        ("deleting S3 Bucket (x): BucketNotEmpty: no", "", "not_empty", False),
        ("dial tcp 127.0.0.1:5000: connect: connection refused", "", "cloud_unavailable", True),
        ("No valid credential sources found", "", "credentials_missing", False),
        # As people who use these providers quote them; none of them is at hand here.
        ("building account: unable to build authorizer for Resource Manager API", "", "credentials_missing", False),
        ("google: could not find default credentials", "", "credentials_missing", False),
        ('{"error":"invalid_client","error_description":"AADSTS7000215: Invalid"}', "", "credentials_invalid", False),
        ("AADSTS7000222: The provided client secret keys are expired", "", "credentials_expired", True),
        ('oauth2: cannot fetch token: 400 {"error":"invalid_grant"}', "", "credentials_invalid", False),
        ("googleapi: Error 403: The caller does not have permission, forbidden", "", "access_denied", False),
        ("something new", "", "terraform_error", False),
    ],
)
def test_codes(summary: str, detail: str, code: str, retryable: bool) -> None:
    plain = diagnostic(summary, detail).plain()

    assert (plain.code, plain.retryable) == (code, retryable)
    assert plain.detail.strip()[-1] in ".!?)" or code.startswith("provider")


@pytest.mark.parametrize(
    ("message", "right"),
    [
        ("AccessDenied: User: arn:aws:iam::1:user/x is not authorized to perform: s3:CreateBucket on resource",
         "s3:CreateBucket"),
        ("AuthorizationFailed: The client 'x' does not have authorization to perform action "
         "'Microsoft.Resources/subscriptions/resourcegroups/write' over scope '/subscriptions/1'",
         "Microsoft.Resources/subscriptions/resourcegroups/write"),
        ("googleapi: Error 403: Required 'compute.machineTypes.get' permission for 'projects/x'",
         "compute.machineTypes.get"),
        ("Caller does not have permission 'storage.buckets.get'.", "storage.buckets.get"),
        ("googleapi: Error 403: x@y does not have storage.buckets.create access to the project",
         "storage.buckets.create"),
    ],
)  # fmt: skip
def test_a_refusal_says_which_right_is_lacking(message: str, right: str) -> None:
    assert f"{right} is needed" in diagnostic(message).plain().detail


def test_a_mistake_of_the_module_names_file_and_line() -> None:
    found = diagnostic(
        "Unsupported argument", "No such thing.", range={"filename": "module/main.tf", "start": {"line": 7}}
    )

    assert found.plain() == (
        "module_invalid",
        "The blueprint's module has a mistake in main.tf, line 7: Unsupported argument: No such thing.",
        False,
    )


def test_more_errors_are_counted() -> None:
    plain = plain_error([diagnostic("first"), diagnostic("second"), diagnostic("first")], [], "")

    assert plain.detail == "first. (1 more in the log.)"


def test_without_diagnostics_the_last_words_count() -> None:
    assert plain_error([], ["usage", "╷", "│ Error: wrong flag"], "").detail == "Terraform failed: Error: wrong flag"
    assert plain_error([], [], "panic: runtime error\ngoroutine 1").code == "terraform_crashed"
    assert plain_error([], [], "").detail == "Terraform failed and did not say why."
