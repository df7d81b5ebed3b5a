"""What may change under an approval. Each attack makes one thing not as it was approved, by whatever way there is."""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from chatbot_project.accounts.models import GroupBinding, RoleBinding, User
from chatbot_project.mongo.connections import collection
from orchestrator import services
from orchestrator.approval_models import ApprovalRule
from orchestrator.contexts import run_dir
from orchestrator.documents import jobs, utc_now
from orchestrator.errors import OrchestratorError
from orchestrator.executors.terraform.rundir import RunDir
from orchestrator.types import DelegationView, JobView

from ..orchestrating import actor
from .site import BoundExecutor, replace_everywhere


@dataclass
class Trial:
    """One job in production that waits for somebody else's approval, and who may give it in which way."""

    executor: BoundExecutor
    job: JobView
    requester: User
    voter: User
    principal: User | None = None
    delegation: DelegationView | None = None
    group: Any = None
    undo: list[Callable[[], Any]] = field(default_factory=list)

    @property
    def plan_hash(self) -> str:
        assert self.job.plan is not None
        return self.job.plan.plan_hash

    def vote(self, user: User | None = None, plan_hash: str | None = None) -> JobView:
        return services.job_approve(
            job_id=self.job.id, plan_hash=plan_hash or self.plan_hash, actor=actor(user or self.voter), via="test"
        )

    def try_vote(self, user: User | None = None, plan_hash: str | None = None) -> JobView | None:
        with suppress(OrchestratorError):
            return self.vote(user, plan_hash)
        return None


def _run(trial: Trial) -> RunDir:
    return RunDir(run_dir(trial.job.id))


def _job(trial: Trial, **changes: Any) -> None:
    jobs().update_one({"_id": trial.job.id}, {"$set": changes})


def _environment(trial: Trial, **changes: Any) -> None:
    environments = collection("orchestrator_environment")
    before = environments.find_one({"_id": "production"}) or {}
    trial.undo.append(lambda: environments.replace_one({"_id": "production"}, before))
    environments.update_one({"_id": "production"}, {"$set": changes})


def plan_swapped(trial: Trial) -> None:
    replace_everywhere(trial.executor, trial.job.id, "plan.tfplan", _run(trial).plan, b"another plan")


def record_swapped(trial: Trial) -> None:
    """Other digests in the place of those the plan hash is made of: those of what is there now, say."""
    record = _run(trial).record
    digests = json.dumps({**json.loads(record.read_text()), "state": "somebody-else:7"}).encode()
    replace_everywhere(trial.executor, trial.job.id, "record.json", record, digests)


def variables_swapped(trial: Trial) -> None:
    _job(trial, values={"name": "another"})


def module_swapped(trial: Trial) -> None:
    versions = collection("orchestrator_blueprintversion")
    found = versions.find_one({"_id": "digest-of-object-storage"}) or {}
    versions.replace_one({"_id": "another"}, {**found, "_id": "another"}, upsert=True)
    _job(trial, blueprint_version="another")


def lock_swapped(trial: Trial) -> None:
    replace_everywhere(trial.executor, trial.job.id, "terraform.lock.hcl", _run(trial).lock, b"# another\n")
    versions = collection("orchestrator_blueprintversion")
    one = {"_id": "digest-of-object-storage"}
    lock = (versions.find_one(one) or {})["lock"]
    trial.undo.append(lambda: versions.update_one(one, {"$set": {"lock": lock}}))
    versions.update_one(one, {"$set": {"lock": "# another\n"}})


def state_written(trial: Trial) -> None:
    assert trial.job.stack is not None
    trial.executor.state_write(trial.job.stack.id, 7)


def stack_swapped(trial: Trial) -> None:
    stacks = collection("orchestrator_stack")
    assert trial.job.stack is not None
    found = stacks.find_one({"_id": trial.job.stack.id}) or {}
    other = f"other-{trial.job.id[:8]}"
    stacks.insert_one({**found, "_id": other, "identity": other})
    _job(trial, stack_id=other)


def plan_replaced(trial: Trial) -> None:
    """A new plan in the place of the approved one, with its own good digests."""
    _job(trial, **{"plan.plan_hash": "e" * 64})


