"""The artefact store and its double keep the same promises; the real one encrypts."""

import dataclasses
from collections.abc import Callable
from uuid import uuid4

import pytest

from orchestrator.executors.artefacts import ArtefactStore, MemoryArtefactStore, S3ArtefactStore
from orchestrator.executors.base import ExecutorError, StoreAccess
from orchestrator.executors.clients import store_client

KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}


@pytest.fixture
def store(cloud_endpoint: str) -> StoreAccess:
    access = StoreAccess("state", f"artefacts-{uuid4().hex[:12]}", "us-east-1", cloud_endpoint, KEYS)
    store_client(access).create_bucket(Bucket=access.artefact_bucket)
    return access


@pytest.mark.parametrize("make", [S3ArtefactStore, lambda access: MemoryArtefactStore()], ids=["s3", "memory"])
def test_what_is_put_is_what_one_gets(store: StoreAccess, make: Callable[[StoreAccess], ArtefactStore]) -> None:
    artefacts = make(store)

    assert artefacts.get("jobs/1/plan") is None
    artefacts.put("jobs/1/plan", b"first")
    artefacts.put("jobs/1/plan", b"second")
    assert artefacts.get("jobs/1/plan") == b"second"


def test_everything_is_encrypted(store: StoreAccess) -> None:
    S3ArtefactStore(store).put("a", b"x")

    head = store_client(store).head_object(Bucket=store.artefact_bucket, Key="a")
    assert head["ServerSideEncryption"] == "AES256"


def test_a_bucket_that_is_not_there_says_what_makes_it(store: StoreAccess) -> None:
    artefacts = S3ArtefactStore(dataclasses.replace(store, artefact_bucket="none-at-all"))

    for call in (lambda: artefacts.put("a", b"x"), lambda: artefacts.get("a")):
        with pytest.raises(ExecutorError, match=r"manage\.py provision") as failed:
            call()
        assert failed.value.code == "artefact_bucket_missing"


def test_a_store_that_is_away_can_be_tried_again(store: StoreAccess) -> None:
    artefacts = S3ArtefactStore(dataclasses.replace(store, endpoint_url="http://127.0.0.1:9"))

    with pytest.raises(ExecutorError, match="cannot be read right now") as failed:
        artefacts.get("a")
    assert failed.value.retryable
