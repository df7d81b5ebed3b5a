"""The Terraform that tests run."""

import os
import shutil

import pytest


@pytest.fixture(scope="session")
def terraform_binary() -> str:
    """Path of terraform or tofu; the test is skipped without one, or fails when REQUIRE_TERRAFORM=1."""
    named = os.environ.get("TERRAFORM_BINARY", "")
    found = shutil.which(named) if named else shutil.which("terraform") or shutil.which("tofu")
    if found:
        return found
    sentence = "Terraform is missing: put terraform or tofu on PATH, or name it with TERRAFORM_BINARY."
    if os.environ.get("REQUIRE_TERRAFORM") == "1":
        pytest.fail(sentence)
    pytest.skip(sentence)
