import pytest

from nlu.pipeline import Pipeline


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("create a bucket called BAD NAME in narnia", "narnia"),
        ("create a bucket in Narnia please", "Narnia"),
        ("create a queue in narnia called orders", "narnia"),
        ("please deploy a network to narnia", "narnia"),
        ("i need a bucket for the narnia environment", "narnia"),
        ("create a bucket in environment narnia", "narnia"),
        ("list buckets in narnia", "narnia"),
        ("list buckets in moon", "moon"),
        ("delete the bucket acme-logs in qa", "qa"),
        ("create a bucket in the qa2 env", "qa2"),
    ],
)
def test_a_place_that_is_no_environment(pipeline: Pipeline, text: str, value: str) -> None:
    (found,) = pipeline.understand(text).unlisted
    assert (found.slot, found.value, text[found.start : found.end]) == ("environment", value, value)
    assert not any(each.slot == "environment" for each in pipeline.understand(text).entities)


@pytest.mark.parametrize(
    "text",
    [
        "create a bucket in staging",
        "create a bucket in the staging environment",
        "create a bucket in prod called narnia",
        "create a bucket in eu-west-1",
        "create a bucket in frankfurt",
        "create a bucket in xx-north-9",
        "create a bucket in two hours",
        "create a bucket in an hour",
        "create a bucket in the morning",
        "create a bucket in december",
        "create a bucket for acme",
        "we need storage for narnia in staging",
        "create a bucket for two hours",
        "we need a bucket to experiment with",
        "i want to provision a bucket",
        "deploy a bucket to host images",
        "create a network with 10.20.0.0/16 in parallel",
        "create a bucket named narnia",
        "create a bucket called in-narnia",
        "show the resources of narnia",
        "create a bucket in aws",
        "set up a vpc in a hurry",
        "hello",
        "in",
    ],
)
def test_what_is_something_else(pipeline: Pipeline, text: str) -> None:
    assert pipeline.understand(text).unlisted == ()
