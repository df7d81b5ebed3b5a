"""The catalogue's pages: what is listed, and that a form becomes one job, or says beside the field what is wrong."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from chatbot_project.accounts.models import User
from chatbot_project.mongo.connections import collection
from orchestrator import selectors
from orchestrator.documents import jobs
from orchestrator.states import JobKind
from tests.integration.mongo.clients import page_client

from .orchestrating import applied, person, seed

pytestmark = pytest.mark.usefixtures("mongo_db", "redis_url")

BUCKET = "/catalogue/object-storage/"


@pytest.fixture
def demo() -> User:
    seed()
    return person("demo", "requester")


def page(user: User, address: str) -> str:
    answer = page_client(user).get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def asked(user: User, address: str = BUCKET, **values: Any) -> Any:
    return page_client(user).post(address, {"request_id": str(uuid4()), "environment": "staging", **values})


def variables_are(*variables: dict[str, Any]) -> None:
    """What the bucket's blueprint takes."""
    wanted = {"name": "object-storage"}
    assert collection("orchestrator_blueprintversion").update_one(wanted, {"$set": {"variables": list(variables)}})


def latest() -> Any:
    return selectors.jobs_list(viewer=None, limit=1)[0]


def test_everything_is_listed_and_found_by_words(demo: User) -> None:
    everything = page(demo, "/catalogue/")
    for part in ("Object-Storage", "Vault", "List buckets", "4 things", BUCKET):
        assert part in everything
    found = page(demo, "/catalogue/?q=LIST+bucket")
    assert "List buckets" in found
    assert "Vault" not in found
    assert "Nothing fits" in page(demo, "/catalogue/?q=%3Cb%3Enothing")
    assert "<b>" not in page(demo, "/catalogue/?q=%3Cb%3Enothing")


def test_who_may_ask_for_nothing_sees_no_form_and_is_refused(demo: User) -> None:
    guest = person("guest")
    assert "requester role" in page(guest, "/catalogue/")
    assert "<fieldset" not in page(guest, BUCKET)
    assert asked(guest, **{"v-name": "acme-reports"}).status_code == 422
    assert Client().get("/catalogue/").status_code == 302
    assert jobs().count_documents({}) == 0


def test_only_environments_that_one_may_use_are_offered(demo: User) -> None:
    one = page(person("sandy", "requester", environment="sandbox"), BUCKET)
    assert re.findall(r'name="environment" value="(\w+)"', one) == ["sandbox"]
    assert "you confirm the plan yourself" in one


@pytest.mark.parametrize("address", ["/catalogue/nothing/", f"{BUCKET}?stack=nothing"])
def test_what_is_not_there_is_not_found(demo: User, address: str) -> None:
    assert page_client(demo).get(address).status_code == 404


def test_a_form_is_one_job_however_often_it_is_sent(demo: User) -> None:
    request_id = str(uuid4())
    for _ in range(2):
        answer = asked(demo, request_id=request_id, lifetime="7200", **{"v-name": "acme-reports", "v-versioning": "on"})
        assert answer.url == f"/jobs/{request_id}/"
    job = selectors.job_get(request_id)
    assert (job.kind, job.environment, job.subject) == (JobKind.APPLY, "staging", "object-storage")
    assert job.lifetime is not None
    assert job.lifetime.seconds == 7200
    assert job.values == {"name": "acme-reports", "versioning": True}
    assert jobs().count_documents({}) == 1


def test_what_nobody_touched_keeps_its_own_value_and_what_is_emptied_its_default(demo: User) -> None:
    variables_are(
        {"name": "name", "type": "string"},
        {"name": "versioning", "type": "bool", "default": True, "required": False},
        {"name": "rules", "type": "list(object({days=number}))", "default": [{"days": 3}], "required": False},
        {"name": "tags", "type": "map(string)", "default": {}, "required": False},
        {"name": "origins", "type": "list(string)", "default": ["a", "b"], "required": False},
        {"name": "tier", "type": "string", "default": "std", "required": False, "choices": ["std", "ia"]},
        {"name": "days", "type": "number", "default": 30, "required": False},
    )
    form = page(demo, BUCKET)
    untouched = {
        name: re.search(rf'id="v-{name}"[^>]*>\n(.*?)</textarea>', form, re.S)[1].replace("&quot;", '"')  # type: ignore[index]
        for name in ("rules", "tags", "origins")
    }
    same = {f"v-{name}": text.replace("\n", "\r\n") for name, text in untouched.items()}
    asked(demo, **{"v-name": "acme-a", "v-versioning": ["false", "true"], "v-tier": "std", "v-days": "30", **same})
    assert latest().values == {"name": "acme-a"}
    written = {"v-rules": "- days: 7", "v-tags": '{"team": "web"}', "v-origins": "x\r\ny", "v-tier": "ia", "v-days": ""}
    asked(demo, **{"v-name": "acme-b", "v-versioning": "false", **written})
    assert latest().values == {
        "name": "acme-b",
        "versioning": False,
        "rules": [{"days": 7}],
        "tags": {"team": "web"},
        "origins": ["x", "y"],
        "tier": "ia",
    }


