"""A module from anybody becomes a version that jobs can use, or is refused by name; what is allowed is on record."""

import io
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from pymongo.database import Database

from chatbot_project.mongo.connections import collection
from orchestrator import selectors, services
from orchestrator.catalog.adding import allowances, uploads
from orchestrator.catalog.adding.checks import Desk, upload_check
from orchestrator.catalog.adding.desk import desk_of_command
from orchestrator.catalog.adding.findings import Finding
from orchestrator.catalog.archive import packed
from orchestrator.contexts import store_access
from orchestrator.errors import InvalidValue, NotFound, WrongState
from orchestrator.executors.artefacts import S3ArtefactStore
from orchestrator.tasks import check_blueprint_task
from orchestrator.types import Actor

pytestmark = [pytest.mark.usefixtures("mongo_db"), pytest.mark.terraform]

KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
ADMIN = Actor(id=None, name="root")
# Built into Terraform: no provider has to be started to look at it.
MODULE = b"""
variable "name" {
  description = "Name of the widget."
  type        = string
  validation {
    condition     = length(var.name) > 2
    error_message = "The widget's name must have three letters."
  }
}
resource "terraform_data" "this" {
  input = var.name
}
output "id" {
  value = terraform_data.this.id
}
"""
RUNS = b'resource "terraform_data" "evil" {\n  provisioner "local-exec" {\n    command = "touch /tmp/ran"\n  }\n}\n'


@pytest.fixture
def desk(terraform_binary: str) -> Desk:
    return desk_of_command()


def added(files: dict[str, bytes], desk: Desk, **more: Any) -> dict[str, Any]:
    """The upload's row after it was looked at."""
    request: dict[str, Any] = {"file_name": "terraform-aws-widget-1.0.tar.gz", "name": "widget", "by": ADMIN, **more}
    upload_id = uploads.upload_add(content=packed(files), **request)
    upload_check(upload_id, owner="test", desk=desk)
    return uploads.upload_get(upload_id)


def test_a_module_becomes_a_blueprint_and_a_new_one_its_next_version(desk: Desk) -> None:
    first = added({"main.tf": MODULE}, desk)
    assert (first["state"], first["problem"]) == ("stored", "")
    view = selectors.blueprint_get("widget")
    assert (view.version, view.noun, view.ask) == (first["digest"], "widget", ("name",))
    assert selectors.blueprints_untaught() == {"widget": view.version}
    services.blueprints_taught(selectors.blueprints_untaught())

    # The words people know are kept; the same files again are the same version.
    edited = first["manifest"].replace("create a widget called", "hammer a widget called")
    second = added({"main.tf": MODULE}, desk, manifest=edited)
    third = added({"main.tf": MODULE + b"\n# newer\n"}, desk)
    assert len({first["digest"], second["digest"], third["digest"]}) == 3
    assert "hammer a widget called {name}" in selectors.blueprint_get("widget").phrases
    assert added({"main.tf": MODULE + b"\n# newer\n"}, desk)["digest"] == third["digest"]
    assert collection("orchestrator_blueprintversion").count_documents({"name": "widget"}) == 3
    assert collection("orchestrator_upload.files").count_documents({}) == 0


