"""Why a worker is to stop, and what outranks what."""

from typing import Any

import pytest
from pymongo.errors import AutoReconnect

from orchestrator import heartbeat, leases, shutdown
from orchestrator.heartbeat import Heartbeat
from orchestrator.leases import Lease
from orchestrator.states import JobState
from tests.servers.processes import wait_until

LEASE = Lease("job", "me", 3, seconds=10)


class Jobs:
    def __init__(self) -> None:
        self.wish: dict[str, Any] | None = None

    def find_one(self, *args: Any) -> dict[str, Any]:
        return {"cancel_requested": self.wish}


class Told:
    def __init__(self, *answers: bool) -> None:
        self.answers = list(answers)
        self.calls: list[tuple[str, Any]] = []

    def __call__(self, why: str, wish: Any) -> bool:
        self.calls.append((why, wish))
        return self.answers.pop(0) if self.answers else True


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> Jobs:
    found = Jobs()
    monkeypatch.setattr(heartbeat, "jobs", lambda: found)
    monkeypatch.setattr(leases, "renew", lambda lease: True)
    return found


def beating(told: Told, timeout_seconds: float = 60) -> Heartbeat:
    beat = Heartbeat(LEASE, {JobState.APPLYING}, interval_seconds=0.005, timeout_seconds=timeout_seconds, on_stop=told)
    beat.start()
    return beat


def test_goes_on_and_ends(jobs: Jobs) -> None:
    beat = beating(Told())
    assert beat.why_stop() is None
    beat.stop()
    assert not beat._thread.is_alive()


def test_a_wish_to_cancel_is_told_until_it_was_heard(jobs: Jobs) -> None:
    told = Told(False, True)
    beat = beating(told)
    jobs.wish = {"reason": "no"}
    wait_until(lambda: len(told.calls) == 2, seconds=10, what="being told twice")
    beat.stop()
    assert told.calls == [("cancel", {"reason": "no"})] * 2
    assert (beat.why_stop(), beat.wish) == ("cancel", {"reason": "no"})


def test_the_time_is_over(jobs: Jobs) -> None:
    told = Told()
    beat = beating(told, timeout_seconds=0)
    assert beat.why_stop() == "timeout"
    wait_until(lambda: told.calls == [("timeout", None)], seconds=10, what="being told")
    beat.stop()


def test_mongodb_away_is_no_loss(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[int] = []

    def away(lease: Lease) -> bool:
        tries.append(1)
        raise AutoReconnect("away")

    monkeypatch.setattr(leases, "renew", away)
    beat = beating(Told())
    wait_until(lambda: len(tries) > 3, seconds=10, what="several tries")
    assert beat.why_stop() is None
    beat.stop()


def test_a_lost_lease_outranks_everything(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    told = Told()
    jobs.wish = {"reason": "no"}
    monkeypatch.setattr(leases, "renew", lambda lease: False)
    monkeypatch.setattr(leases, "claim", lambda *args: None)
    beat = beating(told)
    wait_until(lambda: beat.why_stop() == "lease_lost", seconds=10, what="the loss")
    beat.stop()
    assert told.calls == []


@pytest.mark.parametrize(("mode", "why"), [(shutdown.HANDOVER, "handover"), (shutdown.INTERRUPT, "shutdown")])
def test_the_end_of_the_worker_outranks_what_is_wished_of_the_job(jobs: Jobs, mode: str, why: str) -> None:
    told = Told()
    beat = beating(told)
    jobs.wish = {"reason": "no"}
    wait_until(lambda: beat.wish is not None, seconds=10, what="the wish")
    try:
        shutdown.request(mode)
        assert beat.why_stop() == why
        beat.lose()
        assert beat.why_stop() == "lease_lost"
    finally:
        shutdown.withdraw()
        beat.stop()


def test_finding_out_does_not_heed_a_wish_but_the_time(jobs: Jobs) -> None:
    beat = beating(Told())
    jobs.wish = {"reason": "no"}
    wait_until(lambda: beat.wish is not None, seconds=10, what="the wish")
    assert (beat.why_stop(), beat.why_stop(heed_cancel=False)) == ("cancel", None)
    beat.limit(0)
    assert beat.why_stop(heed_cancel=False) == "timeout"
    beat.limit(60)
    assert beat.why_stop(heed_cancel=False) is None
    beat.stop()


def test_every_beat_is_told(jobs: Jobs) -> None:
    beats: list[int] = []
    beat = Heartbeat(
        LEASE,
        {JobState.APPLYING},
        interval_seconds=0.005,
        timeout_seconds=60,
        on_stop=Told(),
        on_beat=lambda: beats.append(1),
    )
    beat.start()
    wait_until(lambda: len(beats) > 2, seconds=10, what="three beats")
    beat.stop()


@pytest.mark.parametrize(("fence", "why"), [(4, None), (5, "lease_lost")])
def test_taken_back_only_if_nobody_held_it_in_between(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch, fence: int, why: str | None
) -> None:
    released: list[Lease] = []
    fresh = Lease("job", "me", fence, seconds=10)
    monkeypatch.setattr(leases, "renew", lambda lease: lease is fresh and fence == 4)
    monkeypatch.setattr(leases, "claim", lambda *args: fresh)
    monkeypatch.setattr(leases, "release", released.append)
    beat = beating(Told())
    wait_until(lambda: beat.lease is fresh or beat.why_stop() is not None, seconds=10, what="the next beat")
    beat.stop()
    assert beat.why_stop() == why
    assert released == ([] if why is None else [fresh])


@pytest.mark.parametrize(("leaving", "level"), [(False, "WARNING"), (True, "DEBUG")])
def test_only_a_lease_that_others_took_is_a_warning(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, leaving: bool, level: str
) -> None:
    monkeypatch.setattr(leases, "renew", lambda lease: False)
    monkeypatch.setattr(leases, "claim", lambda *arguments: None)
    beat = Heartbeat(LEASE, {JobState.APPLYING}, interval_seconds=9, timeout_seconds=60, on_stop=Told())
    if leaving:
        beat.leave()
    with caplog.at_level("DEBUG"):
        assert not beat.hold()
    assert [record.levelname for record in caplog.records] == [level]
