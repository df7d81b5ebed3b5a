"""Words about jobs: an approval is a plain yes to the one plan that was shown here."""

from dataclasses import replace

import pytest

from conversations.dialogue.decisions import Act, Ask, Say, Show
from orchestrator.states import JobState
from orchestrator.types import ApprovalNeed, JobView
from tests.unit.conversations.dialogue.scenes import (
    NEW_BUCKET,
    OTHER,
    Talk,
    asked,
    job,
    new_world,
    only,
    proposes_nothing,
    stack,
    texts,
)


def waiting(*jobs: JobView) -> Talk:
    return Talk(new_world(job_list=list(jobs), shown={each.id: "hash-1" for each in jobs}))


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("yes", "base.affirm"),
        ("Yes!", None),
        ("yes please", "base.affirm"),
        ("approve", "base.approve"),
        ("Go ahead.", "base.affirm"),
        ("ok, do it", "base.affirm"),
        ("yes, approve the plan", "base.approve"),
        ("approve acme", "base.approve"),
        ("approve the staging bucket", "base.approve"),
        ("looks good", None),
    ],
)
def test_a_plain_yes_approves_the_plan_shown(text: str, intent: str | None):
    one = job(of=stack("acme"))
    act = only(waiting(one).say(text, intent), Act)
    assert (act.action, act.job_id, act.plan_hash) == ("approve", one.id, "hash-1")


@pytest.mark.parametrize(
    ("text", "intent", "slots"),
    [
        ("yes but in production", "base.affirm", {"environment": "production"}),
        ("yes, and without versioning", "base.affirm", {"versioning": False}),
        ("should I approve it?", "base.approve", {}),
        ("I oppose the plan", "base.approve", {}),
        ("I never agreed", "base.affirm", {}),
        ("approve it only if it is free", "base.approve", {}),
        ("approve the bucket other", "base.approve", {"name": "other"}),
        ("not yet", "base.affirm", {}),
        ("maybe", None, {}),
    ],
)
def test_anything_else_approves_nothing(text: str, intent: str | None, slots: dict[str, object]):
    assert proposes_nothing(waiting(job(of=stack("acme"))).say(text, intent, **slots))


def test_a_plan_never_shown_here_is_shown_first():
    talk = Talk(new_world(job_list=[job()]))
    said = talk.say("yes")
    assert only(said, Show).job_id == talk.world.job_list[0].id
    assert proposes_nothing(said)


def test_a_plan_that_changed_since_is_shown_again():
    one = job()
    talk = Talk(new_world(job_list=[one], shown={one.id: "hash-0"}))
    assert only(talk.say("approve"), Show)
    talk.world.shown[one.id] = "hash-1"
    assert only(talk.say("approve"), Act).plan_hash == "hash-1"


def test_several_plans_are_asked_about():
    first, second = job("create staging bucket one"), job("create staging bucket two")
    talk = waiting(first, second)
    said = talk.say("yes")
    assert asked(said) == ("job",)
    assert proposes_nothing(said)
    assert only(talk.say("yes"), Ask)
    assert only(talk.say("create staging bucket two"), Act).job_id == second.id
    assert talk.state.form is None


def test_which_one_by_form_number_or_not_at_all():
    first, second = job("one"), job("two")
    talk = waiting(first, second)
    talk.say("approve")
    assert only(talk.submit(job="one"), Act).job_id == first.id
    talk.say("reject because it is too big", "base.reject")
    act = only(talk.say("2"), Act)
    assert (act.action, act.job_id, act.reason) == ("reject", second.id, "it is too big")
    talk.say("approve")
    assert "leave all of them" in texts(talk.say("never mind"))
    assert talk.state.form is None
    talk.say("approve")
    assert only(talk.submit(job="nine"), Ask)


def test_one_of_several_by_name():
    first, second = job(of=stack("acme")), job(of=stack("reports"))
    assert only(waiting(first, second).say("approve reports", "base.approve"), Act).job_id == second.id


