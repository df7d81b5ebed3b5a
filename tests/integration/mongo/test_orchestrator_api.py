"""REST: jobs, their logs, plans and decisions, stacks and the catalogue, with the errors clients have to live with."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from drf_spectacular.generators import SchemaGenerator
from pymongo.database import Database
from rest_framework.test import APIClient

from chatbot_project.accounts.models import User
from chatbot_project.mongo.connections import collection
from orchestrator import plans, selectors
from orchestrator.executors.base import LogLine
from orchestrator.joblog import JobLog
from orchestrator.states import JobState
from tests.integration.mongo.clients import api_client

from .orchestrating import HASH, OTHER_HASH, PLAN, applied, at_once, move, person, planned, raw, seed, submit, take


@pytest.fixture
def demo(mongo_db: Database[Any]) -> User:
    seed()
    return person("demo", "requester")


@pytest.fixture
def api(demo: User) -> APIClient:
    return api_client(demo)


def get(client: APIClient, path: str, **query: Any) -> Any:
    return client.get(path if path.startswith("http") else f"/api/v1/{path}", query)


def post(client: APIClient, path: str, body: Any = None, key: str = "") -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(f"/api/v1/{path}", body or {}, format="json", headers=headers)


def problem(response: Any, status: int, field: str | None = None) -> str:
    assert response.status_code == status, response.content
    assert response["Content-Type"].startswith("application/problem+json")
    body = response.json()
    assert body["status"] == status
    assert body["type"]
    assert body["title"]
    if field is not None:
        assert body["field"] == field
    return str(body["detail"])


def test_what_a_blueprint_takes_for_programs_and_for_people(api: APIClient) -> None:
    schema = get(api, "blueprints/object-storage/schema/").json()
    assert schema["properties"]["name"] == {"type": "string", "description": "Name of the bucket."}
    assert (schema["required"], schema["properties"]["password"]["writeOnly"]) == (["name"], True)
    form = get(api, "blueprints/object-storage/form/").json()
    assert [each["name"] for each in form["sections"][0]["fields"]] == ["name"]
    assert problem(get(api, "blueprints/none/form/"), 404)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("x.yaml", b"name: [", "neither JSON nor YAML"),
        ("x.yaml", b"nam: x", "There is no variable nam"),
        ("x.tfvars", b'name = file("/etc/passwd")', "must be a constant"),
        ("x.json", b'{"name": 7, "versioning": "perhaps"}', "versioning must be true or false"),
    ],
)
def test_a_file_of_values_that_is_off_makes_nothing(api: APIClient, name: str, content: bytes, sentence: str) -> None:
    fields = {"kind": "apply", "subject": "object-storage", "environment": "staging"}
    answer = api.post("/api/v1/jobs/", {**fields, "values_file": SimpleUploadedFile(name, content)}, format="multipart")
    assert sentence in problem(answer, 422)
    assert collection("orchestrator_job").count_documents({}) == 0


def test_the_same_file_twice_with_a_key_makes_one_job(api: APIClient) -> None:
    fields = {"kind": "apply", "subject": "object-storage", "environment": "staging"}
    ids = set()
    for _ in range(2):
        file = SimpleUploadedFile("x.tfvars", b'name = "acme"\nversioning = true\n')
        headers = {"Idempotency-Key": "one"}
        answer = api.post("/api/v1/jobs/", {**fields, "values_file": file}, format="multipart", headers=headers)
        assert answer.status_code == 201, answer.content
        ids.add(answer.json()["id"])
    (job_id,) = ids
    assert raw(job_id)["values"] == {"name": "acme", "versioning": True}


BODY = {"kind": "apply", "subject": "object-storage", "environment": "staging", "values": {"name": "acme"}}


def test_nobody_gets_in_without_signing_in(demo: User) -> None:
    for path in ("jobs/", "stacks/", "blueprints/", "environments/", f"jobs/{uuid4()}/"):
        problem(get(APIClient(), path), 401)


def test_a_job_over_rest_from_request_to_approval(api: APIClient, demo: User) -> None:
    made = post(api, "jobs/", BODY)
    assert made.status_code == 201
    job_id = made.json()["job_id"]
    assert made.json()["state"] == "queued"
    planned(selectors.job_get(job_id))
    job = get(api, f"jobs/{job_id}/").json()
    assert job["id"] == job["job_id"] == job_id
    assert job["plan"]["counts"] == {"create": 1, "update": 0, "delete": 0, "replace": 0, "read": 0}
    assert job["plan"]["changes"][0] == {
        "address": "aws_s3_bucket.this",
        "type": "aws_s3_bucket",
        "action": "create",
        "attributes": [],
        "variables": [],
        "cause": "",
        "importing": "",
    }
    assert (job["plan"]["plan_hash"], job["plan"]["sentence"], job["summary"]) == (HASH, PLAN.text, PLAN.text)
    assert job["approval"]["rule"] == "self"
    assert job["stack"]["name"] == "acme"
    answer = post(api, f"jobs/{job_id}/approve/", {"plan_hash": HASH, "reason": "go"})
    assert answer.status_code == 200
    assert answer.json()["state"] == "approved"
    assert answer.json()["approvals"][0]["user"]["name"] == "demo"


def test_secrets_are_in_no_answer(api: APIClient) -> None:
    made = post(api, "jobs/", {**BODY, "values": {"name": "acme", "password": "hunter2"}})
    for answer in (made, get(api, "jobs/"), get(api, "stacks/", all="true")):
        assert b"hunter2" not in answer.content
    assert made.json()["values"]["password"] == "(sensitive value)"


@pytest.mark.parametrize(
    ("changed", "status", "field"),
    [
        ({"kind": "explode"}, 422, "kind"),
        ({"environment": None}, 422, "environment"),
        ({"environment": "moon"}, 404, "environment"),
        ({"subject": "spaceship"}, 404, "subject"),
        ({"values": "none"}, 422, "values"),
        ({"values": {"name": "acme", "color": 1}}, 422, "color"),
        ({"stack_id": "me"}, 422, "stack_id"),
    ],
)
def test_a_request_that_cannot_be_right_says_which_field(
    api: APIClient, changed: dict[str, Any], status: int, field: str
) -> None:
    assert problem(post(api, "jobs/", {**BODY, **changed}), status, field)
    assert collection("orchestrator_job").count_documents({}) == 0


@pytest.mark.parametrize("body", ["[]", '"text"', '{"kind": "apply", "subject": "\\ud800"}', "{", "null"])
def test_a_body_that_is_no_object_is_refused(api: APIClient, body: str) -> None:
    answer = api.post("/api/v1/jobs/", body, content_type="application/json")
    problem(answer, 400 if body == "{" else 422)
    assert collection("orchestrator_job").count_documents({}) == 0


def test_decisions_that_are_refused(api: APIClient, demo: User) -> None:
    job = planned(submit(demo))
    assert "required" in problem(post(api, f"jobs/{job.id}/approve/"), 422, "plan_hash")
    assert "Reload" in problem(post(api, f"jobs/{job.id}/approve/", {"plan_hash": OTHER_HASH}), 409, "plan_hash")
    problem(post(api, f"jobs/{job.id}/reject/", {"reason": "x" * 501}), 422, "reason")
    eve, ops = api_client(person("eve", "requester")), api_client(person("ops", "operator"))
    problem(post(eve, f"jobs/{job.id}/approve/", {"plan_hash": HASH}), 404)
    problem(post(ops, f"jobs/{job.id}/approve/", {"plan_hash": HASH}), 403)
    assert post(api, f"jobs/{job.id}/cancel/").json()["state"] == "canceled"
    assert "finished" in problem(post(api, f"jobs/{job.id}/cancel/"), 409)
    assert "finished" in problem(post(api, f"jobs/{job.id}/approve/", {"plan_hash": HASH}), 409)


@pytest.mark.parametrize("job_id", ["7b3ad1c6-5d57-4b4e-9a27-0d3c1f6a2b10", "nonsense", "none/../x"])
def test_unknown_jobs(api: APIClient, job_id: str) -> None:
    for path in ("", "events/", "plan/"):
        problem(get(api, f"jobs/{job_id}/{path}"), 404)
    if "/" not in job_id:
        problem(post(api, f"jobs/{job_id}/cancel/"), 404)


def test_the_log_comes_in_unbroken_pieces(api: APIClient, demo: User) -> None:
    job = submit(demo)
    JobLog.open(take(job)).append([LogLine("line", f"line {n}", "aws_s3_bucket.this") for n in range(4)])
    answer = get(api, f"jobs/{job.id}/events/", after=0, limit=3).json()
    assert [each["log_seq"] for each in answer["results"]] == [1, 2, 3]
    assert answer["last_log_seq"] == 5
    rest = get(api, answer["next"]).json()
    assert [each["text"] for each in rest["results"]] == ["line 2", "line 3"]
    assert rest["next"] is None
    before = get(api, f"jobs/{job.id}/events/", before=3, limit=1).json()
    assert [each["log_seq"] for each in before["results"]] == [2]
    assert [each["log_seq"] for each in get(api, before["next"]).json()["results"]] == [1]
    assert get(api, f"jobs/{job.id}/events/", before=2).json()["next"] is None
    assert get(api, f"jobs/{job.id}/events/", level="error").json()["results"] == []
    assert problem(get(api, f"jobs/{job.id}/events/", level="loud"), 422, "level")
    beyond = get(api, f"jobs/{job.id}/events/", after=99).json()
    assert (beyond["results"], beyond["last_log_seq"], beyond["next"]) == ([], 5, None)
    for wrong in (-1, "x"):
        problem(get(api, f"jobs/{job.id}/events/", after=wrong), 422, "after")


def test_the_whole_plan(api: APIClient, demo: User) -> None:
    job = submit(demo)
    assert "no plan" in problem(get(api, f"jobs/{job.id}/plan/"), 404)
    lease = take(job)
    job = move(job, JobState.PLANNING, lease)
    plans.plan_store(lease=lease, job_id=job.id, masked_plan={"format_version": "1.2"})
    move(job, JobState.AWAITING_APPROVAL, lease, changes={"plan": PLAN})
    answer = get(api, f"jobs/{job.id}/plan/").json()
    assert (answer["plan_hash"], answer["terraform"]) == (HASH, {"format_version": "1.2"})


def test_lists_are_paged_by_cursor(api: APIClient, demo: User) -> None:
    made = [submit(demo, f"bucket-{n}") for n in range(5)]
    for path, expected in (
        ("jobs/?limit=2", {each.id for each in made}),
        ("stacks/?all=true&limit=2", {each.stack.id for each in made if each.stack}),
    ):
        found: list[str] = []
        address: str | None = path
        while address:
            page = get(api, address).json() if address == path else api.get(address).json()
            assert len(page["results"]) <= 2
            found += [each["id"] for each in page["results"]]
            address = page["next"]
        assert len(found) == 5
        assert set(found) == expected


def test_lists_are_filtered(api: APIClient, demo: User) -> None:
    waiting, queued = planned(submit(demo, "one")), submit(demo, "two")
    ids = [each["id"] for each in get(api, "jobs/", state="awaiting_approval").json()["results"]]
    assert ids == [waiting.id]
    both = api.get("/api/v1/jobs/?state=awaiting_approval&state=queued").json()["results"]
    assert {each["id"] for each in both} == {waiting.id, queued.id}
    problem(get(api, "jobs/", state="sleeping"), 422, "state")
    problem(get(api, "jobs/", limit=0), 422, "limit")
    problem(get(api, "jobs/", cursor="x"), 422, "cursor")
    problem(get(api, "jobs/", cursor=str(uuid4())), 422, "cursor")


def test_stacks_and_the_catalogue(api: APIClient, demo: User) -> None:
    stack = applied(demo).stack
    assert stack is not None
    (listed,) = get(api, "stacks/").json()["results"]
    assert (listed["id"], listed["status"], listed["outputs"]) == (stack.id, "live", {"arn": "arn:acme-reports"})
    assert get(api, f"stacks/{stack.id}/").json() == listed
    problem(get(api_client(person("eve", "requester")), f"stacks/{stack.id}/"), 404)
    assert [each["name"] for each in get(api, "blueprints/").json()["results"]] == ["object-storage", "vault"]
    assert get(api, "blueprints/object-storage/").json()["variables"][0]["name"] == "name"
    assert get(api, "environments/production/").json()["minimum_risk"] == "high"
    assert len(get(api, "environments/").json()["results"]) == 3
    problem(get(api, "blueprints/nothing/"), 404)


def test_the_same_key_gets_the_first_answer(api: APIClient, demo: User) -> None:
    first, again = post(api, "jobs/", BODY, key="k1"), post(api, "jobs/", BODY, key="k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again["Idempotent-Replayed"] == "true"
    assert collection("orchestrator_job").count_documents({}) == 1
    job = planned(selectors.job_get(first.json()["id"]))
    approved = post(api, f"jobs/{job.id}/approve/", {"plan_hash": HASH}, key="k1")
    repeated = post(api, f"jobs/{job.id}/approve/", {"plan_hash": HASH}, key="k1")
    assert (approved.status_code, approved.json()) == (repeated.status_code, repeated.json())


def test_a_key_belongs_to_one_body_and_one_person(api: APIClient) -> None:
    post(api, "jobs/", BODY, key="k1")
    problem(post(api, "jobs/", {**BODY, "values": {"name": "other"}}, key="k1"), 422, "Idempotency-Key")
    assert post(api_client(person("bob", "requester")), "jobs/", BODY, key="k1").status_code == 201
    problem(post(api, "jobs/", BODY, key="k" * 201), 422, "Idempotency-Key")
    assert collection("orchestrator_job").count_documents({}) == 2


def test_a_refused_request_may_be_repeated_with_its_key(api: APIClient, demo: User) -> None:
    job = submit(demo)
    problem(post(api, f"jobs/{job.id}/approve/", {"plan_hash": HASH}, key="k1"), 409)
    planned(job)
    assert post(api, f"jobs/{job.id}/approve/", {"plan_hash": HASH}, key="k1").json()["state"] == "approved"


def test_the_same_key_at_once_does_the_work_once(demo: User) -> None:
    results = at_once([lambda: post(api_client(demo), "jobs/", BODY, key="k1").status_code] * 4)
    assert set(results) <= {201, 409}, results
    assert 201 in results
    assert collection("orchestrator_job").count_documents({}) == 1


def test_a_key_whose_server_died_becomes_free(api: APIClient, demo: User) -> None:
    post(api, "jobs/", BODY, key="k1")
    receipts = collection("orchestrator_receipt")
    receipts.update_one({}, {"$set": {"status": None}})
    assert "still at work" in problem(post(api, "jobs/", BODY, key="k1"), 409)
    receipts.update_one(
        {}, {"$set": {"created_at": raw(get(api, "jobs/").json()["results"][0]["id"])["lease_expires_at"]}}
    )
    assert post(api, "jobs/", BODY, key="k1").status_code == 201


def test_the_openapi_document_describes_all_of_it(demo: User) -> None:
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    for path in ("jobs/", "jobs/{job_id}/approve/", "jobs/{job_id}/events/", "stacks/", "blueprints/", "environments/"):
        assert f"/api/v1/{path}" in paths
