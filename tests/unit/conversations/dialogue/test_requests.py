"""Asking for something new: questions, answers, corrections, until nothing is missing."""

import pytest

from conversations.dialogue.decisions import Ask, Field, NotUnderstood, Propose, Say
from conversations.dialogue.fields import Unreadable, field_type, value_read
from orchestrator.states import JobKind
from tests.unit.conversations.dialogue.scenes import (
    DELETE_BUCKET,
    LIST_BUCKETS,
    NEW_BUCKET,
    NEW_NETWORK,
    NEW_QUEUE,
    Talk,
    asked,
    new_world,
    only,
    proposes_nothing,
    stack,
    texts,
)


def test_the_name_is_asked_for_and_a_bare_word_answers():
    talk = Talk()
    first = talk.say("create a staging bucket with versioning", NEW_BUCKET, environment="staging", versioning=True)
    assert asked(first) == ("name",)
    assert "What should the bucket be called?" in texts(first)
    assert only(first, Ask).fields[0].help
    proposed = only(talk.say("acme-reports"), Propose)
    assert (proposed.kind, proposed.subject, proposed.environment) == (JobKind.APPLY, "object-storage", "staging")
    assert proposed.values == {"versioning": True, "name": "acme-reports"}
    assert proposed.stack_name == "acme-reports"
    assert proposed.text.startswith("Got it, I'm working on that.")
    assert talk.state.form is None


@pytest.mark.parametrize(
    "answer",
    [
        "acme-reports",
        "call it acme-reports",
        "Call it acme-reports please.",
        "please name it acme-reports",
        "it should be called acme-reports",
        "the name is acme-reports",
        "name: acme-reports",
        "let's call it `acme-reports`",
        "how about acme-reports, thanks",
        '"acme-reports"',
    ],
)
def test_an_answer_in_many_words(answer: str):
    talk = Talk()
    talk.say("create a staging bucket", NEW_BUCKET, environment="staging")
    assert only(talk.say(answer), Propose).values == {"name": "acme-reports"}


def test_a_form_answers_too():
    talk = Talk()
    talk.say("create a bucket", NEW_BUCKET)
    proposed = only(talk.submit(name="acme-reports", environment="production"), Propose)
    assert (proposed.environment, proposed.values) == ("production", {"name": "acme-reports"})


def test_a_job_keeps_its_id_when_the_turn_is_repeated():
    first, second = Talk(), Talk()
    said = ("create a staging bucket called acme", NEW_BUCKET)
    ids = {only(talk.say(*said, environment="staging", name="acme"), Propose).job_id for talk in (first, second)}
    assert len(ids) == 1


def test_an_invalid_name_is_explained_and_asked_for_again():
    talk = Talk()
    talk.say("create a staging bucket", NEW_BUCKET, environment="staging")
    again = talk.say("Acme Reports!")
    assert proposes_nothing(again)
    assert asked(again) == ("name",)
    assert "lower-case letters, digits and hyphens" in texts(again)
    assert only(talk.say("acme-reports"), Propose).values["name"] == "acme-reports"


def test_an_invalid_name_in_the_request_or_the_form_is_explained():
    talk = Talk()
    first = talk.say("create a staging bucket called A_B", NEW_BUCKET, environment="staging", name="A_B")
    assert asked(first) == ("name",)
    assert "lower-case" in texts(first)
    second = talk.submit(name="also wrong")
    assert asked(second) == ("name",)
    assert "lower-case" in texts(second)
    assert only(talk.submit(name="acme-1"), Propose)


def test_the_environment_is_asked_for_with_the_harmless_default_preselected():
    talk = Talk()
    first = talk.say("create a bucket called acme", NEW_BUCKET, name="acme")
    field = only(first, Ask).fields[0]
    assert (field.name, field.choices, field.default) == (
        "environment",
        ("sandbox", "staging", "production"),
        "sandbox",
    )
    assert only(talk.say("yes"), Propose).environment == "sandbox"


def test_production_is_never_assumed():
    world = new_world()
    world.environment_list = [each for each in world.environment_list if each.name == "production"]
    talk = Talk(world)
    assert only(talk.say("create a bucket called acme", NEW_BUCKET, name="acme"), Ask).fields[0].default is None
    assert asked(talk.say("yes")) == ("environment",)
    assert asked(Talk(world).say("list buckets", LIST_BUCKETS)) == ("environment",)


@pytest.mark.parametrize("answer", ["staging", "in staging", "Staging please", "2", "let's use staging"])
def test_an_environment_is_chosen_by_name_or_number(answer: str):
    talk = Talk()
    talk.say("create a bucket called acme", NEW_BUCKET, name="acme")
    assert only(talk.say(answer), Propose).environment == "staging"