def test_only_one_awaits_this_person():
    first, second = job("one"), job("two", requester=OTHER)
    talk = waiting(first, second)
    talk.world.refused[second.id] = "Not yours."
    assert only(talk.say("yes"), Act).job_id == first.id


def test_who_may_not_is_told_why():
    one = job(approval=ApprovalNeed("other", 1, 0, "staging"))
    talk = waiting(one)
    talk.world.refused[one.id] = "This is your own request; somebody else has to approve it."
    assert "somebody else" in only(talk.say("yes"), Say).text


def test_nothing_waits():
    assert "Nothing waits for your answer" in texts(Talk().say("yes"))
    planning = job(state=JobState.PLANNING, plan=None)
    assert "being planned" in texts(waiting(planning).say("yes"))
    elsewhere = Talk(new_world(elsewhere=[job("create production queue jobs", requester=OTHER)]))
    assert "create production queue jobs" in texts(elsewhere.say("approve"))
    assert "Nothing waits" in texts(Talk().say("no"))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("no", ""),
        ("reject", ""),
        ("reject because the name is wrong", "the name is wrong"),
        ("Reject it: too expensive", "too expensive"),
        ("decline since we have one", "we have one"),
        ("No, because it is Friday", "it is Friday"),
    ],
)
def test_no_rejects(text: str, reason: str):
    act = only(waiting(job()).say(text, "base.deny"), Act)
    assert (act.action, act.reason) == ("reject", reason)


def test_the_requester_may_refuse_what_they_may_not_approve():
    one = job(approval=ApprovalNeed("other", 1, 0, "staging"))
    talk = waiting(one)
    talk.world.refused[one.id] = "This is your own request."
    assert only(talk.say("no"), Act).action == "reject"


def test_who_may_not_reject_is_told_why():
    one = job(requester=OTHER)
    talk = waiting(one)
    talk.world.refused[one.id] = "Needs the approver role."
    assert "approver role" in texts(talk.say("no"))
    assert "OK" not in texts(talk.say("cancel that"))


@pytest.mark.parametrize(
    ("text", "intent"), [("cancel that", None), ("stop", None), ("please stop the job now", "base.cancel")]
)
def test_cancel_stops_the_one_job(text: str, intent: str | None):
    running = job(state=JobState.APPLYING)
    act = only(waiting(running).say(text, intent), Act)
    assert (act.action, act.job_id) == ("cancel", running.id)


def test_cancel_asks_which_and_guesses_nothing():
    talk = waiting(job("one", state=JobState.APPLYING), job("two"))
    assert asked(talk.say("cancel that")) == ("job",)
    assert only(talk.say("one"), Act).action == "cancel"
    assert proposes_nothing(waiting(job(state=JobState.APPLYING)).say("start it now", "base.cancel"))
    assert "nothing to cancel" in texts(Talk().say("cancel that"))


def test_a_yes_to_a_question_is_no_approval():
    talk = waiting(job())
    talk.say("create a bucket called acme", NEW_BUCKET, name="acme")
    said = talk.say("yes")
    assert not any(isinstance(each, Act) for each in said.steps)


def test_an_explicit_decision_in_the_middle_of_a_question():
    talk = waiting(job())
    talk.say("create a staging bucket", NEW_BUCKET, environment="staging")
    said = talk.say("approve")
    assert only(said, Act).action == "approve"
    assert asked(said) == ("name",)


def test_status_tells_what_is_under_way():
    queued = job("create staging queue jobs", state=JobState.QUEUED, queue_position=2)
    said = texts(waiting(job(), replace(queued)).say("what is running"))
    assert "**create staging bucket acme** is waiting for approval" in said
    assert "Before it in line: 2" in said


def test_the_status_names_what_waits_for_this_person_elsewhere():
    theirs = job("delete staging bucket acme", requester=OTHER)
    said = texts(Talk(new_world(elsewhere=[theirs])).say("what is running", "base.status"))
    assert "**delete staging bucket acme** (asked by olga)" in said
    assert "/approvals in a terminal" in said
