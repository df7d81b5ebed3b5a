import pytest

from conversations.terminal.followed import FollowedJobs
from conversations.terminal.frames import ChatError, Frame
from conversations.terminal.jobs import RUNNING, WAITING, JobBoard


def job(job_id: str, state: str, version: int = 1) -> Frame:
    return Frame("job.updated", {"job_id": job_id, "state": state, "version": version, "title": job_id}, seq=version)


def test_the_newest_version_of_a_job_counts() -> None:
    board = JobBoard()
    board.take(job("a", "succeeded", 5))
    board.take(job("a", "applying", 4))
    assert [each["state"] for each in board.all()] == ["succeeded"]
    assert board.running() == []


def test_the_only_job_that_fits_needs_no_name() -> None:
    board = JobBoard()
    board.take(job("aaa", WAITING))
    board.take(job("bbb", "succeeded"))
    assert board.find("", states=frozenset({WAITING}), doing="approve")["job_id"] == "aaa"


def test_of_two_one_has_to_be_named() -> None:
    board = JobBoard()
    board.take(job("aaa", WAITING))
    board.take(job("bbb", WAITING))
    with pytest.raises(ChatError, match=r"/approve .*: aaa, bbb"):
        board.find("", states=frozenset({WAITING}), doing="approve")
    assert board.find("b", states=frozenset({WAITING}), doing="approve")["job_id"] == "bbb"


def test_without_one_it_says_so() -> None:
    with pytest.raises(ChatError, match="no job here to cancel"):
        JobBoard().find("", states=RUNNING, doing="cancel")


def test_log_lines_are_seen_once() -> None:
    followed = FollowedJobs()
    assert followed.start("a", None) == 0

    def lines(*numbers: int) -> Frame:
        return Frame("job.event", {"job_id": "a", "events": [{"log_seq": each} for each in numbers]})

    assert followed.fresh(lines(1, 2)) == lines(1, 2)
    assert followed.fresh(lines(2, 3)) == lines(3)
    assert followed.fresh(lines(1, 2, 3)) is None
    assert '"after": 3' in followed.requests()[0]
