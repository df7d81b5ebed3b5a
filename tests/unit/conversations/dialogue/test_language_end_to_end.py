"""The trained language engine and the dialogue together, without a database: what people say and what comes of it."""

import pytest

from conversations.dialogue.decisions import Act, Ask, NotUnderstood, Propose, Say
from nlu.pipeline import Pipeline
from orchestrator.states import JobKind, JobState
from tests.unit.conversations.dialogue.scenes import (
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

REQUESTS = [
    ("create a staging bucket with versioning", "blueprint.object-storage.apply"),
    ("create a bucket", "blueprint.object-storage.apply"),
    ("create a staging bucket called acme-reports", "blueprint.object-storage.apply"),
    ("please make a bucket named acme-logs in production without versioning", "blueprint.object-storage.apply"),
    ("i want a new s3 bucket for our backups", "blueprint.object-storage.apply"),
    ("could you set up object storage for the data team", "blueprint.object-storage.apply"),
    ("I'd like a versioned bucket in staging", "blueprint.object-storage.apply"),
    ("give me a bucket called media-files", "blueprint.object-storage.apply"),
    ("we need a place to store files in staging", "blueprint.object-storage.apply"),
    ("make a staging bucket acme-raw that keeps old versions", "blueprint.object-storage.apply"),
    ("spin up an s3 bucket in sandbox", "blueprint.object-storage.apply"),
    ("create a queue called orders in staging", "blueprint.message-queue.apply"),
    ("i need an sqs queue for background jobs", "blueprint.message-queue.apply"),
    ("set up a fifo queue named payments", "blueprint.message-queue.apply"),
    ("please create a message queue in production that keeps messages for 7 days", "blueprint.message-queue.apply"),
    ("create a network in staging with 10.20.0.0/16", "blueprint.network.apply"),
    ("build me a vpc named core over 3 zones", "blueprint.network.apply"),
    ("we need a private network for the new servers", "blueprint.network.apply"),
    ("delete that bucket", "blueprint.object-storage.destroy"),
    ("delete the bucket acme-reports", "blueprint.object-storage.destroy"),
    ("please remove my staging bucket", "blueprint.object-storage.destroy"),
    ("get rid of that bucket", "blueprint.object-storage.destroy"),
    ("I don't need the bucket acme-logs any more", "blueprint.object-storage.destroy"),
    ("tear down the vpc core", "blueprint.network.destroy"),
    ("destroy that network", "blueprint.network.destroy"),
    ("remove the queue orders", "blueprint.message-queue.destroy"),
    ("delete that queue please", "blueprint.message-queue.destroy"),
    ("delete that", "base.destroy"),
    ("delete it", "base.destroy"),
    ("delete acme-reports", "base.destroy"),
    ("list buckets", "action.list-buckets"),
    ("which buckets are there in staging", "action.list-buckets"),
    ("show me all our buckets", "action.list-buckets"),
    ("show resources of that bucket", "action.show-stack-resources"),
    ("show the resources of acme-reports", "action.show-stack-resources"),
    ("show stack resources", "action.show-stack-resources"),
    ("which resources belong to that stack", "action.show-stack-resources"),
    ("what is running", "base.status"),
    ("what's running right now?", "base.status"),
    ("status", "base.status"),
    ("how is my job going", "base.status"),
    ("is anything still running", "base.status"),
    ("what do I have", "base.stacks"),
    ("show me my stacks", "base.stacks"),
    ("what have I deployed in staging", "base.stacks"),
    ("show the outputs", "base.outputs"),
    ("show me the outputs of acme-reports", "base.outputs"),
    ("what is the arn of that bucket", "base.outputs"),
    ("help", "base.help"),
    ("what can you do?", "base.help"),
    ("hello", "base.greet"),
    ("good morning", "base.greet"),
    ("thanks", "base.thanks"),
    ("thank you, great", "base.thanks"),
    ("yes", "base.affirm"),
    ("approve", "base.approve"),
    ("go ahead", "base.approve"),
    ("no", "base.deny"),
    ("reject because it is too expensive", "base.reject"),
    ("cancel that", "base.cancel"),
    ("never mind", "base.cancel"),
    ("stop that job", "base.cancel"),
    ("why did you understand it like that", "base.why"),
    ("hey, can i get a staging bucket", "blueprint.object-storage.apply"),
    ("new bucket please", "blueprint.object-storage.apply"),
    ("somewhere to put our log files, call it log-archive", "blueprint.object-storage.apply"),
    ("Create bucket acme-reports in prod", "blueprint.object-storage.apply"),
    ("turn off versioning for the bucket acme-reports", "blueprint.object-storage.apply"),
    ("don't create a bucket", "blueprint.object-storage.apply"),
    ("do not delete that bucket", "blueprint.object-storage.destroy"),
    ("please don't delete acme-reports", "base.destroy"),
    ("destroy the bucket", "blueprint.object-storage.destroy"),
    ("kill the job", "base.cancel"),
    ("do i have any stacks in production", "base.stacks"),
    ("what jobs are waiting", "base.status"),
    ("what happened to my bucket", "base.status"),
    ("list s3 buckets in production", "action.list-buckets"),
    ("show everything in the stack acme-reports", "action.show-stack-resources"),
    ("give me the outputs again", "base.outputs"),
    ("no, in production", "base.deny"),
    ("i want to create a vpc", "blueprint.network.apply"),
    ("queue named emails please", "blueprint.message-queue.apply"),
]

OUT_OF_SCOPE = [
    "what is the weather in paris",
    "tell me a joke about elephants",
    "order a large pizza with mushrooms",
    "who won the world cup in 2014",
    "how do I boil an egg",
    "translate this into spanish",
    "play the new album by adele",
    "book a train to hamburg for monday",
    "what should I wear to the wedding",
    "my cat is sick",
    "buy me a bucket of paint",
    "is the queue at the museum long",
    "my social network account was hacked",
    "how many calories are in an apple",
    "remind me to call mum at five",
    "the meeting was moved to thursday",
    "what is the best pizza in town",
    "write a haiku about autumn",
    "fix my bicycle",
    "how old is the universe",
    "convert ten miles to kilometres",
    "I feel tired today",
    "turn the volume down",
    "what is the airspeed of a swallow",
    "who painted the mona lisa",
    "recommend a good book about history",
    "when does the next bus leave",
    "asdfgh qwerty",
    "open the garage door",
    "do you believe in ghosts",
    "sell my shares",
    "wash my car please",
    "what rhymes with orange",
    "how do magnets work",
]


@pytest.fixture
def pipeline(letters: Pipeline) -> Pipeline:
    return letters


@pytest.fixture
def talk(pipeline: Pipeline) -> Talk:
    return Talk(understand=pipeline.understand)


@pytest.mark.parametrize(("text", "intent"), REQUESTS)
def test_requests_are_understood(pipeline: Pipeline, text: str, intent: str):
    understood = pipeline.understand(text)
    assert understood.intent == intent, understood


@pytest.mark.parametrize("text", OUT_OF_SCOPE)
def test_what_is_out_of_scope_proposes_nothing_and_offers_the_nearest(talk: Talk, text: str):
    said = talk.say(text)
    assert only(said, NotUnderstood).suggestions
    assert proposes_nothing(said)


def test_the_main_request_from_question_to_deletion(talk: Talk):
    first = talk.say("create a staging bucket with versioning")
    assert asked(first) == ("name",)
    proposed = only(talk.say("acme-reports"), Propose)
    assert proposed.values == {"name": "acme-reports", "versioning": True}
    assert proposed.environment == "staging"
    made = talk.carry_out(proposed)
    assert only(talk.say("yes"), Act).job_id == made.id
    talk.world.job_list.clear()
    deletion = only(talk.say("delete that bucket"), Propose)
    assert (deletion.kind, deletion.stack_id) == (JobKind.DESTROY, made.stack.id if made.stack else "")
    assert "somebody else with the approver role" in deletion.text


def test_everything_in_one_sentence(talk: Talk):
    said = talk.say("please make a bucket named acme-logs in production without versioning")
    proposed = only(said, Propose)
    assert proposed.environment == "production"
    assert proposed.values == {"name": "acme-logs", "versioning": False}


def test_a_network_asks_for_what_it_needs(talk: Talk):
    first = talk.say("create a network")
    assert asked(first) == ("name", "environment", "cidr")
    assert "I need 2 things for the network." in texts(first)
    assert "**CIDR** (optional;" in texts(first)
    assert asked(talk.say("core")) == ("environment", "cidr")
    assert asked(talk.say("staging")) == ("cidr",)
    assert only(talk.say("yes"), Propose).values == {"name": "core"}


@pytest.mark.parametrize("answer", ["in staging", "Staging please.", "the staging environment", "put it in stg"])
def test_an_answer_that_only_says_where_is_no_question(talk: Talk, answer: str):
    talk.say("create a network called core with 10.20.0.0/16")
    assert only(talk.say(answer), Propose).environment == "staging"


def test_a_wrong_range_is_explained(talk: Talk):
    said = talk.say("create a vpc named core in staging with 10.20.1.5/16")
    assert asked(said) == ("cidr",)
    assert "The address range must begin at its own network address" in texts(said)
    assert only(talk.say("10.20.0.0/16"), Propose).values["cidr"] == "10.20.0.0/16"


def test_numbers_are_found(talk: Talk):
    said = talk.say("create a queue called mails in staging that keeps messages for 7 days")
    assert only(said, Propose).values == {"name": "mails", "retention_days": 7}


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("create two buckets", "object-storage"),
        ("i want three buckets in production", "object-storage"),
        ("make me a couple of networks", "network"),
        ("please set up several queues called jobs in staging", "message-queue"),
        ("create buckets", "object-storage"),
    ],
)
def test_several_at_once_are_begun_with_the_first(talk: Talk, text: str, subject: str):
    said = talk.say(text)
    assert proposes_nothing(said)
    assert asked(said)[0] == "name"
    assert "One request makes one" in texts(said)
    assert talk.state.form is not None
    assert talk.state.form.subject == subject


