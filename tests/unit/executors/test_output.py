"""Terraform's JSON lines as the job's log and as a report."""

import json
from typing import Any

import pytest

from orchestrator.executors.base import LogLine
from orchestrator.executors.masking import Secrets
from orchestrator.executors.terraform.output import Report, Translator


def message(kind: str, text: str = "text", **fields: Any) -> str:
    return json.dumps({"@level": "info", "@message": text, "type": kind, **fields})


def hook(address: str, action: str = "create", **fields: Any) -> dict[str, Any]:
    return {"resource": {"addr": f"module.stack.{address}"}, "action": action, **fields}


def translate(
    *lines: str, secrets: Secrets | None = None, tell_plan: bool = True, after: int | None = None
) -> tuple[list[LogLine], Report]:
    """Each line ends at the hundredfold of its number."""
    said: list[LogLine] = []
    translator = Translator(said.append, secrets or Secrets(), tell_plan=tell_plan, after=after)
    for number, line in enumerate(lines, start=1):
        translator.line(line, number * 100)
    return said, translator.report


def test_an_apply_is_told_resource_by_resource() -> None:
    said, report = translate(
        message("apply_start", hook=hook("aws_s3_bucket.this")),
        message("apply_progress", hook=hook("aws_s3_bucket.this", elapsed_seconds=10)),
        message("apply_complete", hook=hook("aws_s3_bucket.this", elapsed_seconds=12, id_value="x")),
        message("apply_start", hook=hook("aws_vpc.this", "delete")),
        message("apply_errored", hook=hook("aws_vpc.this", "delete")),
    )

    assert [(line.kind, line.text, line.resource) for line in said] == [
        ("resource_start", "aws_s3_bucket.this: creating", "aws_s3_bucket.this"),
        ("resource_progress", "aws_s3_bucket.this: still creating after 10 s", "aws_s3_bucket.this"),
        ("resource_done", "aws_s3_bucket.this: created in 12 s", "aws_s3_bucket.this"),
        ("resource_start", "aws_vpc.this: deleting", "aws_vpc.this"),
        ("resource_failed", "aws_vpc.this: deleting failed", "aws_vpc.this"),
    ]
    assert report.done == [("aws_s3_bucket.this", "create")]
    assert report.failed == [("aws_vpc.this", "delete")]


def test_a_plan_is_told_once() -> None:
    change = {"resource": {"addr": "module.stack.aws_vpc.this"}, "action": "replace"}
    line = message("planned_change", change=change)

    assert translate(line)[0][0].text == "aws_vpc.this will be replaced"
    said, report = translate(line, tell_plan=False)
    assert (said, report.planned) == ([], {"aws_vpc.this": "replace"})


def test_outputs_are_those_of_an_apply_only() -> None:
    planned = message("outputs", outputs={"arn": {"sensitive": False, "action": "create"}})
    applied = message("outputs", outputs={"arn": {"sensitive": False, "type": "string", "value": "x"}})

    assert translate(planned)[1].outputs == {}
    assert translate(planned, applied)[1].outputs["arn"]["value"] == "x"


def test_secrets_are_scrubbed_from_text_and_data() -> None:
    diagnostic = {"severity": "error", "summary": "refused opensesame", "detail": ""}

    said, _ = translate(
        message("log", "token opensesame"),
        "plain opensesame",
        message("diagnostic", diagnostic=diagnostic),
        message("change_summary", "opensesame", changes={"word": "opensesame"}),
        secrets=Secrets(["opensesame"]),
    )

    assert len(said) == 4
    assert not [line for line in said if "opensesame" in f"{line.text}{dict(line.data)}"]


def test_advice_to_maintainers_is_left_out() -> None:
    said, report = translate(
        message("version"),
        message("init_output"),
        message("diagnostic", diagnostic={"severity": "warning", "summary": "Argument is deprecated", "detail": "x"}),
        "\x1b[0m\x1b[32m",
        'Successfully configured the backend "s3"! Terraform will automatically',
    )

    assert said == []
    assert report.diagnostics == []


def test_a_warning_of_weight_is_told() -> None:
    said, report = translate(
        message("diagnostic", diagnostic={"severity": "warning", "summary": "Values for undeclared variables"})
    )

    assert (said[0].kind, said[0].data["severity"]) == ("diagnostic", "warning")
    assert report.errors == []


@pytest.mark.parametrize("line", ["panic: runtime error", "{not json", '{"a": 1}', "[1]"])
def test_what_is_no_message_is_kept_as_text(line: str) -> None:
    said, report = translate(line)

    assert [each.text for each in said] == [line]
    assert list(report.other) == [line]


def test_lines_carry_their_places_and_those_told_before_are_only_reported() -> None:
    lines = [
        message("apply_start", hook=hook("aws_vpc.this")),
        message("apply_complete", hook=hook("aws_vpc.this")),
        message("change_summary", "Apply complete!", changes={"operation": "apply", "add": 1}),
    ]

    said, report = translate(*lines, after=100)

    assert [(line.kind, line.offset) for line in said] == [("resource_done", 200), ("line", 300)]
    assert report.started == [("aws_vpc.this", "create")]
    assert report.summed_up
    assert [line.offset for line in translate(*lines)[0]] == [None] * 3


def test_the_summary_of_a_plan_says_nothing_of_an_end() -> None:
    _, report = translate(message("change_summary", "Plan: 1 to add.", changes={"operation": "plan", "add": 1}))

    assert not report.summed_up