def account_swapped(trial: Trial) -> None:
    _environment(trial, role_arn="arn:aws:iam::666:role/other")


def environment_switched_off(trial: Trial) -> None:
    _environment(trial, enabled=False)


def minimum_raised(trial: Trial) -> None:
    _environment(trial, minimum_risk="critical")


def rule_raised(trial: Trial) -> None:
    made = ApprovalRule.objects.create(environment="production", risk="low", rule="two", groups=[])
    trial.undo.append(made.delete)


def rule_narrowed(trial: Trial) -> None:
    made = ApprovalRule.objects.create(environment="*", risk="high", rule="other", groups=["nobody"])
    trial.undo.append(made.delete)


def policy_added(trial: Trial) -> None:
    """A rule about plans, in Rego; what it says does not matter."""
    rules = collection("orchestrator_policyrule")
    rules.insert_one({"_id": "own", "title": "Own", "source": "package infrachat.own", "enabled": True})
    trial.undo.append(lambda: rules.delete_one({"_id": "own"}))


def role_lost(trial: Trial) -> None:
    RoleBinding.objects.filter(user=trial.principal or trial.voter, role="approver").delete()


def account_lost(trial: Trial) -> None:
    User.objects.filter(id=trial.voter.id).update(is_active=False)


def membership_lost(trial: Trial) -> None:
    trial.voter.groups.remove(trial.group)


def binding_lost(trial: Trial) -> None:
    GroupBinding.objects.filter(group=trial.group).delete()


def group_removed(trial: Trial) -> None:
    trial.group.delete()


def delegation_ended(trial: Trial) -> None:
    assert trial.delegation is not None
    services.delegation_end(delegation_id=trial.delegation.id, actor=trial.delegation.giver)


def delegation_over(trial: Trial) -> None:
    assert trial.delegation is not None
    collection("orchestrator_delegation").update_one({"_id": trial.delegation.id}, {"$set": {"until": utc_now()}})


def principal_lost(trial: Trial) -> None:
    assert trial.principal is not None
    User.objects.filter(id=trial.principal.id).update(is_active=False)


def requester_lost_the_role(trial: Trial) -> None:
    RoleBinding.objects.filter(user=trial.requester, role="requester").delete()


def plan_expired(trial: Trial) -> None:
    _job(trial, approval_expires_at=utc_now() - timedelta(seconds=1))


def approval_expired(trial: Trial) -> None:
    collection("orchestrator_approval").update_many(
        {"job_id": trial.job.id}, {"$set": {"expires_at": utc_now() - timedelta(seconds=1)}}
    )


def approval_used(trial: Trial) -> None:
    """As a start before this one would have used it."""
    collection("orchestrator_approval").update_many({"job_id": trial.job.id}, {"$set": {"used_at": utc_now()}})


def approval_of_another_plan(trial: Trial) -> None:
    collection("orchestrator_approval").update_many({"job_id": trial.job.id}, {"$set": {"plan_hash": "d" * 64}})


Attack = Callable[[Trial], None]

MATERIAL: tuple[Attack, ...] = (
    plan_swapped,
    record_swapped,
    variables_swapped,
    module_swapped,
    lock_swapped,
    state_written,
    stack_swapped,
    plan_replaced,
)
"""What would be applied is not what was approved."""

UNTIL_APPLIED: tuple[Attack, ...] = (plan_swapped, record_swapped, state_written)
"""What is looked at in the very beginning of the apply. The job itself is read right before."""

POLICY: tuple[Attack, ...] = (
    account_swapped,
    environment_switched_off,
    minimum_raised,
    rule_raised,
    rule_narrowed,
    policy_added,
)
RIGHTS: tuple[Attack, ...] = (role_lost, account_lost, requester_lost_the_role)
OF_GROUPS: tuple[Attack, ...] = (membership_lost, binding_lost, group_removed, account_lost)
OF_DELEGATES: tuple[Attack, ...] = (delegation_ended, delegation_over, principal_lost, role_lost, account_lost)
TIME: tuple[Attack, ...] = (plan_expired,)
VOTES: tuple[Attack, ...] = (approval_expired, approval_used, approval_of_another_plan)
"""About a vote that was given."""
