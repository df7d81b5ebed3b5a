"""A proposal that was a misunderstanding: taken back and proposed as meant, from the panel and by words alike."""

from typing import Any

import pytest

from conversations.dialogue.decisions import Act, Ask, Correct, Decision, Propose
from conversations.dialogue.sources import Heard, Source
from conversations.dialogue.turn import Correction, Turn
from conversations.dialogue.world import Proposal
from orchestrator.states import JobKind, JobState
from orchestrator.types import JobView
from tests.unit.conversations.dialogue.scenes import (
    BUCKET,
    CONVERSATION,
    DELETE_BUCKET,
    NEW_BUCKET,
    NEW_QUEUE,
    OTHER,
    Talk,
    asked,
    job,
    only,
    proposes_nothing,
    stack,
    texts,
    understood,
)


def heard_of(proposed: Propose) -> Heard:
    return Heard.from_json(proposed.why["heard"])


def sources_of(proposed: Propose) -> dict[str, Source]:
    return {name: Source.from_json(each) for name, each in proposed.why["sources"].items()}


def known(talk: Talk, made: JobView, proposed: Propose | None = None, **more: Any) -> JobView:
    """The world knows the job as a proposal of this conversation."""
    why = {"heard": heard_of(proposed), "sources": sources_of(proposed)} if proposed else {}
    talk.world.proposals[made.id] = Proposal(job=made, seq=1, **{**why, **more})
    return made


def proposal(talk: Talk, **more: Any) -> JobView:
    """`create a staging bucket called acme`, waiting for its confirmation."""
    said = "create a staging bucket called acme"
    proposed = only(talk.say(said, NEW_BUCKET, environment="staging", name="acme"), Propose)
    made = job(id=proposed.job_id, values=dict(proposed.values), **more)
    return known(talk, made, proposed)


def correct(talk: Talk, made: JobView, intent: str | None = None, **values: Any) -> Decision:
    talk.turns += 1
    meant = Correction(made.id, intent, values)
    return talk._take(Turn(id=f"{CONVERSATION}:{talk.turns}", correction=meant, seq=talk.turns))


def test_a_value_is_corrected_in_place():
    talk = Talk()
    made = proposal(talk)
    decision = correct(talk, made, environment="production")
    corrected, proposed = only(decision, Correct), only(decision, Propose)
    assert (corrected.job_id, corrected.withdraw) == (made.id, True)
    assert decision.steps[0] == corrected  # whether it can be taken back decides about the rest
    assert (proposed.environment, proposed.values, proposed.stack_id) == ("production", {"name": "acme"}, None)
    assert not any(isinstance(each, Act) for each in decision.steps)
    assert "I take back" in texts(decision)
    assert heard_of(proposed).corrects == made.id
    assert sources_of(proposed)["environment"] == Source("correction", 2)
    assert sources_of(proposed)["name"].kind == "message"


def test_the_message_that_was_misunderstood_is_noted_with_what_it_meant():
    talk = Talk()
    (note,) = only(correct(talk, proposal(talk), environment="production"), Correct).notes
    assert (note.seq, note.intent) == (1, NEW_BUCKET)
    assert note.slots == ({"name": "environment", "value": "production"},)


def test_another_intent_keeps_what_fits_it():
    talk = Talk()
    decision = correct(talk, proposal(talk), NEW_QUEUE)
    proposed = only(decision, Propose)
    assert (proposed.subject, proposed.values, proposed.environment) == ("message-queue", {"name": "acme"}, "staging")
    assert (heard_of(proposed).intent, heard_of(proposed).by) == (NEW_QUEUE, "correction")
    assert only(decision, Correct).notes[0].intent == NEW_QUEUE


def test_what_is_not_as_it_should_be_is_asked_for_and_the_wrong_job_is_taken_back_already():
    talk = Talk()
    decision = correct(talk, proposal(talk), name="Not A Name!")
    assert only(decision, Correct).withdraw
    assert asked(decision) == ("name",)
    proposed = only(talk.say("acme-logs"), Propose)
    assert proposed.values == {"name": "acme-logs"}
    assert heard_of(proposed).corrects is not None


def test_none_asks_again():
    talk = Talk()
    assert asked(correct(talk, proposal(talk), name=None)) == ("name",)


def test_a_value_that_is_not_to_be_as_it_was_goes_back_to_its_default_by_name():
    talk = Talk()
    made = known(talk, job(values={"name": "acme", "versioning": False}))
    assert only(correct(talk, made, versioning=None), Propose).values == {"name": "acme", "versioning": True}


@pytest.mark.parametrize("state", [JobState.APPLYING, JobState.CANCELING, JobState.INDETERMINATE, JobState.RECONCILING])
def test_what_is_being_carried_out_is_not_corrected(state: JobState):
    talk = Talk()
    decision = correct(talk, proposal(talk, state=state), environment="production")
    assert proposes_nothing(decision)
    assert "Wait until it is done" in texts(decision)


def test_what_was_applied_is_changed_on_the_same_stack():
    talk = Talk()
    made = stack("acme")
    talk.world.stack_list.append(made)
    done = proposal(talk, of=made, state=JobState.SUCCEEDED)
    decision = correct(talk, done, versioning=True)
    corrected, proposed = only(decision, Correct), only(decision, Propose)
    assert not corrected.withdraw
    assert (proposed.stack_id, proposed.values) == (made.id, {"name": "acme", "versioning": True})
    assert "is done already, so this is a change of it" in texts(decision)


