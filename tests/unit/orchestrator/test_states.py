"""The table of moves, and its docstring, which must say the same."""

import re

from orchestrator import states
from orchestrator.states import ACTIVE, TERMINAL, TRANSITIONS, WORKING, JobState, Risk


def test_every_state_is_in_the_table_or_terminal() -> None:
    assert set(TRANSITIONS) | TERMINAL == set(JobState)
    assert not set(TRANSITIONS) & TERMINAL


def test_every_state_can_be_reached_from_queued() -> None:
    reached, ahead = set(), {JobState.QUEUED}
    while ahead:
        reached |= ahead
        ahead = {to for each in ahead for to in TRANSITIONS.get(each, ())} - reached
    assert reached == set(JobState)


def test_every_state_has_a_way_to_an_end() -> None:
    ending = set(TERMINAL)
    for _ in JobState:
        ending |= {each for each, targets in TRANSITIONS.items() if targets & ending}
    assert ending == set(JobState)


def test_nothing_is_applied_without_having_been_approved_or_reconciled() -> None:
    assert {each for each, to in TRANSITIONS.items() if JobState.APPLYING in to} == {
        JobState.APPROVED,
        JobState.RECONCILING,
    }


def test_work_is_active() -> None:
    assert WORKING < ACTIVE
    assert JobState.AWAITING_APPROVAL in ACTIVE


def test_the_docstring_is_the_table() -> None:
    assert states.__doc__ is not None
    rows: dict[str, str] = {}
    name = ""
    for line in states.__doc__.split("----\n", 1)[-1].splitlines():
        if not line.strip():
            break
        name = line[:19].strip() or name
        rows[name] = rows.get(name, "") + line[19:]
    written = {name: set(re.findall(r"[a-z_]+", re.sub(r"\(.*?\)", "", text))) for name, text in rows.items()}
    assert written == {each.value: {to.value for to in targets} for each, targets in TRANSITIONS.items()}


def test_risks_are_in_order() -> None:
    assert [each.rank for each in (Risk.READ, Risk.LOW, Risk.HIGH, Risk.CRITICAL)] == [0, 1, 2, 3]
