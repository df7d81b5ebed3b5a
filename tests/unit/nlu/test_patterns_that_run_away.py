"""An admin's pattern may need exponential time on a text that somebody else chooses; the message is still answered."""

from nlu.entities.lists import PatternFinder
from nlu.types import EntityDefinition

RUNS_AWAY = EntityDefinition("ticket", "pattern", pattern=r"(?:a|a|aa)+!")


def test_a_pattern_that_runs_away_finds_nothing_instead_of_hanging() -> None:
    assert list(PatternFinder(RUNS_AWAY).find("a" * 2_000)) == []


def test_it_still_finds_what_it_can() -> None:
    (found,) = PatternFinder(RUNS_AWAY).find("see aaa! now")

    assert (found.value, found.start, found.end) == ("aaa!", 4, 8)