def test_several_values_in_one_message():
    talk = Talk()
    said = talk.say("staging bucket acme without versioning, expire after 30", NEW_BUCKET, environment="staging",
                    name="acme", versioning=False, expire_days=30)  # fmt: skip
    assert only(said, Propose).values == {"name": "acme", "versioning": False, "expire_days": 30}


def test_several_questions_make_a_form_and_are_answered_one_by_one():
    talk = Talk()
    first = talk.say("create a bucket", NEW_BUCKET)
    assert asked(first) == ("name", "environment")
    second = talk.say("acme-reports")
    assert asked(second) == ("environment",)
    proposed = only(talk.say("staging", environment="staging"), Propose)
    assert (proposed.environment, proposed.values) == ("staging", {"name": "acme-reports"})


def test_several_questions_answered_as_a_list():
    talk = Talk()
    talk.say("create a bucket", NEW_BUCKET)
    proposed = only(talk.say("name: acme, environment: staging"), Propose)
    assert (proposed.environment, proposed.values) == ("staging", {"name": "acme"})


def test_a_value_found_in_the_answer_is_taken_wherever_it_belongs():
    talk = Talk()
    talk.say("create a bucket", NEW_BUCKET)
    proposed = only(talk.say("call it acme, in staging please", name="acme", environment="staging"), Propose)
    assert (proposed.environment, proposed.values) == ("staging", {"name": "acme"})


def test_corrections_before_submission():
    talk = Talk()
    talk.say("create a staging bucket", NEW_BUCKET, environment="staging")
    again = talk.say("no, in production", "base.deny", environment="production")
    assert asked(again) == ("name",)
    assert only(talk.say("acme"), Propose).environment == "production"


def test_a_name_is_corrected_while_another_question_is_open():
    talk = Talk()
    talk.say("create a bucket called acme", NEW_BUCKET, name="acme")
    assert asked(talk.say("call it reports instead", name="reports")) == ("environment",)
    assert only(talk.say("sandbox"), Propose).values == {"name": "reports"}


def test_the_last_mention_wins():
    talk = Talk()
    talk.say("create a bucket called acme", NEW_BUCKET, name="acme")
    said = talk.say("not in staging, in sandbox", None, environment="sandbox")
    assert only(said, Propose).environment == "sandbox"


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("never mind", None),
        ("cancel", None),
        ("forget it", None),
        ("no", None),
        ("scrap the whole thing", "base.cancel"),
    ],
)
def test_never_mind_clears_the_question(text: str, intent: str | None):
    talk = Talk()
    talk.say("create a staging bucket", NEW_BUCKET, environment="staging")
    said = talk.say(text, intent)
    assert only(said, Say)
    assert "Nothing was started" in texts(said)
    assert talk.state.form is None
    assert proposes_nothing(talk.say("acme-reports"))


@pytest.mark.parametrize("text", ["don't create it", "do not make that bucket"])
def test_a_negation_ends_the_question(text: str):
    talk = Talk()
    talk.say("create a staging bucket", NEW_BUCKET, environment="staging")
    assert proposes_nothing(talk.say(text, NEW_BUCKET, negated=True))
    assert talk.state.form is None


@pytest.mark.parametrize(
    ("text", "intent", "part"),
    [
        ("what is running", None, "Nothing is running"),
        ("help", None, "I plan and change infrastructure"),
        ("hello", None, "Hello demo"),
        ("thank you", None, "You are welcome"),
        ("what do I have", None, "nothing there"),
    ],
)
def test_a_side_question_is_answered_and_the_open_one_asked_again(text: str, intent: str | None, part: str):
    talk = Talk()
    talk.say("create a staging bucket", NEW_BUCKET, environment="staging")
    said = talk.say(text, intent)
    assert part in texts(said)
    assert asked(said) == ("name",)
    assert only(talk.say("acme"), Propose).values == {"name": "acme"}


def test_what_is_asked_for_most_is_offered_first_and_a_deletion_last():
    popular = [NEW_QUEUE, "base.status", DELETE_BUCKET, "blueprint.gone.apply", NEW_BUCKET]
    talk = Talk(new_world(popular_list=popular))
    offered = only(talk.say("hello"), Say).suggestions
    assert offered[:2] == ("create a queue", "create a bucket")
    said = texts(talk.say("help"))
    assert said.index("create a queue") < said.index("create a bucket") < said.index("delete the ")
    assert said.count("“create a bucket”") == 1


def test_a_read_is_done_aside():
    talk = Talk()
    talk.say("create a staging bucket", NEW_BUCKET, environment="staging")
    said = talk.say("list buckets in staging", LIST_BUCKETS, environment="staging")
    assert only(said, Propose).subject == "list-buckets"
    assert asked(said) == ("name",)


