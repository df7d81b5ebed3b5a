"""The migrations say what the models say, and can be run again."""

from io import StringIO

import pytest
from django.core.management import call_command


@pytest.mark.usefixtures("mongo_db")
def test_no_model_has_changed_without_a_migration() -> None:
    said = StringIO()
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=1, stdout=said)
    assert "No changes detected" in said.getvalue()


@pytest.mark.usefixtures("mongo_db")
def test_running_them_again_changes_nothing() -> None:
    said = StringIO()
    call_command("migrate", interactive=False, verbosity=1, stdout=said)
    assert "No migrations to apply" in said.getvalue()
