"""What storing a person's message consists of: the owner's frame, the turn, the check of a form's answer."""

import json
from datetime import UTC, datetime

from chatbot_project.accounts.models import User
from chatbot_project.mongo.transactions import Transaction
from orchestrator import selectors
from orchestrator.errors import OrchestratorError

from .dialogue.fields import label_of
from .documents import Document, conversations, frames, turn_key, turns
from .errors import InvalidFrame, NotAllowed, NotFound
from .stream import frame_append

TITLE_LENGTH = 80
MASK = "•••"
_NAMED = 20


def owner_check(tx: Transaction, conversation_id: str, user: User) -> None:
    """Raises NotFound or NotAllowed unless the conversation is there and `user`'s own."""
    found = conversations().find_one({"_id": conversation_id}, {"owner_id": 1, "deleted_at": 1}, session=tx.session)
    if found is None or found.get("deleted_at"):
        raise NotFound(f"There is no conversation {conversation_id}.", field="conversation_id")
    if found["owner_id"] != str(user.id):
        raise NotAllowed("Only the owner of a conversation may write in it.", field="conversation_id")


def user_frame_append(tx: Transaction, conversation_id: str, user: User, text: str, extra: Document) -> int:
    """The frame of a person's own words; the first one names the conversation. Its number."""
    data = {"author": "user", "author_name": user.get_username(), "text": text, "format": "plain", **extra}
    frame = frame_append(tx=tx, conversation_id=conversation_id, type="message.created", data=data)
    if frame is None or frame.seq is None:
        raise RuntimeError("a frame without a dedupe key is always numbered")
    conversations().update_one(
        {"_id": conversation_id, "title": ""}, {"$set": {"title": _title(text)}}, session=tx.session
    )
    return frame.seq


def turn_insert(tx: Transaction, conversation_id: str, seq: int, user: User, content: Document) -> None:
    """A pending turn. `content` has `text`, and for a form's answer `kind`, `form_id` and `values`."""
    document = {
        "_id": turn_key(conversation_id, seq),
        "conversation_id": conversation_id,
        "seq": seq,
        "state": "pending",
        "kind": "message",
        "form_id": "",
        "values": {},
        "user": {"id": str(user.id), "name": user.get_username()},
        "created_at": datetime.now(UTC),
        "done_at": None,
        "attempts": 0,
        **content,
    }
    turns().insert_one(document, session=tx.session)


def form_fields(tx: Transaction, conversation_id: str, form_id: str) -> list[Document]:
    """The fields of a form that this conversation asked for, and those that may be given with them. Raises NotFound."""
    wanted = {"conversation_id": conversation_id, "type": "form.requested", "data.form_id": form_id}
    found = frames().find_one(wanted, {"data.fields": 1, "data.blueprint": 1}, session=tx.session)
    if found is None:
        raise NotFound(f"This conversation has no form {form_id}.", field="form_id")
    asked = list(found["data"].get("fields", []))
    names = {str(each["name"]) for each in asked}
    return asked + [each for each in _variables(found["data"].get("blueprint")) if each["name"] not in names]


def _variables(blueprint: str | None) -> list[Document]:
    """What else the blueprint takes, as it is now."""
    if blueprint is None:
        return []
    try:
        variables = selectors.blueprint_get(blueprint).variables
    except OrchestratorError:
        return []  # not offered any more: whoever decides about the answer says so
    return [{"name": each.name, "label": label_of(each.name), "sensitive": each.sensitive} for each in variables]


def values_masked(tx: Transaction, conversation_id: str, form_id: str, values: Document) -> Document:
    """The answer as it may be kept for audit: without what the form asked for as sensitive."""
    try:
        plain = {str(each["name"]) for each in form_fields(tx, conversation_id, form_id) if not each.get("sensitive")}
    except NotFound:
        plain = set()
    return {name: value if name in plain else MASK for name, value in values.items()}


def form_names_check(fields: list[Document], values: Document) -> None:
    """Raises InvalidFrame naming the first value that the form did not ask for."""
    known = [str(each["name"]) for each in fields]
    for name in values:
        if name not in known:
            raise InvalidFrame(
                f"The form has no field {name!r}. It has: {', '.join(known[:_NAMED])}.", field=f"values.{name}"
            )


def form_text(fields: list[Document], values: Document) -> str:
    """The answer as it stands in the history: one line a field, sensitive values masked."""
    return "\n".join(
        f"{each.get('label') or each['name']}: {_shown(each, values[each['name']])}"
        for each in fields
        if each["name"] in values
    )


def _shown(form_field: Document, value: object) -> str:
    if form_field.get("sensitive"):
        return MASK
    return value_shown(value)


def value_shown(value: object) -> str:
    """A JSON value as text."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _title(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= TITLE_LENGTH else line[: TITLE_LENGTH - 1] + "…"