def test_another_request_replaces_the_open_one():
    talk = Talk()
    talk.say("create a staging bucket", NEW_BUCKET, environment="staging")
    said = talk.say("create a queue called jobs in sandbox", NEW_QUEUE, name="jobs", environment="sandbox")
    assert "aside" in texts(said)
    assert only(said, Propose).subject == "message-queue"
    assert talk.state.form is None


def test_one_word_is_a_name_whatever_a_model_makes_of_it():
    talk = Talk()
    talk.say("create a staging bucket", NEW_BUCKET, environment="staging")
    assert only(talk.say("inventory", "base.stacks"), Propose).values == {"name": "inventory"}


def test_below_the_threshold_nothing_is_proposed():
    said = Talk().say("make me a sandwich")
    nothing = only(said, NotUnderstood)
    assert proposes_nothing(said)
    assert nothing.suggestions[0] == "create a bucket"
    assert "help" in nothing.suggestions


def test_a_negated_request_proposes_nothing():
    said = Talk().say("don't create a staging bucket", NEW_BUCKET, negated=True, environment="staging")
    assert only(said, Say)
    assert proposes_nothing(said)


def test_a_high_risk_says_who_must_approve():
    said = Talk().say("bucket acme in production", NEW_BUCKET, name="acme", environment="production")
    assert "somebody else with the approver role in `production`" in only(said, Propose).text
    assert "approver" in only(said, Propose).text


def test_an_unknown_form_field_and_an_old_form_change_nothing():
    talk = Talk()
    talk.say("create a staging bucket", NEW_BUCKET, environment="staging")
    wrong = talk.submit(colour="red")
    assert "no field `colour`" in texts(wrong)
    assert asked(wrong) == ("name",)
    old = talk.submit(form_id="00000000-0000-4000-8000-00000000dead", name="acme")
    assert "no longer open" in texts(old)
    assert proposes_nothing(old)
    assert proposes_nothing(Talk().submit(form_id="x", name="acme"))


def test_an_unknown_environment_in_a_form_is_explained():
    talk = Talk()
    talk.say("create a bucket called acme", NEW_BUCKET, name="acme")
    said = talk.submit(environment="moon")
    assert "no environment called `moon`" in texts(said)
    assert only(said, Ask).fields[0].default is None
    assert asked(talk.say("yes")) == ("environment",)


def test_a_change_takes_the_environment_of_the_stack_it_names():
    talk = Talk(new_world(stack_list=[stack("acme", environment="staging")]))
    said = talk.say("turn off versioning for the bucket acme", NEW_BUCKET, name="acme", versioning=False)
    proposed = only(said, Propose)
    assert (proposed.environment, proposed.values) == ("staging", {"name": "acme", "versioning": False})
    assert asked(talk.say("create a bucket called acme", NEW_BUCKET, name="acme")) == ("environment",)


def test_a_question_with_a_default_is_answered_by_yes_or_left_empty():
    talk = Talk()
    first = talk.say("create a network called core in staging", NEW_NETWORK, name="core", environment="staging")
    assert asked(first) == ("cidr",)
    assert "say “yes” for `10.0.0.0/16`" in texts(first)
    assert only(talk.say("yes"), Propose).values == {"name": "core"}
    talk.say("create a network in staging", NEW_NETWORK, environment="staging")
    assert only(talk.submit(name="core"), Propose).values == {"name": "core"}
    talk.say("create a network in staging", NEW_NETWORK, environment="staging")
    assert asked(talk.submit(cidr="10.1.0.0/16")) == ("name",)


def test_types_of_questions():
    assert [field_type(each) for each in ("string", "bool", "number", "list(string)", "set(string)")] == [
        "string",
        "bool",
        "number",
        "list",
        "list",
    ]
    assert [field_type(each) for each in ("map(string)", "object({a=string})", "any")] == ["map", "object", "object"]


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("bool", "yes", True),
        ("bool", "disabled", False),
        ("number", "1,000", 1000),
        ("number", "make it 2.5", 2.5),
        ("list", "a, b and c", ["a", "b", "c"]),
        ("list", '["a"]', ["a"]),
        ("map", '{"team": "web"}', {"team": "web"}),
        ("string", "“quoted”", "quoted"),
    ],
)
def test_words_become_values(kind: str, text: str, value: object):
    assert value_read(Field("x", "X", kind), text) == value


@pytest.mark.parametrize(("kind", "text"), [("bool", "perhaps"), ("number", "many"), ("map", "team=web")])
def test_words_that_are_no_value_are_refused_with_advice(kind: str, text: str):
    with pytest.raises(Unreadable, match="Please answer"):
        value_read(Field("x", "X", kind), text)
