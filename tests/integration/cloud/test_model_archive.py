"""Versions are copied into S3, and come back from there when their file is lost or damaged."""

from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from pymongo.database import Database
from pytest_django.fixtures import Settings

from chatbot_project.provisioning.buckets import archive_client
from nlu import active, services, storage
from nlu.archive.sweep import archive_sweep
from nlu.errors import ArtefactDamaged, NoModel
from nlu.models import NluModel
from nlu.tasks import archive_task
from tests.integration.mongo.training import DATA, Outside, connected, trained


@pytest.fixture
def outside(mongo_db: Database[dict[str, Any]]) -> Iterator[Outside]:
    active.active_models.forget()
    with connected() as found:
        yield found
    active.active_models.forget()


@pytest.fixture
def bucket(outside: Outside, cloud_endpoint: str, settings: Settings) -> str:
    settings.ARCHIVE_BUCKET, settings.ARCHIVE_ENDPOINT_URL = f"archive-{uuid4().hex[:8]}", cloud_endpoint
    settings.ARCHIVE_ACCESS_KEY_ID = settings.ARCHIVE_SECRET_ACCESS_KEY = "testing"
    archive_client().create_bucket(Bucket=settings.ARCHIVE_BUCKET)
    return str(settings.ARCHIVE_BUCKET)


def keys(bucket: str) -> list[str]:
    return [each["Key"] for each in archive_client().list_objects_v2(Bucket=bucket).get("Contents", ())]


def lose(model_id: str, mongo_db: Database[dict[str, Any]]) -> None:
    file_id = storage.model_document(model_id)["file_id"]
    mongo_db["nlu_artefact.files"].delete_many({"_id": file_id})
    mongo_db["nlu_artefact.chunks"].delete_many({"files_id": file_id})


def due() -> None:
    NluModel.objects.update(archive_due_at=None)


def test_the_sweep_has_each_version_archived_once(bucket: str, outside: Outside) -> None:
    view = trained(data=DATA)
    assert (archive_sweep(), archive_sweep()) == (1, 0)
    assert outside.promised == [("nlu.archive", view.id)]
    assert archive_task(view.id) == "archived"
    assert archive_task(view.id) == "as it was"
    assert keys(bucket) == [f"background/models/default/000001-{view.id}.npz"]
    head = archive_client().head_object(Bucket=bucket, Key=keys(bucket)[0])
    assert (head["ContentLength"], head["ServerSideEncryption"]) == (view.size, "AES256")
    due()
    assert archive_sweep() == 0


def test_while_s3_is_away_it_is_tried_again(bucket: str, settings: Settings) -> None:
    view = trained(data=DATA)
    settings.ARCHIVE_BUCKET = "nobody-made-this"
    assert archive_sweep() == 1
    assert archive_task(view.id) == "problem"
    assert "archive bucket nobody-made-this does not exist" in NluModel.objects.get().archive_problem
    assert archive_sweep() == 0
    due()
    settings.ARCHIVE_BUCKET = bucket
    assert archive_sweep() == 1
    assert archive_task(view.id) == "archived"
    assert NluModel.objects.get().archive_problem == ""


@pytest.mark.parametrize("how", ["lost", "damaged"])
def test_a_version_comes_back_from_the_archive(
    bucket: str, outside: Outside, mongo_db: Database[dict[str, Any]], how: str
) -> None:
    view = trained(data=DATA)
    archive_task(view.id)
    if how == "lost":
        lose(view.id, mongo_db)
    else:
        mongo_db["nlu_artefact.chunks"].update_many({}, {"$set": {"data": b"something else"}})
    with pytest.raises(NoModel, match="train again"):
        services.understand("create a bucket")
    outside.promised.clear()
    assert archive_sweep() == 1
    assert outside.promised == [("nlu.archive", view.id)]
    assert archive_task(view.id) == "restored"
    assert services.understand("create a bucket").intent == "make"
    assert (NluModel.objects.get().damaged_at, mongo_db["nlu_artefact.files"].count_documents({})) == (None, 1)


@pytest.mark.parametrize("content", [b"hostile", b"x" * 10_000_000, None], ids=["other", "huge", "gone"])
def test_a_copy_that_is_not_what_was_stored_is_refused(
    bucket: str, mongo_db: Database[dict[str, Any]], content: bytes | None
) -> None:
    view = trained(data=DATA)
    archive_task(view.id)
    (key,) = keys(bucket)
    if content is None:
        archive_client().delete_object(Bucket=bucket, Key=key)
    else:
        archive_client().put_object(Bucket=bucket, Key=key, Body=content)
    lose(view.id, mongo_db)
    with pytest.raises(ArtefactDamaged):
        services.model_activate(model_id=view.id)
    assert archive_task(view.id) == "problem"
    assert NluModel.objects.get().damaged_at is not None
    assert mongo_db["nlu_artefact.files"].count_documents({}) == 0


def test_the_command_checks_archives_and_restores(bucket: str, mongo_db: Database[dict[str, Any]]) -> None:
    first = trained(data=DATA)
    second = trained(data=replace(DATA, out_of_scope=(*DATA.out_of_scope, "paint the fence")))
    said = StringIO()
    call_command("nlu_archive", stdout=said)
    assert said.getvalue().splitlines() == ["default version 1: archived", "default version 2: archived"]
    lose(first.id, mongo_db)
    archive_client().delete_object(Bucket=bucket, Key=f"background/models/default/000002-{second.id}.npz")
    said = StringIO()
    call_command("nlu_archive", check=True, stdout=said)
    assert said.getvalue().splitlines() == ["default version 1: restored", "default version 2: archived"]
    lose(first.id, mongo_db)
    archive_client().delete_object(Bucket=bucket, Key=f"background/models/default/000001-{first.id}.npz")
    said = StringIO()
    with pytest.raises(CommandError, match="1 versions"):
        call_command("nlu_archive", check=True, stdout=said)
    assert "not in the archive; train again" in said.getvalue()


def test_without_an_archive_nothing_is_promised(outside: Outside) -> None:
    view = trained(data=DATA)
    assert archive_sweep() == 0
    assert archive_task(view.id) == "no archive"
    with pytest.raises(CommandError, match="ARCHIVE_BUCKET"):
        call_command("nlu_archive")
