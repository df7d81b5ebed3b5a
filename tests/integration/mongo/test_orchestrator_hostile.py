"""What somebody with an account, or a machine that stops in the middle, could do to jobs; and cannot."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from pymongo.database import Database

from chatbot_project.accounts.models import RoleBinding, User
from chatbot_project.mongo.connections import collection
from orchestrator import selectors, services
from orchestrator.documents import jobs, stacks
from orchestrator.errors import InvalidValues, NotAllowed, OrchestratorError
from orchestrator.executors.base import Context
from orchestrator.runner import run_job
from orchestrator.states import JobKind, JobState
from orchestrator.types import PlanCounts, PlannedChange
from tests.integration.mongo.clients import api_client

from .flow import OWNER, FakeExecutor, outcome
from .orchestrating import HASH, actor, applied, approve, destroy, person, planned, raw, submit
from .orchestrating import seed as seed_catalogue

pytestmark = pytest.mark.usefixtures("mongo_db")


@pytest.fixture
def demo(mongo_db: Database[Any]) -> User:
    seed_catalogue()
    tags = {"name": "tags", "type": "map(string)", "default": {}, "required": False}
    collection("orchestrator_blueprintversion").update_many({}, {"$push": {"variables": tags}})
    return person("demo", "requester")


BODY = {"kind": "apply", "subject": "object-storage", "environment": "staging", "values": {"name": "acme"}}


@pytest.mark.parametrize("tags", [{"$ref": "users", "$id": "1"}, {"$where": "1"}, {"a": "x", "$set": "y"}])
def test_names_that_mean_something_to_mongodb_are_refused(demo: User, tags: dict[str, str]) -> None:
    """`{"$ref", "$id"}` comes back from the driver as an object that no answer can hold: every list of jobs with it
    in would fail, for approvers as well."""
    with pytest.raises(InvalidValues) as refused:
        submit(demo, values={"name": "acme", "tags": tags})
    assert refused.value.field == "tags"
    assert selectors.jobs_list(viewer=demo) == []


def test_dots_in_names_are_just_names(demo: User) -> None:
    job = submit(demo, values={"name": "acme", "tags": {"a.b": "x", "kubernetes.io/name": "y"}})
    assert selectors.job_get(job.id).values["tags"] == {"a.b": "x", "kubernetes.io/name": "y"}


@pytest.mark.parametrize("number", [10**400, -(10**400), 2**64])
def test_a_number_beyond_all_measure_is_refused_in_words(demo: User, number: int) -> None:
    variable = {"name": "days", "type": "number", "default": 1, "required": False}
    collection("orchestrator_blueprintversion").update_many({}, {"$push": {"variables": variable}})
    with pytest.raises(InvalidValues) as refused:
        submit(demo, values={"name": "acme", "days": number})
    assert refused.value.field == "days"


@pytest.mark.parametrize("name", ["a\nb", "a\u202eb", "a\u2028b", "a\x1b[31mb", "a\u200bb"])
def test_a_stack_is_not_called_something_that_deceives(demo: User, name: str) -> None:
    """Titles are read by approvers: in cards, in messages and on terminals."""
    with pytest.raises(OrchestratorError) as refused:
        submit(demo, stack_name=name)
    assert (refused.value.status, refused.value.field) == (422, "stack_name")


class TestSecrets:
    def test_a_stack_that_was_never_made_keeps_no_secrets(self, demo: User) -> None:
        job = planned(submit(demo, values={"name": "acme", "password": "hunter2"}))
        services.job_reject(job_id=job.id, actor=actor(demo), reason="", via="test")

        stack = stacks().find_one({"name": "acme"})
        assert stack is not None
        assert stack["status"] == "new"
        assert stack["sensitive_values"] == {}
        assert raw(job.id)["sensitive_values"] == {}

    def test_a_secret_never_names_a_stack(self, demo: User) -> None:
        wanted = {"name": "object-storage"}
        secret_name = {"variables.$[name].sensitive": True}
        collection("orchestrator_blueprintversion").update_one(
            wanted, {"$set": secret_name}, array_filters=[{"name.name": "name"}]
        )
        job = submit(demo, "hunter2")
        assert "hunter2" not in job.title
        found = stacks().find_one({})
        assert found is not None
        assert "hunter2" not in found["name"] + found["identity"]

    def test_the_default_of_a_sensitive_variable_is_not_told(self, demo: User) -> None:
        change = {"$set": {"variables.$[each].default": "changeme-now"}}
        collection("orchestrator_blueprintversion").update_many({}, change, array_filters=[{"each.sensitive": True}])
        client = api_client(demo)
        for path in ("blueprints/", "blueprints/object-storage/"):
            assert "changeme-now" not in client.get(f"/api/v1/{path}").content.decode()

    def test_a_receipt_cannot_be_tried_against_guesses(self, demo: User) -> None:
        """A plain digest of a request tells a short secret to whoever can read receipts and count to a million."""
        import hashlib

        from rest_framework.utils.encoders import JSONEncoder

        body = {**BODY, "values": {"name": "acme", "password": "1234"}}
        api_client(demo).post("/api/v1/jobs/", body, format="json", headers={"Idempotency-Key": "k"})
        receipt = collection("orchestrator_receipt").find_one({})
        assert receipt is not None
        guess = hashlib.sha256(JSONEncoder(sort_keys=True).encode(body).encode()).hexdigest()
        assert receipt["request_digest"] != guess


class TestApproval:
    def test_an_approver_who_is_none_any_more_does_not_count_for_two(self, demo: User) -> None:
        first, second, third = (person(name, "approver") for name in ("first", "second", "third"))
        job = planned(submit(demo, subject="vault"))
        approve(job, first)
        RoleBinding.objects.filter(user=first).delete()

        assert approve(job, second).state is JobState.AWAITING_APPROVAL
        assert approve(job, third).state is JobState.APPROVED

    @pytest.mark.parametrize("loss", ["role", "account"])
    def test_what_an_approver_approved_is_not_applied_after_they_lost_the_right(self, demo: User, loss: str) -> None:
        approver, executor = person("approver", "approver"), FakeExecutor()
        job = submit(demo, environment="production")
        assert run_job(job.id, owner=OWNER, executors=executor) == "awaiting_approval"
        assert approve(job, approver).state is JobState.APPROVED
        if loss == "role":
            RoleBinding.objects.filter(user=approver).delete()
        else:
            User.objects.filter(id=approver.id).update(is_active=False)

        assert run_job(job.id, owner=OWNER, executors=executor) == "superseded"
        assert executor.applied == []

    def test_nobody_deletes_by_their_own_word_what_deleting_would_need_another_for(self, demo: User) -> None:
        """An apply that replaces a resource deletes it: it needs whom a deletion needs."""
        live = applied(demo)
        assert live.stack is not None
        replaced = outcome()
        executor = FakeExecutor(
            replace(
                replaced,
                counts=PlanCounts(replace=1),
                changes=(PlannedChange("aws_s3_bucket.this", "aws_s3_bucket", "replace"),),
            )
        )
        job = submit(demo, "acme-other", stack_id=live.stack.id)

        assert run_job(job.id, owner=OWNER, executors=executor) == "awaiting_approval"

        waiting = selectors.job_get(job.id)
        assert waiting.approval is not None
        assert (waiting.risk.value, waiting.approval.rule) == ("high", "other")
        with pytest.raises(NotAllowed, match="your own request"):
            approve(waiting, demo)
        assert approve(waiting, person("approver", "approver")).state is JobState.APPROVED

    @pytest.mark.parametrize(
        "change",
        [
            {"role_arn": "arn:aws:iam::666:role/evil"},
            {"credentials_prefix": "OTHER"},
            {"session_policy": "{}"},
            {"cloud": "azure", "subscription_id": "10000000-0000-4000-8000-000000000000"},
        ],
    )
    def test_a_plan_is_not_applied_to_another_account_than_it_was_approved_for(
        self, demo: User, change: dict[str, str]
    ) -> None:
        executor, job = FakeExecutor(), submit(demo)
        assert run_job(job.id, owner=OWNER, executors=executor) == "awaiting_approval"
        approve(job, demo)
        collection("orchestrator_environment").update_one({"_id": "staging"}, {"$set": change})

        assert run_job(job.id, owner=OWNER, executors=executor) == "superseded"
        assert executor.applied == []

    def test_two_accounts_of_one_request_are_two_people_and_one_is_not(self, demo: User) -> None:
        approver = person("approver", "approver", "requester")
        job = planned(submit(approver, environment="production"))
        with pytest.raises(NotAllowed):
            approve(job, approver)
        with pytest.raises(NotAllowed):
            approve(job, demo_superuser(approver))

    def test_an_approval_of_one_job_says_nothing_about_another_with_the_same_plan(self, demo: User) -> None:
        approver = person("approver", "approver")
        first = planned(submit(demo, "first", environment="production"))
        second = planned(submit(demo, "second", environment="production"))
        approve(first, approver)
        assert selectors.job_get(second.id).state is JobState.AWAITING_APPROVAL


def demo_superuser(user: User) -> User:
    User.objects.filter(id=user.id).update(is_superuser=True)
    return User.objects.get(id=user.id)


class TestRaces:
    def test_a_wish_to_cancel_that_comes_with_the_end_of_planning_is_heard(self, demo: User) -> None:
        """The heartbeat has not read it yet, the job must all the same not go on to wait for approval."""
        job = submit(demo)

        def ask(context: Context) -> Any:
            services.job_cancel(job_id=job.id, actor=actor(demo), reason="never mind", via="test")
            return outcome()

        assert run_job(job.id, owner=OWNER, executors=FakeExecutor(ask)) == "canceled"
        assert "demo" in selectors.job_get(job.id).last_reason

    def test_a_read_that_is_canceled_while_planned_is_not_run(self, demo: User) -> None:
        request: dict[str, Any] = {"kind": JobKind.ACTION, "subject": "list-buckets", "values": {}}
        job = submit(demo, **request)

        def ask(context: Context) -> Any:
            services.job_cancel(job_id=job.id, actor=actor(demo), reason="", via="test")
            return outcome()

        executor = FakeExecutor(ask)
        assert run_job(job.id, owner=OWNER, executors=executor) == "canceled"
        assert executor.applied == []


class TestIdempotencyKey:
    def test_a_process_that_dies_after_storing_the_job_makes_no_second_one(self, demo: User) -> None:
        client, headers = api_client(demo), {"Idempotency-Key": "once"}
        first = client.post("/api/v1/jobs/", BODY, format="json", headers=headers)
        assert first.status_code == 201
        # As if it had died before the answer was kept, longer ago than a reservation lasts.
        collection("orchestrator_receipt").update_one(
            {}, [{"$set": {"status": None, "created_at": {"$subtract": ["$created_at", 120_000]}}}]
        )

        again = client.post("/api/v1/jobs/", BODY, format="json", headers=headers)

        assert again.status_code == 201
        assert again.json()["job_id"] == first.json()["job_id"]
        assert jobs().count_documents({}) == 1

    def test_a_dead_reservation_is_not_taken_over_by_another_request(self, demo: User) -> None:
        client, headers = api_client(demo), {"Idempotency-Key": "once"}
        client.post("/api/v1/jobs/", BODY, format="json", headers=headers)
        collection("orchestrator_receipt").update_one(
            {}, [{"$set": {"status": None, "created_at": {"$subtract": ["$created_at", 120_000]}}}]
        )
        other = {**BODY, "values": {"name": "another"}}
        assert client.post("/api/v1/jobs/", other, format="json", headers=headers).status_code == 422
        assert jobs().count_documents({}) == 1

    def test_the_same_key_of_two_people_is_two_requests(self, demo: User) -> None:
        headers = {"Idempotency-Key": "once"}
        made = [
            api_client(user).post("/api/v1/jobs/", BODY, format="json", headers=headers).json()["job_id"]
            for user in (demo, person("eve", "requester"))
        ]
        assert len(set(made)) == 2


class TestStrangers:
    """Eve has the requester role everywhere, as demo has, and nothing of demo's is hers."""

    @pytest.mark.parametrize(
        "call",
        [
            lambda eve, job: services.job_approve(job_id=job, plan_hash=HASH, actor=eve, via="x"),
            lambda eve, job: services.job_reject(job_id=job, actor=eve, reason="", via="x"),
            lambda eve, job: services.job_cancel(job_id=job, actor=eve, reason="", via="x"),
        ],
    )
    def test_she_decides_nothing(self, demo: User, call: Callable[[Any, str], Any]) -> None:
        job = planned(submit(demo))
        with pytest.raises(OrchestratorError) as refused:
            call(actor(person("eve", "requester")), job.id)
        assert refused.value.status == 404
        assert selectors.job_get(job.id).version == job.version

    @pytest.mark.parametrize("path", ["", "events/", "plan/"])
    def test_she_reads_nothing(self, demo: User, path: str) -> None:
        job, client = planned(submit(demo)), api_client(person("eve", "requester"))
        assert client.get(f"/api/v1/jobs/{job.id}/{path}").status_code == 404
        assert client.get("/api/v1/jobs/").json()["results"] == []
        assert job.stack is not None
        assert client.get(f"/api/v1/stacks/{job.stack.id}/").status_code == 404

    def test_she_neither_changes_nor_deletes_his_stack(self, demo: User) -> None:
        live, eve = applied(demo), person("eve", "requester")
        assert live.stack is not None
        for attempt in (lambda: submit(eve, stack_id=live.stack.id), lambda: destroy(eve, live.stack.id)):
            with pytest.raises(OrchestratorError) as refused:
                attempt()
            assert refused.value.status == 404

    def test_an_approver_reads_and_decides_but_changes_nothing(self, demo: User) -> None:
        live, approver = applied(demo), person("approver", "approver", "requester")
        assert live.stack is not None
        with pytest.raises(NotAllowed):
            destroy(approver, live.stack.id)