@pytest.mark.parametrize("text", ["nuke the buckets in staging", "create resources for acme", "purge acme's buckets"])
def test_a_change_that_is_not_understood_reads_nothing_instead(talk: Talk, text: str):
    said = talk.say(text)
    assert proposes_nothing(said)
    assert not any("list" in each for step in said.steps for each in getattr(step, "suggestions", ()))


def test_an_unknown_environment_is_not_overlooked(talk: Talk):
    said = talk.say("create a bucket called BAD NAME in narnia")
    assert "There is no environment called `narnia`. There are: `sandbox`, `staging` and `production`." in texts(said)
    assert only(said, Ask).fields[1].default is None
    assert asked(talk.say("good-name")) == ("environment",)
    assert asked(talk.say("yes")) == ("environment",)
    assert only(talk.say("staging"), Propose).values == {"name": "good-name"}


@pytest.mark.parametrize("where", ["in eu-west-1", "in two hours", "in the morning", "for narnia", "for two hours"])
def test_what_is_no_environment_is_not_called_one(talk: Talk, where: str):
    said = talk.say(f"create a bucket {where}")
    assert "no environment called" not in texts(said)
    assert next(each for each in only(said, Ask).fields if each.name == "environment").default == "sandbox"


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("what is running", "Nothing is running"),
        ("help", "I plan and change"),
        ("list buckets", "List buckets"),
        ("is there a limit on that?", "did not understand"),
        ("please nuke everything in there", "did not understand"),
    ],
)
def test_another_request_is_no_name(talk: Talk, text: str, part: str):
    talk.say("create a staging bucket")
    said = talk.say(text)
    assert part in texts(said)
    assert asked(said) == ("name",)
    assert "Say “cancel” to stop." in texts(said)
    assert only(talk.say("acme-reports"), Propose).values == {"name": "acme-reports"}


