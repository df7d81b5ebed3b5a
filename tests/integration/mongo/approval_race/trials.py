"""One attack on one approval at one moment, and whether anything was applied that must not be."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from uuid import uuid4

from chatbot_project.accounts.models import User
from orchestrator import selectors
from orchestrator.runner import run_job
from orchestrator.states import JobState

from ..approving import away, group
from ..flow import OWNER
from ..orchestrating import person, submit
from . import attacks
from .attacks import Attack, Trial
from .site import BoundExecutor

BEFORE_THE_VOTE, AFTER_THE_VOTE, VERIFIED, STARTED, RACING = "before the vote", "after", "verified", "started", "racing"
_NUMBERS = count(1)


def by_role(executor: BoundExecutor) -> Trial:
    requester, job_of = _asked(executor)
    return job_of(requester, _somebody("approver"))


def by_group(executor: BoundExecutor) -> Trial:
    requester, job_of = _asked(executor)
    voter = _somebody()
    trial = job_of(requester, voter)
    trial.group = group(f"group-{uuid4().hex[:8]}", voter, approves_in="production")
    return trial


def by_delegate(executor: BoundExecutor) -> Trial:
    requester, job_of = _asked(executor)
    voter, principal = _somebody(), _somebody("approver")
    trial = job_of(requester, voter)
    trial.principal, trial.delegation = principal, away(principal, voter)
    return trial


@dataclass(frozen=True)
class Case:
    made: Callable[[BoundExecutor], Trial]
    attack: Attack
    moment: str

    def __str__(self) -> str:
        return f"{self.made.__name__}: {self.attack.__name__}, {self.moment}"


def cases() -> list[Case]:
    """Every attack at every moment at which it has to fail, for every way in which somebody approves."""
    return list(_cases())


def sample(seed: int) -> list[Case]:
    """Each attack once, at one of its moments."""
    chosen: dict[tuple[object, object], list[Case]] = {}
    for case in cases():
        chosen.setdefault((case.attack, case.made if case.attack in attacks.RIGHTS else None), []).append(case)
    drawn = random.Random(seed)
    return [drawn.choice(each) for each in chosen.values()]


def accepted(case: Case, executor: BoundExecutor) -> bool:
    """Whether the job was applied though the attack came first."""
    trial = case.made(executor)
    executor.verified = executor.started = lambda: None
    try:
        return _racing(case, trial) if case.moment == RACING else _in_order(case, trial)
    finally:
        executor.verified = executor.started = lambda: None
        for undo in trial.undo:
            undo()


def run(trial: Trial) -> str:
    return run_job(trial.job.id, owner=OWNER, executors=trial.executor)


def _in_order(case: Case, trial: Trial) -> bool:
    def attack() -> None:
        case.attack(trial)

    if case.moment == BEFORE_THE_VOTE:
        attack()
    trial.try_vote()
    if case.moment == AFTER_THE_VOTE:
        attack()
    trial.executor.verified = attack if case.moment == VERIFIED else trial.executor.verified
    trial.executor.started = attack if case.moment == STARTED else trial.executor.started
    run(trial)
    return trial.job.id in trial.executor.applied


def _racing(case: Case, trial: Trial) -> bool:
    """Vote, run and attack at once. What was attacked before the last look at it must not have been applied."""
    begin = threading.Barrier(2)
    attacked_at: list[float] = []

    def attack() -> None:
        begin.wait()
        case.attack(trial)
        attacked_at.append(time.time())

    attacker = threading.Thread(target=attack)
    attacker.start()
    begin.wait()
    trial.try_vote()
    run(trial)
    attacker.join()
    executor = trial.executor
    last_look = executor.started_at if case.attack in attacks.UNTIL_APPLIED else executor.verified_at
    return trial.job.id in executor.applied and attacked_at[0] < last_look


def _cases() -> Iterator[Case]:
    always = (BEFORE_THE_VOTE, AFTER_THE_VOTE, VERIFIED, RACING)
    of = {by_role: attacks.RIGHTS, by_group: attacks.OF_GROUPS, by_delegate: attacks.OF_DELEGATES}
    for made, rights in of.items():
        for attack in (*attacks.POLICY, *attacks.TIME, *rights):
            yield from (Case(made, attack, moment) for moment in always)
        for attack in attacks.VOTES:
            yield from (Case(made, attack, moment) for moment in (AFTER_THE_VOTE, VERIFIED))
        for attack in attacks.MATERIAL:
            yield from (Case(made, attack, moment) for moment in always)
            if attack in attacks.UNTIL_APPLIED:
                yield Case(made, attack, STARTED)


def _asked(executor: BoundExecutor) -> tuple[User, Callable[[User, User], Trial]]:
    requester = _somebody("requester")

    def waiting(requester: User, voter: User) -> Trial:
        job = submit(requester, f"bucket-{uuid4().hex[:12]}", environment="production")
        assert run_job(job.id, owner=OWNER, executors=executor) == JobState.AWAITING_APPROVAL
        return Trial(executor, selectors.job_get(job.id), requester, voter)

    return requester, waiting


def _somebody(*roles: str) -> User:
    return person(f"person-{next(_NUMBERS)}", *roles)
