"""What something costs: of what is there by its last plan's prices, of all of it, and what is unknown by name."""

from orchestrator.plan_types import CostLine, PlanCost
from orchestrator.types import PlanCounts, PlanSummary, StackView
from tests.unit.conversations.dialogue.scenes import Talk, new_world, proposes_nothing, stack, texts
from tests.unit.conversations.dialogue.test_life import revision

COST = "base.cost"
LINES = (
    CostLine("aws_db_instance.this", "no-op", 12.5, 12.5, "fixed"),
    CostLine("aws_odd.this", "no-op", None, None, "unknown"),
    CostLine("aws_s3_bucket.this", "no-op", None, None, "usage"),
)
KNOWN = PlanCost("USD", "2025-06-01", "list", "us-east-1", "us-east-1", 12.5, 0.0, 1, 1, "About 12.50.", LINES)


def talk_about(*stacks: StackView, known: int = 1) -> Talk:
    talk = Talk(new_world(stack_list=list(stacks), cost_list={each.id: KNOWN for each in stacks[:known]}))
    talk.state = talk.state.remember(stacks[0])
    return talk


def test_what_is_there_costs_what_its_last_plan_estimated_and_the_unknown_is_named():
    talk = talk_about(stack("acme-db", resource_count=3), stack("other"))
    for text in ("what does it cost?", "what does acme-db cost per month", "is that expensive?"):
        said = talk.say(text, COST)
        assert proposes_nothing(said)
        assert "`acme-db` in `staging` has 3 resources." in texts(said)
        assert "About 12.50 USD a month. By its use costs, on top: aws_s3_bucket.this." in texts(said)
        assert "The price is unknown of: aws_odd.this. Prices of 2025-06-01 in us-east-1." in texts(said)


def test_all_of_it_together_with_what_nothing_is_known_of():
    said = texts(talk_about(stack("acme-db"), stack("web"), stack("new"), known=2).say("what do my stacks cost?", COST))
    assert "together, as far as it is known: about 25.00 USD a month" in said
    assert "- `web` (staging): About 12.50 USD a month." in said
    assert "`new`: nothing is known of it" in said


def test_what_is_not_there_is_priced_by_its_plan():
    assert "its plan says what it would cost" in texts(Talk().say("how much does a bucket cost", COST))


def test_the_history_says_what_it_cost_since():
    bucket = stack("acme")
    planned = PlanSummary(PlanCounts(), (), "h", "Changes 1 bucket.", cost=KNOWN)
    talk = Talk(new_world(stack_list=[bucket], revision_list={bucket.id: [revision(bucket, 1, plan=planned)]}))
    assert "Changes 1 bucket. About 12.50 USD a month since." in texts(talk.say("history of acme"))