def test_corrections_and_side_questions(talk: Talk):
    talk.say("create a staging bucket")
    assert asked(talk.say("what is running?")) == ("name",)
    assert asked(talk.say("no, in production")) == ("name",)
    proposed = only(talk.say("call it acme-reports please"), Propose)
    assert (proposed.environment, proposed.values) == ("production", {"name": "acme-reports"})


def test_a_name_corrected_before_submission(talk: Talk):
    assert asked(talk.say("create a bucket called acme-one")) == ("environment",)
    assert asked(talk.say("call it acme-two instead")) == ("environment",)
    assert only(talk.say("in the sandbox please"), Propose).values == {"name": "acme-two"}


@pytest.mark.parametrize("text", ["never mind", "cancel that", "forget it", "please stop", "don't create it"])
def test_giving_up_in_the_middle(talk: Talk, text: str):
    talk.say("create a staging bucket")
    assert proposes_nothing(talk.say(text))
    assert talk.state.form is None


@pytest.mark.parametrize(
    "text",
    ["don't create a staging bucket called acme", "do not delete that bucket", "please don't delete acme-reports"],
)
def test_negated_requests_propose_nothing(pipeline: Pipeline, text: str):
    talk = Talk(new_world(stack_list=[stack("acme-reports")]), understand=pipeline.understand)
    assert only(talk.say(text), Say)
    assert not talk.world.job_list


