import pytest

from nlu.negation import is_negated


@pytest.mark.parametrize(
    "text",
    [
        "don't delete it",
        "Don’t delete it",
        "dont delete it",
        "do not create a bucket",
        "please do not create that",
        "never delete the bucket",
        "I don't want a bucket",
        "I don't want you to create the bucket any more",
        "you should not delete it",
        "the bucket must not be deleted",
        "no need to create it",
        "please avoid deleting the bucket",
        "stop creating buckets",
        "show the plan without applying it",
        "not delete, just list",
        "I'd rather not create it",
        "don't you dare delete it",
        "I did not ask for a bucket",
        "no more buckets please",
        "i won't approve that",
    ],
)
def test_what_is_not_to_be_done(text: str) -> None:
    assert is_negated(text)


@pytest.mark.parametrize(
    "text",
    [
        "delete it",
        "create a bucket without versioning",
        "why not create a bucket",
        "why don't you create a bucket",
        "can't you create a bucket?",
        "couldn't you delete it",
        "don't forget to delete the bucket",
        "i don't need the bucket any more",
        "we no longer need the bucket, delete it",
        "i don't have a bucket, create one",
        "create it if it does not exist",
        "no, in staging",
        "stop the job",
        "a non-public bucket",
        "create a bucket named not-mine",
        "no problem, create it",
    ],
)
def test_what_is_to_be_done_all_the_same(text: str) -> None:
    assert not is_negated(text)


def test_a_values_own_negation_is_not_the_requests() -> None:
    text = "create a bucket, don't enable versioning"
    start = text.index("don't")
    assert is_negated(text)
    assert not is_negated(text, [(start, len(text))])
