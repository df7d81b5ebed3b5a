"""Keeping an uploaded file between the look at what it would do and the yes: any process may answer either."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from chatbot_project.mongo.connections import collection

from .errors import ImportRefused
from .exchange import files_of
from .exchange.files import MAXIMUM_FILE
from .import_plan import ImportPlan
from .importing import import_apply, import_preview
from .types import Person

UPLOADS = "nlu_importupload"


@dataclass(frozen=True)
class Upload:
    id: str
    bot: str
    name: str
    replace: bool
    files: dict[str, str]


def upload_store(*, bot: str, name: str, content: bytes, replace: bool, by: Person) -> str:
    """Keep a file that can be imported; its id. Raises ImportRefused for one that cannot."""
    if len(content) > MAXIMUM_FILE:
        raise ImportRefused(f"{name}: the file is larger than {MAXIMUM_FILE // 2**20} MB; split it.", field="file")
    import_preview(bot=bot, files=files_of(name, content), replace=replace)
    upload_id = str(uuid4())
    collection(UPLOADS).insert_one(
        {
            "_id": upload_id,
            "bot_name": bot,
            "user_id": by.id,
            "name": name[:255],
            "content": content,
            "replace": replace,
            "created_at": datetime.now(UTC),
        }
    )
    return upload_id


def upload_get(upload_id: str, *, bot: str, by: Person) -> Upload | None:
    """None when it is gone, is another bot's, or somebody else's."""
    found = collection(UPLOADS).find_one({"_id": upload_id, "bot_name": bot, "user_id": by.id})
    if found is None:
        return None
    return Upload(found["_id"], bot, found["name"], found["replace"], files_of(found["name"], bytes(found["content"])))


def upload_preview(upload: Upload) -> ImportPlan:
    return import_preview(bot=upload.bot, files=upload.files, replace=upload.replace)


def upload_apply(upload: Upload, *, expected: str, by: Person) -> ImportPlan:
    """Import it as it was agreed to, and forget it. Raises ImportOutdated, ImportRefused."""
    plan = import_apply(bot=upload.bot, files=upload.files, replace=upload.replace, expected=expected, by=by.name)
    upload_forget(upload)
    return plan


def upload_forget(upload: Upload) -> None:
    collection(UPLOADS).delete_one({"_id": upload.id})