@pytest.mark.parametrize("text", ["yes", "approve", "go ahead", "yes, apply it", "ok do it", "please approve the plan"])
def test_words_of_approval(pipeline: Pipeline, text: str):
    one = job(of=stack("acme"))
    talk = Talk(new_world(job_list=[one], shown={one.id: "hash-1"}), understand=pipeline.understand)
    assert only(talk.say(text), Act).action == "approve"


@pytest.mark.parametrize(
    "text",
    [
        "yes but in production",
        "what would change?",
        "i disagree",
        "not now",
        "explain the plan",
        "who are you",
        "why not",
    ],
)
def test_words_that_approve_nothing(pipeline: Pipeline, text: str):
    one = job(of=stack("acme"))
    talk = Talk(new_world(job_list=[one], shown={one.id: "hash-1"}), understand=pipeline.understand)
    said = talk.say(text)
    assert not any(isinstance(each, Act) and each.action == "approve" for each in said.steps)
    assert not any(isinstance(each, Propose) for each in said.steps)


@pytest.mark.parametrize("text", ["no", "reject because it is too expensive", "i do not approve this"])
def test_words_of_refusal(pipeline: Pipeline, text: str):
    one = job(of=stack("acme"))
    talk = Talk(new_world(job_list=[one], shown={one.id: "hash-1"}), understand=pipeline.understand)
    assert only(talk.say(text), Act).action == "reject"


@pytest.mark.parametrize(("verb", "action"), [("approve", "approve"), ("reject", "reject")])
def test_a_deletion_is_decided_by_its_title_and_not_asked_for_again(pipeline: Pipeline, verb: str, action: str):
    of = stack("acme")
    one = job("delete staging bucket acme", of=of, kind=JobKind.DESTROY)
    talk = Talk(new_world(job_list=[one], stack_list=[of], shown={one.id: "hash-1"}), understand=pipeline.understand)
    assert only(talk.say(f"{verb} delete staging bucket acme"), Act).action == action


def test_a_decision_about_a_job_elsewhere_asks_for_nothing(pipeline: Pipeline):
    of = stack("acme")
    one = job("delete staging bucket acme", of=of, kind=JobKind.DESTROY, requester=OTHER)
    talk = Talk(new_world(elsewhere=[one], stack_list=[of]), understand=pipeline.understand)
    said = talk.say("approve delete staging bucket acme")
    assert "these wait for your approval" in only(said, Say).text


def test_cancel_that_stops_what_runs(pipeline: Pipeline):
    running = job(of=stack("acme"), state=JobState.APPLYING)
    talk = Talk(new_world(job_list=[running]), understand=pipeline.understand)
    assert only(talk.say("cancel that"), Act).action == "cancel"


def test_reads(pipeline: Pipeline):
    talk = Talk(new_world(stack_list=[stack("acme-reports")]), understand=pipeline.understand)
    assert only(talk.say("list buckets in staging"), Propose).subject == "list-buckets"
    proposed = only(talk.say("show resources of that bucket"), Propose)
    assert (proposed.subject, proposed.stack_id) == ("show-stack-resources", talk.world.stack_list[0].id)
    assert "acme-reports" in texts(talk.say("what do I have"))
    assert "no outputs yet" in texts(talk.say("show the outputs of acme-reports"))


def test_two_buckets_are_told_apart(pipeline: Pipeline):
    talk = Talk(new_world(stack_list=[stack("one-logs"), stack("two-logs")]), understand=pipeline.understand)
    first = talk.say("delete a bucket")
    assert only(first, Ask).fields[0].choices == ("one-logs", "two-logs")
    assert only(talk.say("the two-logs one"), Propose).stack_id == talk.world.stack_list[1].id


def test_a_name_behind_its_noun_and_an_end_are_both_heard(pipeline: Pipeline) -> None:
    talk = Talk(understand=pipeline.understand)
    proposed = only(talk.say("spin up a queue orders in staging until tomorrow at 6 pm"), Propose)
    assert (proposed.subject, proposed.values, proposed.environment) == ("message-queue", {"name": "orders"}, "staging")
    assert proposed.lifetime is not None
    assert proposed.lifetime.until is not None
