"""Who approves: groups, the table, and who decides for somebody who is away."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from pymongo.database import Database

from chatbot_project.accounts.models import GroupBinding, User
from chatbot_project.accounts.roles import has_role, user_ids_with_role
from chatbot_project.mongo.connections import collection
from orchestrator import selectors, services, sweeps
from orchestrator.documents import utc_now
from orchestrator.errors import InvalidValue, NotAllowed, NotFound, PlanMismatch, WrongState
from orchestrator.states import JobState
from orchestrator.types import JobView

from .approving import away, group, row, waiting
from .flow import FakeExecutor, run
from .orchestrating import actor, approve, at_once, person, planned, raw, seed, submit


@pytest.fixture
def demo(mongo_db: Database[Any]) -> User:
    seed()
    return person("demo", "requester")


# groups


def test_a_group_approves_where_it_is_bound_and_while_one_is_a_member(demo: User) -> None:
    ada = person("ada")
    dba = group("dba", ada, approves_in="production")
    assert has_role(ada, "approver", "production")
    assert not has_role(ada, "approver", "staging")
    assert user_ids_with_role("approver", "production") == {ada.id}
    job = planned(submit(demo, environment="production"))
    assert [each.id for each in selectors.jobs_awaiting(viewer=ada)] == [job.id]
    assert approve(job, ada).state is JobState.APPROVED

    ada.groups.remove(dba)
    with pytest.raises(NotFound):
        approve(planned(submit(demo, "other", environment="production")), ada)


@pytest.mark.full  # the race of approvals has these among its attacks
@pytest.mark.parametrize("loss", ["membership", "binding", "group"])
def test_what_a_member_approved_is_not_applied_when_the_group_is_lost(demo: User, loss: str) -> None:
    ada, executor = person("ada"), FakeExecutor()
    dba = group("dba", ada, approves_in="production")
    job = approve(waiting(demo, executor, environment="production"), ada)
    match loss:
        case "membership":
            ada.groups.remove(dba)
        case "binding":
            GroupBinding.objects.filter(group=dba).delete()
        case _:
            dba.delete()
    assert run(job, executor) == "superseded"
    assert executor.applied == []


# the table


def test_a_row_asks_for_more_and_says_who_does(demo: User) -> None:
    row("staging", "low", "two", "dba")
    first, second, other = (person(name, "approver") for name in ("ada", "bob", "eve"))
    group("dba", first, second)
    job = waiting(demo)
    assert job.approval is not None
    assert (job.approval.rule, job.approval.needed, job.approval.groups) == ("two", 2, (("dba",),))
    assert job.approval.why == ("staging asks for “two” from low risk on, by members of dba.",)
    with pytest.raises(NotAllowed, match="for members of dba"):
        approve(job, other)
    with pytest.raises(NotAllowed, match="members of dba"):
        approve(job, User.objects.create_superuser("root", password="a long enough password"))
    assert approve(job, first).state is JobState.AWAITING_APPROVAL
    assert approve(job, second).state is JobState.APPROVED


def test_a_rule_raised_meanwhile_voids_the_plan(demo: User) -> None:
    executor = FakeExecutor()
    waits, approved = waiting(demo, executor, name="one"), approve(waiting(demo, executor, name="two"), demo)
    row("*", "low", "other")
    with pytest.raises(PlanMismatch, match="policy or the environment has changed"):
        approve(waits, demo)
    assert run(approved, executor) == "superseded"
    assert executor.applied == []
    assert sweeps.outdated_plans() == 1
    assert raw(waits.id)["state"] == "superseded"
    assert sweeps.outdated_plans() == 0


def test_a_rule_raised_between_the_check_and_the_start_is_seen_by_the_start(demo: User) -> None:
    executor = FakeExecutor(to_verify=lambda context: row("staging", "low", "other") and None)
    job = approve(waiting(demo, executor), demo)
    assert run(job, executor) == "superseded"
    assert executor.applied == []


# away


def test_who_decides_for_somebody_decides_like_them_and_says_so(demo: User) -> None:
    ada, stand_in = person("ada", "approver", environment="production"), person("stan")
    away(ada, stand_in)
    job = waiting(demo, environment="production")
    assert [each.id for each in selectors.jobs_awaiting(viewer=stand_in)] == [job.id]
    assert selectors.sees_approvals(stand_in)
    job = approve(job, stand_in)
    assert (job.state, job.last_reason) == (JobState.APPROVED, "approved by stan for ada, who is away")
    (given,) = job.approvals
    assert given.on_behalf_of == actor(ada)
    with pytest.raises(WrongState, match="approved already by stan for ada, 20"):
        approve(job, ada)


def test_a_no_for_somebody_says_so_too(demo: User) -> None:
    ada, stand_in = person("ada", "approver"), person("stan")
    away(ada, stand_in)
    job = waiting(demo, environment="production")
    done = services.job_reject(job_id=job.id, actor=actor(stand_in), reason="too dear", via="test")
    assert done.last_reason == "rejected by stan for ada, who is away: too dear"
    assert done.approvals[0].on_behalf_of == actor(ada)


def test_it_holds_only_where_and_when_it_was_given(demo: User) -> None:
    ada, stand_in = person("ada", "approver"), person("stan")
    away(ada, stand_in, "staging")
    away(ada, stand_in, starts_at=utc_now() + timedelta(hours=1))
    with pytest.raises(NotFound):
        approve(waiting(demo, environment="production"), stand_in)


@pytest.mark.parametrize("who", ["delegate", "absentee"])
def test_the_requester_neither_decides_for_another_nor_has_another_decide(demo: User, who: str) -> None:
    boss, other = person("boss", "requester", "approver"), person("other", "requester", "approver")
    if who == "delegate":
        away(other, boss)
        job, tries = waiting(boss, environment="production"), boss
    else:
        stand_in = person("stan")
        away(boss, stand_in)
        job, tries = waiting(boss, environment="production"), stand_in
    with pytest.raises(NotAllowed):
        approve(job, tries)
    assert approve(job, other).state is JobState.APPROVED


def test_what_is_handed_on_is_not_handed_on_again(demo: User) -> None:
    ada, second, third = person("ada", "approver"), person("second"), person("third")
    away(ada, second)
    with pytest.raises(NotAllowed, match="nothing to hand on"):
        away(second, third)


def test_one_person_and_who_decides_for_them_are_not_two(demo: User) -> None:
    ada, bob, stand_in = person("ada", "approver"), person("bob", "approver"), person("stan")
    away(ada, stand_in)
    job = waiting(demo, subject="vault")
    approve(job, stand_in)
    with pytest.raises(NotAllowed, match="stan for ada has decided"):
        approve(job, ada)
    with pytest.raises(WrongState, match="one decision per person"):
        approve(job, stand_in)
    assert approve(job, bob).state is JobState.APPROVED

    job = waiting(demo, subject="vault", name="second")
    approve(job, ada)
    with pytest.raises(NotAllowed, match="ada, for whom you decide, has decided"):
        approve(job, stand_in)


def test_both_at_once_are_not_two_either(demo: User) -> None:
    ada, stand_in = person("ada", "approver"), person("stan")
    away(ada, stand_in)
    job = waiting(demo, subject="vault")
    results = at_once([partial(approve, job, each) for each in (ada, stand_in)])
    assert sum(isinstance(each, JobView) for each in results) == 1, results
    assert raw(job.id)["state"] == "awaiting_approval"


@pytest.mark.full
def test_who_stands_in_for_both_is_still_one(demo: User) -> None:
    ada, bob, stand_in = person("ada", "approver"), person("bob", "approver"), person("stan")
    for each in (ada, bob):
        away(each, stand_in)
    job = waiting(demo, subject="vault")
    assert approve(job, stand_in).state is JobState.AWAITING_APPROVAL
    with pytest.raises(WrongState, match="one decision per person"):
        approve(job, stand_in)


@pytest.mark.full
@pytest.mark.parametrize("loss", ["ended", "role", "account"])
def test_what_was_approved_for_somebody_ends_with_it(demo: User, loss: str) -> None:
    ada, stand_in, executor = person("ada", "approver"), person("stan"), FakeExecutor()
    given = away(ada, stand_in)
    job = approve(waiting(demo, executor, environment="production"), stand_in)
    match loss:
        case "ended":
            services.delegation_end(delegation_id=given.id, actor=actor(ada))
        case "role":
            ada.role_bindings.all().delete()
        case _:
            User.objects.filter(id=ada.id).update(is_active=False)
    assert run(job, executor) == "superseded"
    assert executor.applied == []


def test_an_approval_lasts_no_longer_than_what_it_rests_on(demo: User) -> None:
    ada, stand_in = person("ada", "approver"), person("stan")
    given = away(ada, stand_in, until=utc_now() + timedelta(minutes=5))
    job = approve(waiting(demo, environment="production"), stand_in)
    assert job.approval is not None
    assert job.approval.expires_at == given.until


def test_what_makes_no_sense_is_refused_at_its_field(demo: User) -> None:
    ada, now = person("ada", "approver"), utc_now()
    User.objects.filter(id=person("gone").id).update(is_active=False)
    for changes, field in (
        ({"to": "ada"}, "to"),
        ({"to": "nobody"}, "to"),
        ({"to": "gone"}, "to"),
        ({"until": now - timedelta(minutes=1)}, "until"),
        ({"until": now + timedelta(days=91)}, "until"),
        ({"starts_at": now + timedelta(days=8)}, "until"),
    ):
        asked: dict[str, Any] = {"to": "demo", "until": now + timedelta(days=7), **changes}
        with pytest.raises(InvalidValue) as refused:
            services.delegation_give(giver=actor(ada), **asked)
        assert refused.value.field == field
    assert collection("orchestrator_delegation").count_documents({}) == 0


def test_only_the_two_end_it(demo: User) -> None:
    ada, stand_in = person("ada", "approver"), person("stan")
    given = away(ada, stand_in)
    with pytest.raises(NotFound):
        services.delegation_end(delegation_id=given.id, actor=actor(demo))
    assert services.delegation_end(delegation_id=given.id, actor=actor(stand_in)).ended_at is not None
    again = services.delegation_end(delegation_id=given.id, actor=actor(ada))
    assert again.ended_at is not None
    assert selectors.delegations_list(viewer=ada) == []
    assert not selectors.sees_approvals(stand_in)
