"""How long struck jobs lay still, and how that is told."""

from tests.chaos.recovery import lengths
from tests.chaos.report import spread

STRIKES = [
    {"job_id": "a", "how": "kill", "seconds": 5.0},
    {"job_id": "a", "how": "kill", "seconds": 60.0},
    {"job_id": "b", "how": "kill", "seconds": 4.0},
    {"job_id": "c", "how": "pause", "seconds": 6.0},
    # Its holder had done with it: nothing lay still.
    {"job_id": "d", "how": "kill", "seconds": None},
]


def test_lengths_are_told_by_way_and_of_each_job_its_first_loss():
    assert lengths(STRIKES, "kill") == [4.0, 5.0, 60.0]
    assert lengths(STRIKES, "kill", first=True) == [4.0, 5.0]
    assert lengths(STRIKES, "pause") == [6.0]


def test_the_middle_and_the_longest_are_told():
    assert spread([4.0, 5.0, 60.0]) == "5.0 s / 60.0 s (3 jobs)"
    assert spread([]) == "none"
