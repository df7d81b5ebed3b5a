"""Training data in and out of the admin: nothing is changed before the yes, and only what was looked at is done."""

from typing import Any
from uuid import uuid4

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from pymongo.database import Database

from chatbot_project.accounts.models import User
from nlu import storage
from nlu.models import Example, ImportUpload, Intent
from tests.integration.mongo.clients import page_client
from tests.unit.nlu.exchange.samples import OWN, RASA

BOT = "/admin/nlu/bot/default/"

pytestmark = pytest.mark.usefixtures("bot")


@pytest.fixture
def bot(mongo_db: Database[dict[str, Any]]) -> None:
    storage.bot_ensure("default")


def staff(*permissions: str, is_superuser: bool = False) -> Client:
    user = User.objects.create_user(f"s{uuid4().hex[:8]}", is_staff=True, is_superuser=is_superuser)
    codenames = [each.removeprefix("nlu.") for each in permissions]
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames, content_type__app_label="nlu"))
    return page_client(user)


@pytest.fixture
def admin() -> Client:
    return staff(is_superuser=True)


def upload(client: Client, text: str | bytes, name: str = "pizza.yml", **more: str) -> Any:
    content = text.encode() if isinstance(text, str) else text
    answer: HttpResponse = client.post(f"{BOT}import/", {"file": SimpleUploadedFile(name, content), **more})
    return answer


def test_a_file_is_looked_at_confirmed_and_downloaded(admin: Client) -> None:
    assert b"Import training data" in admin.get(BOT + "change/").content
    preview = upload(admin, OWN)["Location"]
    page = admin.get(preview)
    assert b"Nothing is changed yet." in page.content
    assert b"Added: 14" in page.content
    assert not Intent.objects.exists()
    digest = page.context["plan"].digest
    done = admin.post(preview, {"digest": digest}, follow=True)
    assert b"Imported: 14 added, 0 changed, 0 removed, 0 skipped." in done.content
    assert Intent.objects.filter(source="own").count() == 2
    assert "imported pizza.yml: 14 add" in LogEntry.objects.get().change_message
    assert not ImportUpload.objects.exists()
    again = admin.get(upload(admin, OWN)["Location"])
    assert b"This file would change nothing." in again.content
    exported = admin.get(f"{BOT}export/")
    assert exported["Content-Disposition"] == 'attachment; filename="default-yaml.yml"'
    assert b"order a [large](size) pizza" in exported.content
    assert b'version: "3.1"' in admin.get(f"{BOT}export/?format=rasa").content
    assert b"infrachat-nlu" in admin.get(f"{BOT}export/?format=../../etc").content


def test_what_cannot_be_imported_is_said_beside_the_file(admin: Client) -> None:
    answer = upload(admin, OWN.replace("version: 1", "version: 7"))
    assert "pizza.yml, line 2: this is version 7 of the format" in answer.content.decode()
    assert b"not UTF-8" in upload(admin, b"\xff\xfe").content
    assert b"larger than 8 MB" in upload(admin, b"x" * (8 * 2**20 + 1)).content
    assert "&lt;script&gt;" in upload(admin, "<script>: [", name="<script>.yml").content.decode()
    assert not ImportUpload.objects.exists()


def test_what_changed_meanwhile_is_looked_at_again(admin: Client) -> None:
    preview = upload(admin, OWN)["Location"]
    digest = admin.get(preview).context["plan"].digest
    Example.objects.create(bot_id="default", text="tell me a joke")
    answer = admin.post(preview, {"digest": digest}, follow=True)
    assert b"Look at the new list." in answer.content
    assert not Intent.objects.exists()
    admin.post(preview, {"digest": answer.context["plan"].digest})
    assert Intent.objects.count() == 2
    assert b"not there any more" in admin.post(preview, {"digest": digest}, follow=True).content


def test_it_can_be_left(admin: Client) -> None:
    admin.post(upload(admin, RASA, replace="on")["Location"], {"cancel": "1"})
    assert not ImportUpload.objects.exists()
    assert not Intent.objects.exists()


WRITES = [f"nlu.{verb}_{table}" for verb in ("add", "change") for table in ("intent", "example", "entitytype")]
DELETES = [f"nlu.delete_{table}" for table in ("intent", "example", "entitytype")]
SEES = "nlu.view_bot"


def test_who_may_do_what(admin: Client) -> None:
    assert staff(SEES).get(f"{BOT}import/").status_code == 403
    assert staff(SEES).get(f"{BOT}export/").status_code == 403
    assert staff(SEES, *WRITES[:-1]).get(f"{BOT}import/").status_code == 403
    writer = staff(SEES, *WRITES)
    assert writer.get(f"{BOT}import/").status_code == 200
    assert upload(writer, OWN, replace="on").status_code == 403
    assert upload(staff(SEES, *WRITES, *DELETES), OWN, replace="on").status_code == 302
    others = upload(admin, OWN)["Location"]
    assert b"not there any more" in writer.get(others, follow=True).content
    assert writer.post(others, {"digest": "x"}, follow=True).status_code == 200
    assert not Intent.objects.exists()
    assert admin.get("/admin/nlu/bot/none/import/").status_code == 403