def test_what_runs_programs_is_refused_by_name_until_somebody_allows_it(desk: Desk) -> None:
    files = {"main.tf": MODULE, "evil.tf": RUNS}
    refused = added(files, desk)
    (found,) = refused["findings"]
    assert (refused["state"], found["key"], found["allowable"]) == ("refused", "provisioner:local-exec", True)
    assert "terraform_data.evil (evil.tf)" in found["sentence"]
    assert selectors.blueprints_list() == []

    by = Actor(id="1", name="root")
    allowances.allowance_add(blueprint="widget", finding=Finding(**found), by=by, reason="ours")
    allowances.allowance_add(blueprint="widget", finding=Finding(**found), by=Actor(id="2", name="other"))
    (record,) = collection("orchestrator_blueprintallowance").find()
    assert (record["by_name"], record["reason"], record["sentence"]) == ("root", "ours", found["sentence"])

    uploads.upload_again(refused["_id"])
    assert upload_check(refused["_id"], owner="test", desk=desk) == "stored"
    assert not Path("/tmp/ran").exists()
    # Another blueprint was allowed nothing.
    assert added(files, desk, name="gadget")["state"] == "refused"
    with pytest.raises(WrongState):
        uploads.upload_again(refused["_id"])


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"main.tf": MODULE + b'\nresource "terraform_data" "b" {\n  nothing = 1\n}\n'}, "Unsupported argument"),
        ({"main.tf": MODULE + b'\noutput "x" {\n  value = var.missing\n}\n'}, "main.tf, line"),
        ({"main.tf": b"variable {"}, "main.tf is not readable as Terraform"),
        ({"README.md": b"# nothing"}, "no Terraform file"),
    ],
)
def test_what_terraform_does_not_take_is_refused_with_its_words(
    files: dict[str, bytes], sentence: str, desk: Desk
) -> None:
    row = added(files, desk)
    assert row["state"] == "refused"
    assert sentence in row["problem"]


def test_a_provider_that_nobody_allowed_is_never_installed(desk: Desk) -> None:
    """Even where our own look at the module is passed: Terraform itself is told."""
    files = {"main.tf": b'terraform {\n  required_providers {\n    x = {\n      source = "acme/x"\n    }\n  }\n}\n'}
    allowances.allowance_add(blueprint="widget", finding=Finding("provider:acme/other", ""), by=ADMIN)
    row = added(files, desk)
    assert [each["key"] for each in row["findings"]] == ["provider:acme/x"]


def test_one_worker_at_a_time_and_a_lost_one_is_replaced(desk: Desk) -> None:
    upload_id = uploads.upload_add(file_name="widget", content=packed({"main.tf": MODULE}), by=ADMIN)
    lease = uploads.upload_claim(upload_id, "first")
    assert lease is not None
    assert upload_check(upload_id, owner="second", desk=desk) is None
    uploads.uploads().update_one({"_id": upload_id}, {"$set": {"lease_expires_at": uploads.leasing.EPOCH}})
    assert upload_check(upload_id, owner="second", desk=desk) == "stored"
    assert not uploads.upload_end(lease, "refused", problem="late")
    assert uploads.upload_get(upload_id)["state"] == "stored"


def test_what_no_worker_heard_of_is_sent_again() -> None:
    upload_id = uploads.upload_add(file_name="widget", content=b"x", by=ADMIN, wake=False)
    assert uploads.uploads_sweep() == 0
    uploads.uploads().update_one({"_id": upload_id}, {"$set": {"woken_at": uploads.leasing.EPOCH}})
    assert uploads.uploads_sweep() == 1
    (row,) = collection("orchestrator_outbox").find()
    assert (row["task"], row["argument"], row["infrastructure"]) == (uploads.TASK, upload_id, True)


def test_archives_that_nobody_asks_about_are_removed() -> None:
    upload_id = uploads.upload_add(file_name="widget", content=b"x", by=ADMIN)
    uploads.uploads_sweep()
    assert uploads.upload_content(upload_id) == b"x"
    old = {"$set": {"uploadDate": uploads.leasing.EPOCH}}
    collection("orchestrator_upload.files").update_one({}, old)
    uploads.uploads_sweep()
    with pytest.raises(NotFound, match="Upload it again"):
        uploads.upload_content(upload_id)
    assert uploads.upload_get(upload_id)["file_name"] == "widget"


