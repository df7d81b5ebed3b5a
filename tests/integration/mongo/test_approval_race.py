"""An approval is for exactly this plan, by exactly these people, once: whatever changes under it voids it."""

from collections import Counter
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pymongo.database import Database
from pytest_django.fixtures import Settings

from chatbot_project.accounts.models import RoleBinding, User
from chatbot_project.mongo.connections import collection
from orchestrator import services
from orchestrator.documents import jobs
from orchestrator.errors import OrchestratorError, PlanMismatch, WrongState
from orchestrator.states import JobState
from orchestrator.types import JobView

from .approval_race import attacks
from .approval_race.attacks import Trial
from .approval_race.site import BoundExecutor, module_archive
from .approval_race.trials import Case, accepted, by_delegate, by_group, by_role, cases, run, sample
from .approving import away
from .orchestrating import actor, at_once, person, seed, submit

ATTACKS = 500


@pytest.fixture
def executor(mongo_db: Database[Any], cloud_endpoint: str, settings: Settings, tmp_path: Path) -> BoundExecutor:
    seed()
    settings.TERRAFORM_RUN_DIR = str(tmp_path / "runs")
    (tmp_path / "mirror").mkdir()
    archive = {"$set": {"archive": module_archive(tmp_path / "module")}}
    collection("orchestrator_blueprintversion").update_many({}, archive)
    return BoundExecutor(cloud_endpoint, tmp_path / "mirror")


FULL = pytest.mark.full


@pytest.mark.parametrize("made", [by_delegate, *(pytest.param(each, marks=FULL) for each in (by_role, by_group))])
def test_what_nobody_attacks_is_applied_once(executor: BoundExecutor, made: Any) -> None:
    trial = made(executor)
    assert trial.vote().state is JobState.APPROVED
    assert run(trial) == "succeeded"
    assert executor.applied == [trial.job.id]


def test_each_attack_fails_at_some_moment(executor: BoundExecutor) -> None:
    tried = sample(seed=20261121)
    assert {each.attack for each in tried} == {each.attack for each in cases()}
    assert _accepted(tried, executor) == []


@FULL
@pytest.mark.timeout(1200)
def test_five_hundred_attacks_and_none_is_accepted(executor: BoundExecutor) -> None:
    every = cases()
    tried = [every[number % len(every)] for number in range(ATTACKS)]
    assert Counter(each.attack for each in tried).keys() == {each.attack for each in every}
    assert _accepted(tried, executor) == []


OTHER_POWERS = [pytest.param(each, marks=FULL) for each in ("none", "approver", "superuser", "stands in")]


class TestSelf:
    @pytest.mark.parametrize("power", [*OTHER_POWERS, "is stood in for"])
    def test_nobody_says_yes_to_themselves(self, executor: BoundExecutor, power: str) -> None:
        trial = by_role(executor)
        votes = trial.requester
        match power:
            case "approver":
                RoleBinding.objects.create(user=trial.requester, role="approver", environment="*")
            case "superuser":
                User.objects.filter(id=trial.requester.id).update(is_superuser=True)
            case "stands in":
                away(trial.voter, trial.requester)
            case "is stood in for":
                RoleBinding.objects.create(user=trial.requester, role="approver", environment="*")
                votes = person("stan")
                away(trial.requester, votes)
        assert trial.try_vote(votes) is None
        run(trial)
        assert executor.applied == []


class TestReplay:
    def test_the_same_vote_and_the_same_message_again(self, executor: BoundExecutor) -> None:
        trial = by_role(executor)
        trial.vote()
        assert run(trial) == "succeeded"
        with pytest.raises(WrongState, match="finished"):
            trial.vote()
        for _ in range(3):
            run(trial)
        assert executor.applied == [trial.job.id]

    @FULL
    def test_a_job_put_back_to_approved(self, executor: BoundExecutor) -> None:
        """As a restored backup of one collection would."""
        trial = by_role(executor)
        trial.vote()
        before = jobs().find_one({"_id": trial.job.id})
        assert before is not None
        run(trial)
        later = (jobs().find_one({"_id": trial.job.id}) or {})["version"] + 10
        jobs().replace_one({"_id": trial.job.id}, {**before, "version": later})
        with suppress(OrchestratorError):
            run(trial)
        assert executor.applied == [trial.job.id]

    @FULL
    def test_an_earlier_plan_s_hash_for_a_later_job(self, executor: BoundExecutor) -> None:
        first = by_role(executor)
        first.vote()
        run(first)
        assert first.job.stack is not None
        again = submit(first.requester, environment="production", stack_id=first.job.stack.id)
        later = Trial(executor, again, first.requester, first.voter)
        assert run(later) == "awaiting_approval"
        with pytest.raises(PlanMismatch):
            later.vote(plan_hash=first.plan_hash)
        run(later)
        assert executor.applied == [first.job.id]

    @FULL
    def test_two_workers_at_once(self, executor: BoundExecutor) -> None:
        trial = by_role(executor)
        trial.vote()
        at_once([partial(run, trial)] * 4)
        assert executor.applied == [trial.job.id]


class TestTwoAtOnce:
    def test_one_wins_and_the_other_is_told_who_and_when(self, executor: BoundExecutor) -> None:
        trial, other = by_role(executor), person("other", "approver")
        results = at_once([partial(trial.vote, each) for each in (trial.voter, other)])
        (won,) = [each for each in results if isinstance(each, JobView)]
        (lost,) = [each for each in results if not isinstance(each, JobView)]
        assert isinstance(lost, WrongState)
        (given,) = won.approvals
        assert str(lost) == f"This plan is approved already by {given.user.name}, {given.at:%Y-%m-%d %H:%M} UTC."

    @FULL
    def test_a_no_beside_a_yes(self, executor: BoundExecutor) -> None:
        trial, other = by_role(executor), person("other", "approver")
        no = partial(services.job_reject, job_id=trial.job.id, actor=actor(other), reason="too dear", via="test")
        results = at_once([trial.vote, no])
        (lost,) = [each for each in results if not isinstance(each, JobView)]
        winner = trial.voter.username if "approved" in str(lost) else "other"
        assert f"by {winner}, 20" in str(lost)
        run(trial)
        assert executor.applied == ([trial.job.id] if winner != "other" else [])


def _accepted(tried: list[Case], executor: BoundExecutor) -> list[str]:
    return [str(case) for case in tried if accepted(case, executor)]


def test_every_attack_is_in_some_case() -> None:
    listed = {
        *attacks.MATERIAL,
        *attacks.POLICY,
        *attacks.RIGHTS,
        *attacks.OF_GROUPS,
        *attacks.OF_DELEGATES,
        *attacks.TIME,
        *attacks.VOTES,
    }
    assert {case.attack for case in cases()} == listed
