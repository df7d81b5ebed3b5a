"""Uploading a module in the admin: the web process only keeps it; what it wants is allowed by those who may."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pymongo.database import Database

from chatbot_project.accounts.models import User
from chatbot_project.mongo.connections import collection
from orchestrator import selectors
from orchestrator.catalog.adding import uploads
from orchestrator.catalog.adding.checks import upload_check
from orchestrator.catalog.adding.desk import desk_of_command
from orchestrator.catalog.archive import packed
from tests.integration.mongo.clients import page_client

from .test_blueprint_uploads import MODULE, RUNS

pytestmark = [pytest.mark.usefixtures("mongo_db"), pytest.mark.terraform]

UPLOADS = "/admin/orchestrator/blueprintupload/"


def staff(*codenames: str) -> Client:
    user = User.objects.create_user(f"s{uuid4().hex[:8]}", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return page_client(user)


def archive(files: dict[str, bytes]) -> SimpleUploadedFile:
    return SimpleUploadedFile("terraform-aws-widget-1.0.tar.gz", packed(files))


def looked_at(answer: Any) -> dict[str, Any]:
    """The row of the upload that an answer leads to, after a worker had it."""
    upload_id = re.search(r"blueprintupload/([0-9a-f-]{36})/", answer["Location"])
    assert upload_id is not None
    upload_check(upload_id[1], owner="worker", desk=desk_of_command())
    return uploads.upload_get(upload_id[1])


def test_a_module_is_uploaded_allowed_and_edited(terraform_binary: str) -> None:
    client = staff("add_blueprintupload", "view_blueprintupload", "add_blueprintallowance", "view_blueprint")
    assert b"unmodified" in client.get(f"{UPLOADS}add/").content
    answer = client.post(f"{UPLOADS}add/", {"file": archive({"main.tf": MODULE, "evil.tf": RUNS})})
    (told,) = collection("orchestrator_outbox").find({"kind": "task"})
    assert (told["task"], told["infrastructure"]) == (uploads.TASK, True)
    row = looked_at(answer)
    assert row["state"] == "refused"

    page = client.get(f"{UPLOADS}{row['_id']}/change/").content.decode()
    assert "terraform_data.evil (evil.tf)" in page
    again = client.post(f"{UPLOADS}{row['_id']}/again/", {"key": "provisioner:local-exec", "reason": "ours"})
    assert looked_at(again)["state"] == "stored"
    (allowance,) = collection("orchestrator_blueprintallowance").find()
    assert (allowance["key"], allowance["reason"], allowance["by_name"]) == (
        "provisioner:local-exec", "ours", row["by_name"],
    )  # fmt: skip

    page = client.get("/admin/orchestrator/blueprint/widget/edit/").content.decode()
    assert "name: widget" in page
    edited = uploads.upload_get(row["_id"])["manifest"].replace("apply: high", "apply: low").replace("\n", "\r\n")
    answer = client.post("/admin/orchestrator/blueprint/widget/edit/", {"manifest": edited})
    assert looked_at(answer)["state"] == "stored"
    assert selectors.blueprint_get("widget").risk["apply"] == "low"


def test_only_those_who_may() -> None:
    looker = staff("view_blueprintupload", "view_blueprint", "view_blueprintallowance")
    adder = staff("add_blueprintupload", "view_blueprintupload")
    file = archive({"main.tf": MODULE, "evil.tf": RUNS})
    assert looker.post(f"{UPLOADS}add/", {"file": file}).status_code == 403
    assert Client().post(f"{UPLOADS}add/", {"file": file}).status_code == 302
    assert uploads.uploads().count_documents({}) == 0

    row = looked_at(adder.post(f"{UPLOADS}add/", {"file": archive({"main.tf": MODULE, "evil.tf": RUNS})}))
    page = adder.get(f"{UPLOADS}{row['_id']}/change/").content.decode()
    assert 'name="key"' not in page
    asked = {"key": "provisioner:local-exec"}
    assert adder.post(f"{UPLOADS}{row['_id']}/again/", asked).status_code == 403
    assert looker.post(f"{UPLOADS}{row['_id']}/again/", {}).status_code == 403
    assert looker.get("/admin/orchestrator/blueprint/widget/edit/").status_code == 403
    assert collection("orchestrator_blueprintallowance").count_documents({}) == 0


def test_what_is_wrong_is_said_in_the_form(mongo_db: Database[Any]) -> None:
    client = staff("add_blueprintupload")
    for name, sentence in (("object-storage", b"built-in blueprint"), ("<b>", b"begins with a letter")):
        given = {"file": archive({"main.tf": MODULE}), "name": name}
        assert sentence in client.post(f"{UPLOADS}add/", given).content
    assert uploads.uploads().count_documents({}) == 0