@pytest.mark.parametrize(
    ("sent", "beside", "kept"),
    [
        ({"v-name": ""}, 'id="v-name-error">name is needed', ""),
        ({"v-name": "a", "v-days": "soon"}, 'id="v-days-error">days must be a number', 'value="soon"'),
        ({"v-name": "a", "v-tags": "{a: [}"}, 'id="v-tags-error">That is neither JSON nor YAML', "{a: [}</textarea>"),
        ({"v-name": "a", "environment": ""}, 'id="environment-error">Choose an environment', 'value="a"'),
        ({"v-name": "a", "environment": "moon"}, 'id="environment-error">There is no environment', 'value="a"'),
        ({"v-name": "a", "lifetime": "1"}, 'id="lifetime-error">Choose for how long', 'value="a"'),
        ({"v-name": "a", "request_id": "x"}, "Load the page again", 'value="a"'),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_what_was_written_stays(
    demo: User, sent: dict[str, str], beside: str, kept: str
) -> None:
    variables_are(
        {"name": "name", "type": "string"},
        {"name": "days", "type": "number", "default": 30, "required": False},
        {"name": "tags", "type": "map(string)", "default": {}, "required": False},
    )
    answer = asked(demo, **sent)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'role="alert"' in text
    assert beside in text
    assert kept in text
    assert jobs().count_documents({}) == 0


def test_a_secret_is_sent_and_never_written_into_the_page_again(demo: User) -> None:
    answer = asked(demo, **{"v-name": "", "v-password": "hunter2-very-secret"})
    assert answer.status_code == 422
    assert b"hunter2" not in answer.content
    asked(demo, **{"v-name": "acme-reports", "v-password": "hunter2-very-secret"})
    assert jobs().find_one({})["sensitive_values"] == {"password": "hunter2-very-secret"}  # type: ignore[index]


def test_one_that_exists_is_not_changed_by_the_form_for_a_new_one(demo: User) -> None:
    stack = applied(demo).stack
    assert stack is not None
    answer = asked(demo, **{"v-name": "acme-reports"})
    assert answer.status_code == 422
    assert f"?stack={stack.id}".encode() in answer.content
    assert jobs().count_documents({}) == 1


def test_other_values_of_one_that_exists_are_asked_for_with_its_own_filled_in(demo: User) -> None:
    stack = applied(demo, values={"name": "acme-reports", "versioning": True, "password": "hunter2"}).stack
    assert stack is not None
    address = f"{BUCKET}?stack={stack.id}"
    form = page(demo, address)
    assert 'value="acme-reports"' in form
    assert "Leave it empty to keep the one there is." in form
    assert "hunter2" not in form
    same = {"v-name": "acme-reports", "v-password": ""}
    assert asked(demo, address, **{**same, "v-versioning": "false"}).status_code == 302
    job = jobs().find_one({"_id": latest().id})
    assert job is not None
    assert job["stack_id"] == stack.id
    assert job["values"] == {"name": "acme-reports", "versioning": False}
    assert job["sensitive_values"] == {"password": "hunter2"}
    assert page_client(person("approver", "approver")).get(address).status_code == 404


def test_an_action_is_asked_for_too_and_one_about_a_stack_names_it(demo: User) -> None:
    assert asked(demo, "/catalogue/list-buckets/").status_code == 302
    assert (latest().kind, latest().environment) == (JobKind.ACTION, "staging")
    assert "Nothing exists yet" in page(demo, "/catalogue/show-stack/")
    stack = applied(demo).stack
    assert stack is not None
    assert 'id="stack_id-error"' in asked(demo, "/catalogue/show-stack/", stack_id="").content.decode()
    assert asked(demo, "/catalogue/show-stack/", stack_id=stack.id).status_code == 302
    job = latest()
    assert job.stack is not None
    assert job.stack.id == stack.id
