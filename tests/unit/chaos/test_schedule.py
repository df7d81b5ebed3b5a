"""A run can be repeated: what happens, to whom and when comes from the seed alone."""

from tests.chaos.schedule import HOLDERS, KILL, TARGETS, schedule
from tests.chaos.wishes import DESTROY, Lane


def test_the_same_seed_gives_the_same_disturbances():
    assert _drawn(7) == _drawn(7)
    assert _drawn(7) != _drawn(8)


def test_more_disturbances_begin_with_the_same_ones():
    assert _drawn(7, 200)[:50] == _drawn(7, 50)


def test_all_targets_come_and_only_those_asked_for():
    assert {each.target for each in _drawn(7, 300)} == set(TARGETS)
    assert {each.target for each in _drawn(7, 30, ("web", "redis"))} == {"web", "redis"}


def test_pauses_are_longer_than_a_lease_and_only_holders_wait_for_an_apply():
    for each in _drawn(7, 300):
        assert each.seconds == 0.0 if each.how == KILL else each.seconds > 4.0
        assert each.target in HOLDERS or not each.while_applying


def test_wishes_are_repeatable_and_come_back_to_what_did_not_end_well():
    first, second = Lane(1, 7), Lane(1, 7)
    assert [first.next().text for _ in range(5)] == [second.next().text for _ in range(5)]
    stack = first.stacks[0]
    stack.certain, stack.gone, stack.failures = False, True, 1
    wish = first.next()
    assert (wish.what, wish.stack) == (DESTROY, stack)


def _drawn(seed, count=50, targets=()):
    return schedule(seed=seed, count=count, gap_seconds=5, lease_seconds=4, targets=targets)
