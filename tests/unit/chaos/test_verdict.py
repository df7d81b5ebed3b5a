"""The judge of the kill test finds each kind of broken promise, and nothing in a good run."""

from collections import Counter
from dataclasses import replace

import pytest

from conversations.terminal.frames import Frame
from tests.chaos.cloud import Cloud, Thing
from tests.chaos.history import History
from tests.chaos.ledger import Ledger, Request
from tests.chaos.verdict import judge
from tests.chaos.wishes import BUCKET, CREATE, Wanted, Wish

TEXT = "create a staging bucket called acme with versioning"
CREATION = [{"type": "aws_s3_bucket", "action": "create", "address": "aws_s3_bucket.this"}]
BUCKET_THERE = Thing("aws_s3_bucket", "acme", "s1", {"versioning": "Enabled"})


@pytest.fixture
def ledger() -> Ledger:
    stack = Wanted("acme", BUCKET, exists=True)
    made = Ledger(requests=[Request(Wish(CREATE, TEXT, stack), "c1", 1, job_id="j1", state="succeeded")])
    made.acknowledged["c1", 1] = TEXT
    made.conversations["c1"] = [1, 2]
    made.lines["j1"] = [1, 2]
    made.plans["j1", "h"] = CREATION
    return made


@pytest.fixture
def history() -> History:
    job = {"_id": "j1", "title": "create bucket acme", "state": "succeeded", "stack_id": "s1", "last_log_seq": 2}
    job |= {"conversation_id": "c1", "message_seq": 1, "error": None, "result_text": "Done."}
    stack = {"_id": "s1", "name": "acme", "active_job_id": None, "queue": [], "status": "live"}
    frames = [
        Frame("message.created", {"author": "user", "text": TEXT}, seq=1),
        Frame("job.updated", {"job_id": "j1", "state": "succeeded"}, seq=2),
    ]
    move = {"job_id": "j1", "version": 1, "from_state": None, "to_state": "queued"}
    return History([job], [stack], [move], {"j1": [1, 2]}, {"c1": frames}, [], 0)


@pytest.fixture
def cloud() -> Cloud:
    return Cloud([BUCKET_THERE], {"s1": {"acme"}}, [], Counter({("acme", "aws_s3_bucket"): 1}))


def test_nothing_is_found_in_a_good_run(ledger, history, cloud):
    assert judge(ledger, history, cloud).sentences() == []


def test_lost_are_messages_jobs_and_results(ledger, history, cloud):
    assert judge(ledger, history, replace(cloud, things=[])).counts()["lost"] == 1
    off = replace(BUCKET_THERE, facts={"versioning": "Suspended"})
    assert judge(ledger, history, replace(cloud, things=[off])).counts()["lost"] == 1
    assert judge(ledger, replace(history, jobs=[]), cloud).counts()["lost"] == 1
    # The message, and the word on how the job ended.
    assert judge(ledger, replace(history, frames={"c1": []}), cloud).counts()["lost"] == 2


def test_a_job_whose_end_nobody_was_told_is_lost(ledger, history, cloud):
    told = [history.frames["c1"][0], Frame("job.updated", {"job_id": "j1", "state": "applying"}, seq=2)]
    (sentence,) = judge(ledger, replace(history, frames={"c1": told}), cloud).lost
    assert "last told applying" in sentence


def test_twice_are_messages_jobs_and_creations(ledger, history, cloud):
    again = Frame("message.created", {"author": "user", "text": TEXT}, seq=3)
    stored = {"c1": [*history.frames["c1"], again]}
    assert judge(ledger, replace(history, frames=stored), cloud).counts()["applied twice"] == 1
    second = {**history.jobs[0], "_id": "j2"}
    lines = {**history.lines, "j2": [1, 2]}
    found = judge(ledger, replace(history, jobs=[*history.jobs, second], lines=lines), cloud)
    assert found.counts()["applied twice"] == 1
    made = Counter({("acme", "aws_s3_bucket"): 2})
    assert judge(ledger, history, replace(cloud, creations=made)).counts()["applied twice"] == 1


def test_an_orphan_is_in_no_state_and_in_no_report(ledger, history, cloud):
    forgotten = replace(cloud, states={"s1": set()})
    assert judge(ledger, history, forgotten).counts()["orphans"] == 1
    told = {**history.jobs[0], "error": {"detail": "acme exists and belongs to nothing."}}
    assert judge(ledger, replace(history, jobs=[told]), forgotten).counts()["orphans"] == 0


def test_what_was_deleted_must_be_gone(ledger, history, cloud):
    ledger.requests[0].wish.stack.gone = True
    ledger.requests[0].wish.stack.exists = False
    assert judge(ledger, history, cloud).counts()["orphans"] == 1
    assert judge(ledger, history, replace(cloud, things=[])).is_good


def test_stuck_are_jobs_stacks_locks_and_processes(ledger, history, cloud):
    working = {**history.jobs[0], "state": "applying"}
    assert judge(ledger, replace(history, jobs=[working]), cloud).counts()["stuck"] == 1
    held = {**history.stacks[0], "active_job_id": "j1"}
    assert judge(ledger, replace(history, stacks=[held]), cloud).counts()["stuck"] == 1
    locked = replace(cloud, locks=["stacks/s1/terraform.tfstate.tflock"])
    assert judge(ledger, history, locked, ["process 1 (terraform) still runs"]).counts()["stuck"] == 2


def test_gaps_are_seen_in_every_stream(ledger, history, cloud):
    ledger.conversations["c1"] = [1, 3]
    ledger.lines["j1"] = [1, 1]
    found = judge(ledger, replace(history, lines={"j1": [1, 3]}), cloud)
    assert found.counts()["gaps"] == 3
