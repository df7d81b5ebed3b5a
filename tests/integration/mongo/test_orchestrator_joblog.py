"""A job's log is unbroken, whoever writes it and whatever happens to the writer."""

import threading
from collections.abc import Iterable
from typing import Any

import pytest
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import AutoReconnect

from chatbot_project.mongo.connections import collection
from orchestrator import events, plans, selectors
from orchestrator.errors import InvalidValue, LeaseLost
from orchestrator.executors.base import LogLine
from orchestrator.joblog import JobLog
from orchestrator.log_types import LogFilter
from orchestrator.states import JobState
from orchestrator.types import JobView

from .orchestrating import lose_lease, move, person, planned, seed, submit, take


@pytest.fixture
def job(mongo_db: Database[Any]) -> JobView:
    seed()
    return submit(person("demo", "requester"))


def lines(*texts: str) -> list[LogLine]:
    return [LogLine("line", text) for text in texts]


def numbers(job_id: str) -> list[int]:
    return [each.log_seq for each in selectors.job_events(job_id)]


def test_the_log_begins_with_the_lease_and_counts_on(job: JobView) -> None:
    log = JobLog.open(take(job))
    assert log.append(lines("one", "two")) == 3
    assert log.append([LogLine("resource_done", "made", "aws_s3_bucket.this", {"seconds": 2})]) == 4
    assert log.append([]) == 4
    found = selectors.job_events(job.id)
    assert [each.kind for each in found] == ["lease", "line", "line", "resource_done"]
    assert (found[3].resource, found[3].data) == ("aws_s3_bucket.this", {"seconds": 2})
    assert [each.text for each in selectors.job_events(job.id, after=1, limit=2)] == ["one", "two"]
    assert selectors.job_last_log_seq(job.id) == 4


def test_jobs_do_not_see_each_other_s_lines(job: JobView) -> None:
    other = submit(person("bob", "requester"))
    JobLog.open(take(job)).append(lines("mine"))
    assert selectors.job_events(other.id) == []
    assert selectors.job_last_log_seq(other.id) == 0


def test_a_negative_number_is_refused(job: JobView) -> None:
    with pytest.raises(InvalidValue, match="0 or more"):
        selectors.job_events(job.id, after=-1)


def test_the_old_writer_is_stopped_and_leaves_no_gap(job: JobView) -> None:
    old = JobLog.open(take(job))
    old.append(lines("one"))
    lose_lease(job.id)
    new = JobLog.open(take(job, owner="worker-2"))
    with pytest.raises(LeaseLost):
        old.append(lines("late", "later"))
    new.append(lines("two"))
    assert [each.text for each in selectors.job_events(job.id) if each.kind == "line"] == ["one", "two"]
    assert numbers(job.id) == [1, 2, 3, 4]


def test_a_lease_that_is_lost_cannot_open_the_log(job: JobView) -> None:
    lease = take(job)
    lose_lease(job.id)
    with pytest.raises(LeaseLost):
        JobLog.open(lease)
    assert numbers(job.id) == []


def test_takeovers_in_the_middle_of_writing_leave_no_gap(job: JobView) -> None:
    stopped: list[str] = []

    def write(log: JobLog, owner: str) -> None:
        try:
            for number in range(200):
                log.append(lines(*[f"{owner} {number}.{part}" for part in range(5)]))
        except LeaseLost:
            stopped.append(owner)

    threads = []
    for n in range(8):
        lose_lease(job.id)
        log = JobLog.open(take(job, owner=f"worker-{n}"))
        threads.append(threading.Thread(target=write, args=(log, f"worker-{n}")))
        threads[-1].start()
    for thread in threads:
        thread.join()
    last = selectors.job_last_log_seq(job.id)
    found = [each["log_seq"] for each in collection("orchestrator_jobevent").find({"job_id": job.id}).sort("_id", 1)]
    assert found == list(range(1, last + 1))
    assert "worker-7" not in stopped


