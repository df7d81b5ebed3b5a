"""Where one request ends and another begins."""

import time

import pytest

from nlu.clauses import LONGEST, MOST, requests_in

NOUNS = ("bucket", "buckets", "s3 bucket", "queue", "queues", "network", "networks", "vpc")
NAMES = ("acme-logs", "reports", "logs")


def parts(text: str) -> list[str]:
    return [each.text for each in requests_in(text, nouns=NOUNS, names=NAMES)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("create a bucket and a queue", ["create a bucket", "create a queue"]),
        ("make me a bucket and another one called y-2", ["make me a bucket", "make me a bucket called y-2"]),
        ("delete acme-logs and then create a bucket acme-new", ["delete acme-logs", "create a bucket acme-new"]),
        ("list my buckets and what is running?", ["list my buckets", "what is running?"]),
        ("create two buckets a and b", ["create a bucket called a", "create a bucket called b"]),
        ("delete reports and logs", ["delete reports", "delete logs"]),
        ("delete buckets x-1, x-2 and x-3", ["delete bucket x-1", "delete bucket x-2", "delete bucket x-3"]),
        ("create a bucket. Then delete the queue.", ["create a bucket", "delete the queue."]),
        ("i need a bucket; i also need a queue", ["i need a bucket", "i also need a queue"]),
        ('create a bucket "salt and pepper" and a queue', ['create a bucket "salt and pepper"', "create a queue"]),
        ("1. create a bucket\n2. create a queue", ["create a bucket", "create a queue"]),
        ("create a bucket\n\n- delete acme-logs\n", ["create a bucket", "delete acme-logs"]),
        ("first create a bucket, second create a queue", ["create a bucket", "create a queue"]),
        ("create a bucket. also, what's running?", ["create a bucket", "what's running?"]),
        ("delete the queue and create a new one called q-2", ["delete the queue", "create a queue called q-2"]),
        ("cancel that and create a bucket", ["cancel that", "create a bucket"]),
        ("delete it and create a new bucket", ["delete it", "create a new bucket"]),
    ],
)  # fmt: skip
def test_several(text: str, expected: list[str]):
    assert parts(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "and",
        "create a bucket",
        "create a bucket with versioning and encryption",
        "create a bucket in staging and production",
        "create a bucket called research and development",
        "create a bucket and call it acme",
        "create a bucket and make it versioned",
        "create a bucket to store files and delete them later",
        "create a bucket for team-a and team-b",
        "create a queue for create and delete events",
        "create a queue for the buckets and the network team",
        "how do i create a bucket and delete it",
        "should i create a bucket and a queue?",
        "don't create a bucket and a queue",
        "if it works, create a bucket and a queue",
        "create a bucket and tell me when it is there",
        "a, b and c",
        "yes and no",
    ],
)
def test_one(text: str):
    assert parts(text) == []


def test_more_than_anybody_means_is_one():
    assert parts("; ".join(["create a bucket"] * (MOST + 1))) == []


@pytest.mark.parametrize("piece", ["create a bucket and ", "a ", ", ", "x-1, ", "delete it; ", "' \"", "and\n"])
def test_long_texts_are_read_quickly(piece: str):
    started = time.process_time()
    assert parts(piece * 5_000) == []
    parts((piece * 1_000)[:LONGEST])
    assert time.process_time() - started < 1
