"""One test's people and jobs, and short words for what they do and wait for."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from chatbot_project.accounts.models import RoleBinding, User
from chatbot_project.mongo.connections import collection
from chatbot_project.mongo.transactions import Transaction, run_transaction
from orchestrator import selectors, services
from orchestrator.documents import jobs, utc_now
from orchestrator.errors import WrongState
from orchestrator.states import TERMINAL, JobKind, JobState
from orchestrator.types import Actor, JobView, Origin
from tests.integration.mongo.orchestrating import actor, person
from tests.servers.processes import wait_until

from .site import Site

PATIENCE_SECONDS = 60.0
CONTINUES, ASKS = "three-buckets", "three-buckets-asking"
_WEB = {"job_submit": "new->", "job_approve": "->approved", "job_reject": "->rejected", "job_cancel": "->canceled"}
_PROGRAM = """
from orchestrator import services
from orchestrator.states import JobKind
from orchestrator.types import Actor, Origin
services.{service}(**{arguments})
"""


@dataclass
class Stage:
    """`points` are armed when the story says that all is ready. With `web_dies`, what a person does is done by a
    process that dies of it, and then again by one that lives."""

    site: Site
    points: tuple[str, ...] = ()
    web_dies: bool = False
    patience_seconds: float = PATIENCE_SECONDS
    blueprint: str = CONTINUES
    name: str = field(default_factory=lambda: f"k{uuid4().hex[:8]}")
    jobs: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.demo, self.approver = person("demo", "requester"), person("approver", "approver")

    def ready(self, **points: str) -> None:
        """From now on processes die. `points` are Terraform's, with underscores for colons."""
        self.site.arm(*self.points)
        self.site.points.set(**{name.replace("_", ":"): action for name, action in points.items()})

    def submit(self, kind: JobKind = JobKind.APPLY, **values: Any) -> JobView:
        request = self._request(kind, values)
        self._by_web("job_submit", {**request, "requester": self.demo, "origin": Origin("web")})
        return services.job_submit(requester=actor(self.demo), origin=Origin("web"), **request)

    def submit_and_lose_role(self) -> JobView:
        """The role is gone before any worker can see the job."""
        request = self._request(JobKind.APPLY, {})

        def submit(tx: Transaction) -> JobView:
            view = services.job_submit(requester=actor(self.demo), origin=Origin("web"), tx=tx, **request)
            self.lose_role()
            return view

        return run_transaction(submit)

    def lose_role(self) -> None:
        RoleBinding.objects.filter(user=self.demo).delete()

    def approve(self, job: JobView, by: User | None = None) -> None:
        assert job.plan is not None
        self._decide("job_approve", by or self.demo, {"job_id": job.id, "plan_hash": job.plan.plan_hash})

    def reject(self, job: JobView) -> None:
        self._decide("job_reject", self.demo, {"job_id": job.id, "reason": "no"})

    def cancel(self, job: JobView) -> None:
        self._decide("job_cancel", self.demo, {"job_id": job.id, "reason": "enough"})

    def planned(self, job: JobView) -> JobView:
        return self.until(job, JobState.AWAITING_APPROVAL)

    def until(self, job: JobView, *states: JobState) -> JobView:
        """The job, once it is in one of `states`; another end is a failure that says why."""

        def there() -> bool:
            state = selectors.job_get(job.id).state
            assert state in states or state not in TERMINAL, f"it ended as {state}"
            return state in states

        self._wait(there, job.id, f"it to be {' or '.join(states)}")
        return selectors.job_get(job.id)

    def ended(self, job: JobView) -> JobView:
        self._wait(lambda: selectors.job_get(job.id).state in TERMINAL, job.id, "it to end")
        return selectors.job_get(job.id)

    def view(self, job: JobView) -> JobView:
        return selectors.job_get(job.id)

    def taken_over(self, job: JobView) -> None:
        """Wait until another than the first who applied has the job."""

        def another() -> bool:
            start = collection("orchestrator_start").find_one({"job_id": job.id, "number": 1})
            now = jobs().find_one({"_id": job.id})
            return bool(start and now and now["lease_owner"] and now["lease_fence"] > start["fence"])

        self._wait(another, job.id, "another worker to take over")

    def interrupted(self) -> None:
        """Wait until Terraform has got its interrupt."""
        self._wait(self.site.points.interrupted, self.jobs[-1], "Terraform to be interrupted")

    def reached(self, point: str) -> int:
        """The pid of the Terraform that has come to `point`."""
        self._wait(lambda: self.site.points.reached(point) is not None, self.jobs[-1], f"Terraform to reach {point}")
        return self.site.points.reached(point) or 0

    def go(self, point: str) -> None:
        """Terraform goes on from there."""
        self.site.points.go(point)

    def make_live(self) -> JobView:
        """A stack that is there, before anybody is killed."""
        job = self.submit()
        self.approve(self.planned(job))
        return self.until(job, JobState.SUCCEEDED)

    def expire(self, job: JobView) -> None:
        jobs().update_one({"_id": job.id}, {"$set": {"approval_expires_at": utc_now()}})

    @property
    def stack_id(self) -> str:
        stack = collection("orchestrator_stack").find_one({"name": self.name})
        assert stack is not None
        return str(stack["_id"])

    def _request(self, kind: JobKind, values: dict[str, Any]) -> dict[str, Any]:
        self.jobs.append(str(uuid4()))
        request = {"kind": kind, "environment": "staging", "job_id": self.jobs[-1]}
        if kind is JobKind.ACTION:
            return {**request, "subject": "list-buckets", "values": {}}
        given = {"name": self.name, **values} if kind is JobKind.APPLY else {}
        stack = collection("orchestrator_stack").find_one({"name": self.name}, {"_id": 1})
        where = {"stack_id": stack["_id"]} if stack else {"stack_name": self.name}
        return {**request, "subject": self.blueprint, "values": given, **where}

    def _decide(self, service: str, by: User, request: dict[str, Any]) -> None:
        request = {**request, "via": "test"}
        died = self._by_web(service, {**request, "actor": by})
        # Whoever got no answer asks again; it may have been stored.
        with suppress(*[WrongState] if died else []):
            getattr(services, service)(actor=actor(by), **request)

    def _by_web(self, service: str, arguments: dict[str, Any]) -> bool:
        if not self.web_dies or not any(_WEB[service] in point for point in self.points):
            return False
        shown = ", ".join(f"{name!r}: {_literal(value)}" for name, value in arguments.items())
        code = self.site.once(_PROGRAM.format(service=service, arguments=f"{{{shown}}}"))
        assert code == -9, f"the web process ended with {code}; see web.log"
        return True

    def _wait(self, condition: Callable[[], bool], job_id: str, what: str) -> None:
        def met() -> bool:
            self.site.ensure_up()  # what was killed is started again, as whoever supervises processes does
            return condition()

        try:
            wait_until(met, seconds=self.patience_seconds, what=what)
        except AssertionError as error:
            now = selectors.job_get(job_id)
            moves = "; ".join(f"{move.to_state} ({move.reason})" for move in selectors.job_transitions(job_id))
            raise AssertionError(f"{error}. The job is {now.state}, {now.error}. Its moves: {moves}") from error


def _literal(value: Any) -> str:
    if isinstance(value, User):
        return repr(Actor(str(value.id), value.username))
    return f"JobKind({value.value!r})" if isinstance(value, JobKind) else repr(value)