@pytest.mark.parametrize(
    ("request_", "sentence"),
    [
        ({"name": "object-storage"}, "built-in blueprint"),
        ({"name": "Über"}, "begins with a letter"),
        ({"name": "../x"}, "begins with a letter"),
        ({"content": b""}, "1 byte"),
        ({"manifest": "x" * 200_001}, "longer than"),
    ],
)
def test_what_is_no_upload(request_: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidValue, match=sentence):
        uploads.upload_add(**{"file_name": "widget", "content": b"x", "by": ADMIN, **request_})
    assert uploads.uploads().count_documents({}) == 0


def test_the_command(tmp_path: Path, terraform_binary: str) -> None:
    module = tmp_path / "terraform-aws-widget"
    module.mkdir()
    (module / "main.tf").write_bytes(MODULE)
    said = io.StringIO()
    call_command("blueprint", "add", str(module), stdout=said)
    assert "widget is stored as version" in said.getvalue()

    text = io.StringIO()
    call_command("blueprint", "manifest", "widget", stdout=text)
    edited = tmp_path / "blueprint.yaml"
    edited.write_text(text.getvalue().replace("apply: high", "apply: low"))
    call_command("blueprint", "edit", "widget", str(edited), stdout=said)
    assert selectors.blueprint_get("widget").risk["apply"] == "low"

    (module / "evil.tf").write_bytes(RUNS)
    with pytest.raises(CommandError, match=r"manage\.py blueprint allow widget 'provisioner:local-exec'"):
        call_command("blueprint", "add", str(module), stdout=said)
    call_command("blueprint", "allow", "widget", "provisioner:local-exec", "--reason", "ours", stdout=said)
    call_command("blueprint", "add", str(module), stdout=said)
    call_command("blueprint", "forbid", "widget", "provisioner:local-exec", stdout=said)
    with pytest.raises(CommandError, match="never allowed"):
        call_command("blueprint", "forbid", "widget", "provisioner:local-exec", stdout=said)
    with pytest.raises(CommandError, match="There is nothing at"):
        call_command("blueprint", "add", str(tmp_path / "none"))


def test_an_upload_has_exactly_the_fields_of_its_model(mongo_db: Database[Any]) -> None:
    from orchestrator.models import BlueprintAllowance, BlueprintUpload

    uploads.upload_add(file_name="widget", content=b"x", by=ADMIN)
    allowances.allowance_add(blueprint="widget", finding=Finding("a:b", ""), by=ADMIN)
    for model in (BlueprintUpload, BlueprintAllowance):
        fields = {each.column for each in model._meta.get_fields()}  # type: ignore[union-attr]
        assert set(collection(model._meta.db_table).find_one() or {}) == fields


def test_the_worker_keeps_the_module_in_the_artefact_store(
    cloud_endpoint: str, monkeypatch: pytest.MonkeyPatch, settings: Any, terraform_binary: str
) -> None:
    for name, value in KEYS.items():
        monkeypatch.setenv(f"STORE_{name}", value)
    settings.STORE_ENDPOINT_URL, settings.ARTEFACT_BUCKET = cloud_endpoint, f"artefacts-{uuid4().hex[:12]}"
    upload_id = uploads.upload_add(file_name="widget", content=packed({"main.tf": MODULE}), by=ADMIN)

    # The bucket is not there yet.
    assert check_blueprint_task(upload_id) == "refused"
    assert "does not exist" in uploads.upload_get(upload_id)["problem"]
    store = S3ArtefactStore(store_access())
    store._client.create_bucket(Bucket=settings.ARTEFACT_BUCKET)
    uploads.upload_again(upload_id)
    assert check_blueprint_task(upload_id) == "stored"
    assert check_blueprint_task(upload_id) == "nothing to do"

    digest = uploads.upload_get(upload_id)["digest"]
    version = collection("orchestrator_blueprintversion").find_one({"_id": digest})
    assert version is not None
    assert store.get(f"modules/{digest}.tar.gz") == version["archive"] == packed({"main.tf": MODULE})
    with pytest.raises(ValueError, match="badly formed"):
        check_blueprint_task("not an id")