def test_what_was_applied_elsewhere_than_meant_stays_and_is_made_there():
    talk = Talk()
    made = stack("acme")
    talk.world.stack_list.append(made)
    done = proposal(talk, of=made, state=JobState.SUCCEEDED)
    decision = correct(talk, done, environment="production")
    assert only(decision, Propose).stack_id is None
    assert "stays as it is" in texts(decision)


def test_another_stack_is_meant_to_be_deleted():
    talk = Talk()
    wrong, right = stack("acme"), stack("acme-logs")
    talk.world.stack_list.extend([wrong, right])
    proposed = only(talk.say("delete the bucket acme", DELETE_BUCKET, name="acme"), Propose)
    made = known(talk, job(id=proposed.job_id, of=wrong, kind=JobKind.DESTROY), proposed)
    again = only(correct(talk, made, stack="acme-logs"), Propose)
    assert (again.kind, again.stack_id, again.values) == (JobKind.DESTROY, right.id, {})


@pytest.mark.parametrize("values", [{"environment": "staging"}, {"name": "acme"}])
def test_what_was_understood_so_already_changes_nothing(values: dict[str, Any]):
    talk = Talk()
    decision = correct(talk, proposal(talk), **values)
    assert len(decision.steps) == 1
    assert "That is how I understood it already" in texts(decision)


@pytest.mark.parametrize(
    ("intent", "values", "said"),
    [
        (None, {"colour": "red"}, "is nothing I can change"),
        ("blueprint.castle.apply", {}, "is not offered"),
        ("base.status", {}, "is not offered"),
        ("blueprint.object-storage.explode", {}, "is not offered"),
    ],
)
def test_nonsense_changes_nothing(intent: str | None, values: dict[str, Any], said: str):
    talk = Talk()
    decision = correct(talk, proposal(talk), intent, **values)
    assert len(decision.steps) == 1
    assert said in texts(decision)


def test_however_long_a_value_is_the_answer_stays_short():
    talk = Talk()
    decision = correct(talk, proposal(talk), tags={f"tag-{n}": "x" * 20 for n in range(2_000)})
    assert len(texts(decision)) < 2_000


def test_nobody_corrects_what_somebody_else_asked_for():
    talk = Talk()
    decision = correct(talk, proposal(talk, requester=OTHER), environment="production")
    assert len(decision.steps) == 1
    assert "Only olga" in texts(decision)


def test_a_proposal_is_corrected_once():
    talk = Talk()
    made = known(talk, job(values={"name": "acme"}, state=JobState.CANCELED), corrected=True)
    decision = correct(talk, made, environment="production")
    assert len(decision.steps) == 1
    assert "corrected already" in texts(decision)


def test_a_secret_is_asked_for_again_and_kept_nowhere():
    talk = Talk()
    made = proposal(talk)
    secret = next(each for each in talk.world.blueprint_list if each.name == BUCKET)
    talk.world.blueprint_list = [_with_secret(secret)]
    talk.world.check = lambda kind, subject, values: _as_they_are(values)
    made = known(talk, job(id=made.id, values={"name": "acme", "password": "(sensitive)"}))
    decision = correct(talk, made, environment="production")
    assert [each.name for each in only(decision, Ask).fields] == ["password"]
    assert "(sensitive)" not in str(talk.state.to_json())


def test_a_secret_that_is_corrected_in_words_leaves_none_of_them():
    talk = Talk()
    talk.world.blueprint_list = [
        _with_secret(each) if each.name == BUCKET else each for each in talk.world.blueprint_list
    ]
    talk.world.check = lambda kind, subject, values: _as_they_are(values)
    made = known(talk, job(values={"name": "acme", "password": "(sensitive)"}))
    said = understood("the password should be abc", password="abc")
    meant = Correction(made.id, values={"password": "abc"})
    turn = Turn(id=f"{CONVERSATION}:9", text=said.text, understanding=said, correction=meant, seq=9)
    decision = talk._take(turn)
    proposed = only(decision, Propose)
    assert sources_of(proposed)["password"] == Source("correction", 9)
    assert only(decision, Correct).notes == ()
    assert "abc" not in texts(decision)


def _with_secret(blueprint: Any) -> Any:
    from dataclasses import replace

    from orchestrator.types import Variable

    secret = Variable("password", "string", required=False, sensitive=True)
    return replace(blueprint, variables=(*blueprint.variables, secret))


def _as_they_are(values: dict[str, Any]) -> Any:
    from conversations.dialogue.world import ValuesCheck

    return ValuesCheck(values)


def test_what_policy_denied_is_asked_for_as_it_would_pass():
    talk = Talk()
    made = proposal(talk, state=JobState.DENIED)
    decision = correct(talk, made, versioning=True)
    corrected, proposed = only(decision, Correct), only(decision, Propose)
    assert (corrected.job_id, corrected.withdraw) == (made.id, False)
    assert proposed.values == {"name": "acme", "versioning": True}
    assert not any(isinstance(each, Act) for each in decision.steps)
