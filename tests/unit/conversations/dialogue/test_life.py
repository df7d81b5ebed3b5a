"""A stack's life in words: asked for a while, kept longer, its history, undone, checked, restored."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from conversations.dialogue.decisions import Keep, Propose, Say
from conversations.dialogue.engine import decide
from conversations.dialogue.state import DialogueState
from conversations.dialogue.turn import Turn
from orchestrator.states import JobKind, JobState
from orchestrator.types import Adoption, ApprovalView, Lifetime, Revision, StackView
from tests.unit.conversations.dialogue.scenes import (
    DELETE_BUCKET,
    NEW_BUCKET,
    NEW_QUEUE,
    OTHER,
    Talk,
    asked,
    job,
    new_world,
    only,
    proposes_nothing,
    stack,
    texts,
    understood,
)

FRIDAY = datetime(2026, 1, 2, 17, tzinfo=UTC)
HOUR = 3600


def ending(name: str = "acme-reports", **more: Any) -> StackView:
    return stack(name, **{"expires_at": FRIDAY, **more})


def talk_about(*stacks: StackView, revisions: dict[str, list[Revision]] | None = None) -> Talk:
    talk = Talk(new_world(stack_list=list(stacks), revision_list=revisions or {}))
    for each in stacks[:1]:
        talk.state = talk.state.remember(each)
    return talk


def revision(of: StackView, number: int, diff: dict[str, tuple[Any, Any]] | None = None, **more: Any) -> Revision:
    done = job(f"change {of.name}", of=of, state=JobState.SUCCEEDED, **more)
    return Revision(number, done, FRIDAY, diff or {})


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("create a staging bucket called acme-reports for two hours", 2 * HOUR),
        ("create a staging bucket acme-reports for 90 minutes please", 90 * 60),
        ("create a staging bucket acme-reports, only for a day", 24 * HOUR),
        ("create a staging bucket acme-reports that expires in 3 days", 72 * HOUR),
        ("create a staging bucket acme-reports and delete it again after one week", 168 * HOUR),
        ("create a staging bucket acme-reports", None),
        ("create a staging bucket acme-reports that keeps files for 30 days", None),
        ("create a staging bucket acme-reports for logs kept for 30 days", None),
        ("create a staging bucket acme-reports with a retention for 4 weeks", None),
        ("i have waited for two hours, create a staging bucket acme-reports", None),
    ],
)
def test_for_how_long_it_is_asked(text: str, seconds: int | None):
    proposed = only(Talk().say(text, NEW_BUCKET, environment="staging", name="acme-reports"), Propose)
    assert proposed.lifetime == (Lifetime(seconds=seconds) if seconds else None)


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("create a staging bucket acme-reports until friday", datetime(2026, 1, 3, tzinfo=UTC)),
        ("create a staging bucket acme-reports until 6 pm", datetime(2026, 1, 1, 18, tzinfo=UTC)),
        ("create a staging bucket acme-reports which expires tomorrow at 9", datetime(2026, 1, 2, 9, tzinfo=UTC)),
        ("create a staging bucket acme-reports and delete it on friday", datetime(2026, 1, 3, tzinfo=UTC)),
        ("tomorrow create a staging bucket acme-reports", None),
    ],
)
def test_until_when_it_is_asked(text: str, until: datetime | None):
    proposed = only(Talk().say(text, NEW_BUCKET, environment="staging", name="acme-reports"), Propose)
    assert proposed.lifetime == (Lifetime(until=until) if until else None)


def test_what_ends_by_itself_is_said_with_who_must_approve_it():
    talk = Talk()
    said = talk.say("create a bucket for two hours", NEW_BUCKET)
    assert asked(said)[0] == "name"
    talk.say("acme-reports")
    text = texts(talk.say("staging"))
    assert "deleted 2 hours after it was made" in text
    assert "Whoever approves the plan approves that as well" in text
    assert "somebody else with the approver role" in text


def test_how_long_can_be_said_while_something_else_is_asked():
    talk = Talk()
    talk.say("create a staging bucket", NEW_BUCKET, environment="staging")
    assert asked(talk.say("for three hours")) == ("name",)
    assert only(talk.say("acme-reports"), Propose).lifetime == Lifetime(seconds=3 * HOUR)


def test_a_time_that_is_a_value_of_its_own_is_no_end():
    said = Talk().say("create a queue jobs in staging that keeps messages for 4 days", NEW_QUEUE, name="jobs")
    assert all(each.lifetime is None for each in said.steps if isinstance(each, Propose))


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("keep it two more hours", {"more_seconds": 2 * HOUR}),
        ("keep it for two more hours", {"more_seconds": 2 * HOUR}),
        ("Please keep it for another day!", {"more_seconds": 24 * HOUR}),
        ("keep acme-reports an hour longer", {"more_seconds": HOUR}),
        ("extend acme-reports by 3 days", {"more_seconds": 72 * HOUR}),
        ("can you extend it for an hour", {"more_seconds": HOUR}),
        ("keep it for two hours", {"until": datetime(2026, 1, 1, 14, tzinfo=UTC)}),
        ("keep it until friday", {"until": datetime(2026, 1, 3, tzinfo=UTC)}),
        ("keep acme-reports till tomorrow at 6 pm", {"until": datetime(2026, 1, 2, 18, tzinfo=UTC)}),
        ("keep it for good", {"for_good": True}),
        ("keep the bucket forever", {"for_good": True}),
    ],
)
def test_it_is_kept_longer(text: str, wish: dict[str, Any]):
    kept = only(talk_about(ending()).say(text), Keep)
    assert {name: getattr(kept, name) for name in wish} == wish
    assert kept.name == "acme-reports"


@pytest.mark.parametrize(
    "text", ["keep messages for two days", "keep old versions", "keep it simple", "do not keep it"]
)
def test_other_things_are_kept_too(text: str):
    assert not any(isinstance(each, Keep) for each in talk_about(ending()).say(text).steps)


def test_without_a_time_it_is_asked_how_long():
    said = only(talk_about(ending()).say("keep it longer"), Say)
    assert "How much longer?" in said.text
    assert "on Friday 2 January at 17:00 (UTC)" in said.text


def test_of_several_it_is_asked_which():
    talk = talk_about(stack("plain"), ending("acme-one"), ending("acme-two"))
    said = only(talk.say("keep it two more hours"), Say)
    assert said.suggestions == ("keep acme-one two more hours", "keep acme-two two more hours")
    assert only(talk.say("keep acme-two two more hours"), Keep).name == "acme-two"


def test_what_has_no_end_need_not_be_kept():
    talk = talk_about(stack("plain"))
    assert "has no end" in texts(talk.say("keep plain for two more hours"))
    assert "nothing to prolong" in texts(talk.say("keep it for two more hours"))


def test_the_history_says_who_asked_who_approved_and_what_changed():
    bucket = ending()
    approval = ApprovalView(OTHER, "approve", "h", FRIDAY)
    revisions = [revision(bucket, 2, {"versioning": (False, True)}, approvals=(approval,)), revision(bucket, 1)]
    talk = talk_about(bucket, revisions={bucket.id: revisions})
    for text in ("history of acme-reports", "show me its history", "what was changed on acme-reports?", "history"):
        said = texts(talk.say(text))
        assert "`versioning: false -> true`" in said, text
        assert "asked for by demo, approved by olga" in said
        assert "It is deleted on Friday" in said
    assert "Nothing was done" in texts(talk_about(bucket).say("history of acme-reports"))


@pytest.mark.parametrize("text", ["undo that", "undo", "Please undo it.", "revert the last change", "roll it back"])
def test_undoing_asks_for_what_was_before(text: str):
    bucket = stack("acme-reports")
    before = revision(bucket, 1)
    revisions = [revision(bucket, 2, {"versioning": (False, True)}), before]
    proposed = only(talk_about(bucket, revisions={bucket.id: revisions}).say(text), Propose)
    assert (proposed.kind, proposed.stack_id, proposed.restores) == (JobKind.APPLY, bucket.id, before.job.id)
    assert proposed.values == {}
    assert "`versioning: true -> false`" in proposed.text


def test_undoing_the_first_change_is_a_deletion():
    bucket = stack("acme-reports")
    proposed = only(talk_about(bucket, revisions={bucket.id: [revision(bucket, 1)]}).say("undo that"), Propose)
    assert (proposed.kind, proposed.restores) == (JobKind.DESTROY, None)
    assert "so I plan its deletion" in proposed.text
    assert "somebody else with the approver role" in proposed.text


def test_what_was_deleted_is_not_undone_in_place_of_something_else():
    talk = talk_about(stack("other"))
    talk.state = talk.state.remember(stack("acme-gone"))
    said = talk.say("undo that")
    assert proposes_nothing(said)
    assert "**acme-gone** is not there any more" in texts(said)


@pytest.mark.parametrize(
    "text",
    ["undo that", "undo the deletion", "undo the deletion of acme-gone", "please bring back the bucket acme-gone"],
)
def test_what_was_deleted_is_made_anew_as_it_was(text: str):
    gone = stack("acme-gone", status="gone")
    made, deleted = revision(gone, 1), revision(gone, 2, kind=JobKind.DESTROY)
    talk = talk_about(stack("other"), gone, revisions={gone.id: [deleted, made]})
    talk.state = talk.state.remember(gone)
    proposed = only(talk.say(text), Propose)
    assert (proposed.kind, proposed.restores) == (JobKind.APPLY, made.job.id)
    assert (proposed.stack_id, proposed.stack_name, proposed.values) == (None, "acme-gone", {})
    assert "I plan to make **acme-gone** again as revision 1 asked for it." in proposed.text


@pytest.mark.parametrize("text", ["bring back the old layout", "undo the deletion of nothing-like-it", "make again"])
def test_what_names_nothing_deleted_brings_nothing_back(text: str):
    assert proposes_nothing(talk_about(stack("other")).say(text))


@pytest.mark.parametrize(
    "text", ["undo the tape", "revert to python 3", "undo that and delete acme", "reverse engineering"]
)
def test_what_says_more_undoes_nothing(text: str):
    bucket = stack("acme-reports")
    assert proposes_nothing(talk_about(bucket, revisions={bucket.id: [revision(bucket, 1)]}).say(text))


@pytest.mark.parametrize(
    "text",
    ["check acme-reports for drift", "has acme-reports drifted?", "check it", "run a drift check on acme-reports"],
)
def test_drift_is_looked_for(text: str):
    bucket = stack("acme-reports")
    proposed = only(talk_about(bucket).say(text), Propose)
    assert (proposed.kind, proposed.stack_id) == (JobKind.DRIFT, bucket.id)


def test_what_drifted_is_restored_as_the_latest_revision_asked():
    bucket = stack("acme-reports")
    latest = revision(bucket, 1)
    talk = talk_about(bucket, revisions={bucket.id: [latest]})
    for text in ("restore acme-reports", "put it back", "please restore it"):
        proposed = only(talk.say(text), Propose)
        assert (proposed.kind, proposed.restores) == (JobKind.APPLY, latest.job.id), text


@pytest.mark.parametrize(
    "text",
    [
        "adopt it",
        "adopt acme-reports",
        "please adopt the changes",
        "keep the changes",
        "keep what changed in acme-reports",
        "accept the drift",
        "leave it as it is now",
    ],
)
def test_what_drifted_is_adopted(text: str):
    bucket = stack("acme-reports")
    talk = talk_about(bucket)
    report = job("check", of=bucket, kind=JobKind.DRIFT)
    left = ("aws_s3_bucket_policy.this",)
    talk.world.adoptions[bucket.id] = Adoption(bucket, report, {"versioning": (True, False)}, left)
    proposed = only(talk.say(text), Propose)
    assert (proposed.kind, proposed.adopts, proposed.restores, proposed.values) == (JobKind.APPLY, report.id, None, {})
    assert "`versioning: true -> false`" in proposed.text
    assert "the plan puts them back:\n\n- `aws_s3_bucket_policy.this`" in proposed.text


@pytest.mark.parametrize("text", ["adopt a dog", "keep the changes small", "adopt acme-reports and delete other"])
def test_what_says_more_adopts_nothing(text: str):
    bucket = stack("acme-reports")
    talk = talk_about(bucket)
    talk.world.adoptions[bucket.id] = Adoption(bucket, job(of=bucket), {"versioning": (True, False)})
    assert proposes_nothing(talk.say(text))


def test_what_cannot_be_adopted_is_said():
    said = talk_about(stack("acme-reports")).say("adopt it")
    assert proposes_nothing(said)
    assert "Nothing has drifted. Nothing was changed." in texts(said)


def test_one_output_is_told_on_request():
    bucket = stack("acme-reports", outputs={"bucket_arn": "arn:x", "bucket_name": "n"}, values={"versioning": True})
    talk = talk_about(bucket)
    assert "`bucket_arn`: `arn:x`" in texts(talk.say("what is the arn of acme-reports?"))
    assert "bucket_name" not in texts(talk.say("what's the arn of acme-reports"))
    assert "`versioning`: on" in texts(talk.say("what is the versioning of acme-reports"))


def test_a_side_question_leaves_the_open_one_open():
    bucket = ending()
    talk = talk_about(bucket, revisions={bucket.id: [revision(bucket, 1)]})
    talk.say("create a staging bucket", NEW_BUCKET, environment="staging")
    said = talk.say("history of acme-reports")
    assert "History of" in texts(said)
    assert asked(said) == ("name",)


def test_a_change_shows_what_it_changes():
    bucket = stack("acme", values={"name": "acme", "versioning": True})
    said = talk_about(bucket).say("turn off versioning for acme", NEW_BUCKET, name="acme", versioning=False)
    assert "`versioning: true -> false`" in only(said, Propose).text
    shared = replace(bucket, owner=OTHER)
    said = talk_about(shared).say(
        "turn off versioning for acme", NEW_BUCKET, name="acme", versioning=False, environment="staging"
    )
    assert "->" not in texts(said)


def test_turned_off_without_a_name_it_is_that_talked_about():
    bucket = stack("acme", values={"name": "acme", "versioning": True})
    said = talk_about(bucket).say("turn off versioning", None, versioning=False)
    assert "`versioning: true -> false`" in texts(said)


def test_times_are_told_in_the_persons_zone():
    from zoneinfo import ZoneInfo

    talk = talk_about(ending(expires_at=datetime(2026, 1, 1, 22, tzinfo=UTC)))
    talk.world.moment = datetime(2026, 1, 1, 12, tzinfo=ZoneInfo("Europe/Berlin"))
    assert "today at 23:00 (CET)" in texts(talk.say("keep it longer"))


def test_a_time_no_calendar_has_is_left_to_who_refuses_it():
    said = Talk().say("create a bucket acme for 900000000 years", NEW_BUCKET, environment="staging", name="acme")
    lifetime = only(said, Propose).lifetime
    assert lifetime is not None
    assert lifetime.seconds is not None
    assert lifetime.seconds > 10**11


def test_the_end_in_a_part_of_its_own_is_no_second_request():
    text = "create a bucket called acme in staging and delete it again after 3 days"
    first, second = (understood(each, NEW_BUCKET) for each in text.split(" and "))
    turn = Turn(
        "c:1", text, understood(text, NEW_BUCKET, environment="staging", name="acme"), seq=1, parts=(first, second)
    )
    assert only(decide(turn, DialogueState(), new_world()), Propose).lifetime == Lifetime(seconds=72 * HOUR)


@pytest.mark.parametrize("text", ["delete acme tomorrow", "delete acme in two hours"])
def test_a_deletion_is_not_put_off_and_not_done_early(text: str):
    said = talk_about(stack("acme")).say(text, DELETE_BUCKET, name="acme")
    assert proposes_nothing(said)
    assert "do not put it off" in texts(said)


def test_the_one_made_on_a_day_is_deleted_now():
    bucket = stack("acme", created_at=datetime(2025, 12, 31, 9, tzinfo=UTC))
    assert (
        only(talk_about(bucket).say("delete the bucket from yesterday", DELETE_BUCKET), Propose).stack_id == bucket.id
    )


def test_who_does_not_want_it_deleted_is_told_that_it_will_be():
    said = texts(talk_about(ending()).say("do not delete acme-reports", DELETE_BUCKET, negated=True))
    assert "is still deleted on Friday" in said
    assert "How much longer?" in texts(talk_about(ending()).say("i still need acme-reports", DELETE_BUCKET))


def test_what_is_so_already_is_not_changed():
    bucket = stack("acme", values={"versioning": False})
    said = talk_about(bucket).say("turn off versioning", None, versioning=False)
    assert proposes_nothing(said)
    assert "has that already: versioning off" in texts(said)
