"""What an apply amounted to."""

from typing import Any

from orchestrator.executors.terraform.diagnostics import Diagnostic
from orchestrator.executors.terraform.outcome import Ending, classify, not_done
from orchestrator.executors.terraform.output import Report
from orchestrator.executors.terraform.process import Ended
from orchestrator.executors.terraform.state import StateFacts, state_facts

PLANNED = {"a": "create", "b": "create", "data.c": "read"}


def ending(ended: Ended, report: Report, **fields: Any) -> Ending:
    known: dict[str, Any] = {
        "before": StateFacts(),
        "after": StateFacts(),
        "state_lost": False,
        "outputs": {"arn": "x"},
        "stderr": "",
        "scrub": lambda text: text.replace("secret", "***"),
    }
    return Ending(ended=ended, report=report, **{**known, **fields})


def report(**fields: Any) -> Report:
    return Report(planned=dict(PLANNED), **fields)


def error(summary: str, address: str = "") -> Diagnostic:
    return Diagnostic("error", summary, address=address)


def test_success() -> None:
    done = report(started=[("a", "create"), ("b", "create")], done=[("a", "create"), ("b", "create")])

    outcome = classify(ending(Ended(0), done, after=StateFacts(1, "l", {"a": "1", "b": "1"})))

    assert (outcome.status, outcome.changed, outcome.not_done, outcome.resource_count) == (
        "succeeded",
        ("a", "b"),
        (),
        2,
    )
    assert outcome.outputs == {"arn": "x"}


def test_an_interrupt_that_came_too_late_is_success() -> None:
    assert classify(ending(Ended(0, "cancel"), report(done=[("a", "create")]))).status == "succeeded"


def test_failure_before_anything_changed() -> None:
    failed = report(
        started=[("a", "create")],
        failed=[("a", "create")],
        diagnostics=[error("AccessDenied: secret", "module.stack.a")],
    )

    outcome = classify(ending(Ended(1), failed))

    assert (outcome.status, outcome.error_code) == ("failed", "access_denied")
    assert outcome.sentence.endswith("Nothing was changed.")
    assert outcome.not_done == ("a", "b")


def test_secrets_do_not_enter_the_sentence() -> None:
    outcome = classify(ending(Ended(1), report(diagnostics=[error("the secret word")])))

    assert outcome.sentence == "the *** word. Nothing was changed."


def test_failure_in_the_middle_lists_both_sides() -> None:
    failed = report(
        started=[("a", "create"), ("b", "create")],
        done=[("a", "create")],
        failed=[("b", "create")],
        diagnostics=[error("QuotaExceeded")],
    )

    outcome = classify(ending(Ended(1), failed, after=StateFacts(1, "l", {"a": "1"})))

    assert (outcome.status, outcome.changed, outcome.not_done) == ("partially_applied", ("a",), ("b",))
    assert outcome.sentence.endswith("1 resource changed before: a. Not done: b.")


def test_a_resource_left_half_made_is_a_change() -> None:
    failed = report(started=[("a", "create")], failed=[("a", "create")], diagnostics=[error("tagging failed")])

    outcome = classify(ending(Ended(1), failed, after=StateFacts(1, "l", {"a": "tainted"})))

    assert (outcome.status, outcome.changed, outcome.not_done) == ("partially_applied", ("a",), ("a", "b"))
    assert outcome.sentence == "tagging failed. Begun and not finished: a. Not done: b."


def test_finished_half_way_and_not_begun_are_each_named_once() -> None:
    failed = Report(
        planned={"a": "create", "b": "create", "c": "create"},
        started=[("a", "create"), ("b", "create")],
        done=[("a", "create")],
        failed=[("b", "create")],
        diagnostics=[error("tagging failed")],
    )

    outcome = classify(ending(Ended(1), failed, after=StateFacts(2, "l", {"a": "1", "b": "tainted"})))

    assert outcome.sentence == ("tagging failed. 1 resource changed before: a. Begun and not finished: b. Not done: c.")


def test_what_only_a_refresh_changed_in_the_state_is_not_ours() -> None:
    outcome = classify(ending(Ended(1), report(diagnostics=[error("x")]), after=StateFacts(2, "l", {"other": "2"})))

    assert outcome.status == "failed"


def test_canceled_before_anything() -> None:
    assert classify(ending(Ended(1, "cancel"), report())).status == "canceled"
    # The interrupt ended it before Terraform took notice of interrupts.
    early = classify(ending(Ended(-2, "timeout"), report()))
    assert (early.status, early.error_code) == ("canceled", "timeout")
    assert classify(ending(Ended(-2, "cancel", killed=True), report())).status == "indeterminate"


def test_a_request_that_was_broken_off_is_in_doubt() -> None:
    broken = report(
        started=[("a", "create")],
        failed=[("a", "create")],
        diagnostics=[error("creating SQS Queue: context canceled", "module.stack.a")],
    )

    outcome = classify(ending(Ended(1, "cancel"), broken))

    assert outcome.status == "indeterminate"
    assert "What happened to a is not known yet" in outcome.sentence
    # With a trace in the state there is no doubt.
    assert (
        classify(ending(Ended(1, "cancel"), broken, after=StateFacts(1, "l", {"a": "1"}))).status == "partially_applied"
    )


def test_death_a_lost_state_or_an_unreadable_one_are_in_doubt() -> None:
    begun = report(started=[("a", "create")])

    assert classify(ending(Ended(-9), begun)).status == "indeterminate"
    assert classify(ending(Ended(1, "cancel", killed=True), begun)).status == "indeterminate"
    assert classify(ending(Ended(1), begun, state_lost=True)).status == "indeterminate"
    assert classify(ending(Ended(1), begun, after=None)).status == "indeterminate"
    # Nothing was begun, but the state's lock is there.
    assert classify(ending(Ended(-9), report())).status == "indeterminate"


def test_a_crash_of_terraform_saves_nothing_and_that_of_a_provider_leaves_a_request_in_the_air() -> None:
    crashed = classify(ending(Ended(2), report(), stderr="panic: runtime error: index out of range"))
    assert (crashed.status, crashed.error_code) == ("indeterminate", "terraform_crashed")

    begun = report(
        started=[("a", "create")],
        failed=[("a", "create")],
        diagnostics=[error("Plugin did not respond", "module.stack.a")],
    )
    assert classify(ending(Ended(1), begun)).status == "indeterminate"


def test_a_replacement_needs_both_of_its_operations() -> None:
    half = Report(planned={"a": "replace"}, done=[("a", "delete")])
    assert not_done(half) == ("a",)
    half.done.append(("a", "create"))
    assert not_done(half) == ()


def test_addresses_in_a_state() -> None:
    facts = state_facts(
        {
            "serial": 3,
            "lineage": "l",
            "resources": [
                {"mode": "data", "type": "aws_x", "name": "y", "instances": [{}]},
                {
                    "module": "module.stack",
                    "mode": "managed",
                    "type": "aws_subnet",
                    "name": "p",
                    "instances": [{"index_key": "eu-1a"}, {"index_key": 0}, {"index_key": 0, "deposed": "d1"}],
                },
            ],
        }
    )

    assert list(facts.resources) == ['aws_subnet.p["eu-1a"]', "aws_subnet.p[0]", "aws_subnet.p[0] (deposed d1)"]
    assert (facts.identity, StateFacts().identity) == ("l:3", "none")
