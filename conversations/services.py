"""Writes to conversations. Each is one transaction, stored by a majority before it returns, idempotent by client id."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from chatbot_project.accounts.models import User
from chatbot_project.mongo.transactions import Transaction, run_transaction
from orchestrator import services as orchestrator
from orchestrator.types import Actor

from . import intake
from .bots.access import bot_choose
from .documents import ConversationView, Document, conversation_view, conversations, turn_key
from .errors import InvalidFrame, NotAllowed, NotFound
from .receipts import once


@dataclass(frozen=True)
class Accepted:
    """A request stored for good. `seq` is its frame's number (None for decisions about jobs, which have no frame of
    their own); `repeated` when the same client id had been stored before: then this is the first result."""

    seq: int | None
    repeated: bool = False
    turn_id: str | None = None


def conversation_create(
    *,
    user: User,
    conversation_id: str | None = None,
    title: str = "",
    bot: str | None = None,
    site: str = "",
    tx: Transaction | None = None,
) -> ConversationView:
    """A new, empty conversation of `user`. With an id that exists and is theirs it is returned as it is.

    Without a `bot` it is the first one they may use. `site`: the embedding site it is begun on.

    Raises NotFound (no such bot for them), NotAllowed.
    """
    now = datetime.now(UTC)
    document = {
        "_id": conversation_id or str(uuid4()),
        "owner_id": str(user.id),
        "owner_name": user.get_username(),
        "title": title,
        "site": site,
        "last_seq": 0,
        "seen_seq": 0,
        "deleted_at": None,
        "dialogue": {},
        "dialogue_version": 0,
        "created_at": now,
        "updated_at": now,
    }

    def body(tx: Transaction) -> ConversationView:
        found = conversations().find_one({"_id": document["_id"]}, session=tx.session)
        if found is None:
            made = {**document, "bot": bot_choose(user, bot)}
            conversations().insert_one(made, session=tx.session)
            return conversation_view(made)
        if found["owner_id"] != str(user.id):
            raise NotAllowed("This conversation belongs to somebody else.", field="conversation_id")
        if found.get("deleted_at"):
            raise NotFound("This conversation was deleted. Begin another one.", field="conversation_id")
        return conversation_view(found)

    return run_transaction(body, tx=tx)


def message_accept(*, conversation_id: str, user: User, client_id: str, text: str, site: str = "") -> Accepted:
    """Store a person's message: its frame, the turn to be processed and the receipt, together.

    `site`: the embedding site whose page it came from.
    """

    def body(tx: Transaction) -> int:
        seq = intake.user_frame_append(tx, conversation_id, user, text, {"client_id": client_id})
        intake.turn_insert(tx, conversation_id, seq, user, {"text": text, "site": site})
        return seq

    seq, repeated = once(
        scope=conversation_id,
        client_id=client_id,
        content={"type": "message.send", "text": text},
        check=lambda tx: intake.owner_check(tx, conversation_id, user),
        body=body,
    )
    return Accepted(seq=seq, repeated=repeated, turn_id=turn_key(conversation_id, seq or 0))


def form_accept(
    *, conversation_id: str, user: User, client_id: str, form_id: str, values: Document, site: str = ""
) -> Accepted:
    """Store the answer to a form that this conversation asked for. Raises when the form or a field is not known."""

    def body(tx: Transaction) -> int:
        fields = intake.form_fields(tx, conversation_id, form_id)
        intake.form_names_check(fields, values)
        text = intake.form_text(fields, values)
        extra = {"client_id": client_id, "form_id": form_id}
        seq = intake.user_frame_append(tx, conversation_id, user, text, extra)
        content = {"kind": "form", "text": text, "form_id": form_id, "values": values, "site": site}
        intake.turn_insert(tx, conversation_id, seq, user, content)
        return seq

    seq, repeated = once(
        scope=conversation_id,
        client_id=client_id,
        content={"type": "form.submit", "form_id": form_id, "values": values},
        check=lambda tx: intake.owner_check(tx, conversation_id, user),
        body=body,
    )
    return Accepted(seq=seq, repeated=repeated, turn_id=turn_key(conversation_id, seq or 0))


def job_decision(
    *,
    conversation_id: str | None,
    user: User,
    client_id: str,
    job_id: str,
    action: str,
    plan_hash: str = "",
    reason: str = "",
    via: str = "chat",
) -> Accepted:
    """Approve, reject or cancel a job (`action` is one of these words), together with the receipt.

    Whether `user` may is the orchestrator's decision: an approver's conversation need not be the job's.
    """

    def body(tx: Transaction) -> None:
        _decide(tx, user=user, job_id=job_id, action=action, plan_hash=plan_hash, reason=reason, via=via)

    def check(tx: Transaction) -> None:
        if conversation_id is not None:
            intake.owner_check(tx, conversation_id, user)

    _, repeated = once(
        scope=conversation_id or str(user.id),
        client_id=client_id,
        content={"type": f"job.{action}", "job_id": job_id, "plan_hash": plan_hash, "reason": reason},
        check=check,
        body=body,
    )
    return Accepted(seq=None, repeated=repeated)


def dialogue_save(*, tx: Transaction, conversation_id: str, version: int, dialogue: Document) -> bool:
    """Replace the dialogue state if it is still the one read as `version`; False when somebody else was first."""
    result = conversations().update_one(
        {"_id": conversation_id, "dialogue_version": version},
        {"$set": {"dialogue": dialogue}, "$inc": {"dialogue_version": 1}},
        session=tx.session,
    )
    return result.modified_count == 1


def _decide(tx: Transaction, *, user: User, job_id: str, action: str, plan_hash: str, reason: str, via: str) -> None:
    actor = Actor(id=str(user.id), name=user.get_username())
    if action == "approve":
        orchestrator.job_approve(job_id=job_id, plan_hash=plan_hash, actor=actor, via=via, reason=reason, tx=tx)
    elif action == "reject":
        orchestrator.job_reject(job_id=job_id, actor=actor, reason=reason, via=via, tx=tx)
    elif action == "cancel":
        orchestrator.job_cancel(job_id=job_id, actor=actor, reason=reason, via=via, tx=tx)
    else:
        raise InvalidFrame(f"There is no decision called {action!r}. Use approve, reject or cancel.", field="type")