def test_threads_of_one_worker_share_the_log(job: JobView) -> None:
    log = JobLog.open(take(job))
    threads = [threading.Thread(target=lambda: [log.append(lines("x")) for _ in range(20)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert numbers(job.id) == list(range(1, 82))


def test_an_insert_whose_answer_was_lost_is_not_doubled(job: JobView, monkeypatch: pytest.MonkeyPatch) -> None:
    log, insert, lost = JobLog.open(take(job)), Collection.insert_many, []

    def insert_half_and_lose_the_answer(self: Any, documents: Iterable[Any], *args: Any, **kwargs: Any) -> Any:
        documents = list(documents)
        if lost:
            return insert(self, documents, *args, **kwargs)
        lost.append(True)
        insert(self, documents[:2], *args, **kwargs)
        raise AutoReconnect("connection reset")

    monkeypatch.setattr(Collection, "insert_many", insert_half_and_lose_the_answer)
    assert log.append(lines("one", "two", "three")) == 4
    assert [each.text for each in selectors.job_events(job.id)][1:] == ["one", "two", "three"]


def test_listeners_hear_the_last_number(job: JobView, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[tuple[str, int]] = []
    monkeypatch.setattr(events, "_log_listeners", [lambda job_id, seq: heard.append((job_id, seq))])
    JobLog.open(take(job)).append(lines("one", "two"))
    assert heard == [(job.id, 1), (job.id, 3)]


def test_a_job_knows_how_long_its_log_is(job: JobView) -> None:
    lease = take(job)
    job = move(job, JobState.PLANNING, lease)
    JobLog.open(lease).append(lines("one"))
    assert selectors.job_get(job.id).last_log_seq == 2
    assert move(job, JobState.FAILED, lease).last_log_seq == 2


def test_a_plan_of_any_size_comes_back_as_it_was(job: JobView) -> None:
    assert selectors.job_plan(job.id) is None
    lease = take(job)
    numbers_ = "".join(f"{n * 2654435761 % 2**32:08x}" for n in range(1_500_000))
    plans.plan_store(lease=lease, job_id=job.id, masked_plan={"changes": numbers_, "keys.with $": [None, True, "ü"]})
    assert selectors.job_plan(job.id) == {"changes": numbers_, "keys.with $": [None, True, "ü"]}
    assert collection("orchestrator_planchunk").count_documents({}) > 1
    plans.plan_store(lease=lease, job_id=job.id, masked_plan={"small": 1})
    assert selectors.job_plan(job.id) == {"small": 1}
    assert collection("orchestrator_planchunk").count_documents({}) == 1


def test_a_zombie_cannot_replace_a_plan(job: JobView) -> None:
    zombie = take(job)
    lose_lease(job.id)
    plans.plan_store(lease=take(job, owner="worker-2"), job_id=job.id, masked_plan={"good": 1})
    with pytest.raises(LeaseLost):
        plans.plan_store(lease=zombie, job_id=job.id, masked_plan={"bad": 1})
    assert selectors.job_plan(job.id) == {"good": 1}
    assert selectors.job_plan("unknown") is None


def test_a_waiting_job_keeps_its_number(job: JobView) -> None:
    assert planned(job).last_log_seq == 0


def mixed(job: JobView) -> None:
    """Lines 2 to 8 of a log, of every kind."""
    JobLog.open(take(job)).append(
        [
            LogLine("line", "reading Its present state"),
            LogLine("phase", "Applying"),
            LogLine("resource_start", "a.b: creating", "a.b"),
            LogLine("resource_progress", "a.b: still creating after 10 s", "a.b"),
            LogLine("diagnostic", "Deprecated (50% sure).", None, {"severity": "warning"}),
            LogLine("diagnostic", "The name is taken.", None, {"severity": "error"}),
            LogLine("resource_failed", "a.b: creating failed", "a.b"),
        ]
    )


@pytest.mark.parametrize(
    ("level", "search", "wanted"),
    [
        ("", "", [1, 2, 3, 4, 5, 6, 7, 8]),
        ("step", "", [3, 4, 6, 7, 8]),
        ("warning", "", [6, 7, 8]),
        ("error", "", [7, 8]),
        ("", "CREATING", [4, 5, 8]),
        ("error", "creating", [8]),
        ("", "(50% sure).", [6]),
        ("", ".*", []),
    ],
)
def test_lines_are_looked_for(job: JobView, level: str, search: str, wanted: list[int]) -> None:
    mixed(job)
    chosen = LogFilter(level, search)
    assert [each.log_seq for each in selectors.job_events(job.id, wanted=chosen)] == wanted
    assert [each.log_seq for each in selectors.job_events(job.id, before=8, limit=2, wanted=chosen)] == [
        each for each in wanted if each < 8
    ][-2:]


def test_the_level_of_a_line_is_what_it_is_found_by(job: JobView) -> None:
    mixed(job)
    for level, shown in {
        "step": {"step", "warning", "error"},
        "warning": {"warning", "error"},
        "error": {"error"},
    }.items():
        assert {each.level for each in selectors.job_events(job.id, wanted=LogFilter(level))} == shown
