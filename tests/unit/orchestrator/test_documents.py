"""Into documents and out of them."""

import json

import pytest

from orchestrator.catalog_documents import variable_document, variable_view
from orchestrator.documents import SENSITIVE, encode, masked_values, plan_view, unmasked_values
from orchestrator.errors import InvalidValues
from orchestrator.requested import values_clean
from orchestrator.states import JobState
from orchestrator.types import JobError, PlanCounts, PlannedChange, PlanSummary, Variable

NESTED = json.loads("[" * 60 + "]" * 60)
CHANGE = PlannedChange("a.b", "aws_s3_bucket", "update", ({"path": "x", "before": 1, "after": 2},))
SUMMARY = PlanSummary(PlanCounts(update=1, read=2), (CHANGE,), "f" * 64, "changes one thing")


def test_a_plan_comes_back_as_it_was() -> None:
    assert plan_view(encode(SUMMARY)) == SUMMARY
    assert plan_view(None) is None


def test_counting_changes_leaves_out_reads() -> None:
    assert SUMMARY.counts.changes == 1


def test_enums_tuples_and_sets_become_plain() -> None:
    assert encode({"state": JobState.QUEUED, 1: (JobError("c", "d"),)}) == {
        "state": "queued",
        "1": [{"code": "c", "detail": "d", "retryable": False}],
    }


def test_a_variable_comes_back_as_it_was() -> None:
    variable = Variable(
        "size", "list(string)", "How large.", ["a"], False, choices=("a", "b"), validations=({"condition": "true"},)
    )
    assert variable_view(variable_document(variable)) == variable
    assert variable_view({"name": "n", "type": "string", "later": 1}) == Variable("n", "string")


def test_sensitive_values_are_masked_for_people_and_whole_for_workers() -> None:
    document = {"values": {"name": "a"}, "sensitive_values": {"key": "k"}, "sensitive_names": ["key"]}
    assert masked_values(document) == {"name": "a", "key": SENSITIVE}
    assert unmasked_values(document) == {"name": "a", "key": "k"}
    wiped = {**document, "sensitive_values": {}}
    assert masked_values(wiped)["key"] == SENSITIVE


@pytest.mark.parametrize("value", [2**70, "half \ud800", {"nul\0": 1}, {"$ref": "x"}, NESTED])
def test_what_mongodb_cannot_hold_is_a_wrong_value(value: object) -> None:
    variable = Variable("free", "any")
    with pytest.raises(InvalidValues, match="free must be"):
        values_clean((variable,), {"free": value}, partial=True)
