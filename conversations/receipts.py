"""Once and only once: the first result of a request is kept under its client id and answers every repeat."""

import json
from collections.abc import Callable
from datetime import UTC, datetime

from django.utils.crypto import salted_hmac

from chatbot_project.mongo.transactions import Transaction, run_transaction

from .documents import Document, receipts
from .errors import KeyReused


def once(
    *, scope: str, client_id: str, content: Document, check: Callable[[Transaction], None], body: "Body"
) -> tuple[int | None, bool]:
    """`body`'s result and whether it is that of an earlier, equal request.

    `scope` is the conversation (or the user) within which the client id is unique; `check` runs first, every time.
    Raises KeyReused when the client id came before with another content.
    """
    key, fingerprint = f"{scope}:{client_id.lower()}", _fingerprint(content)

    def attempt(tx: Transaction) -> tuple[int | None, bool]:
        check(tx)
        receipt = receipts().find_one({"_id": key}, session=tx.session)
        if receipt is not None:
            return _first_result(receipt, fingerprint), True
        seq = body(tx)
        document = {"_id": key, "fingerprint": fingerprint, "seq": seq, "created_at": datetime.now(UTC)}
        receipts().insert_one(document, session=tx.session)
        return seq, False

    return run_transaction(attempt)


Body = Callable[[Transaction], int | None]


def _first_result(receipt: Document, fingerprint: str) -> int | None:
    if receipt["fingerprint"] != fingerprint:
        raise KeyReused(
            "This client_id was used before for something else; make a new uuid for every request.", field="client_id"
        )
    seq: int | None = receipt["seq"]
    return seq


def _fingerprint(content: Document) -> str:
    """With a key of ours: forms carry secrets, and a plain digest of a short one can be found by trying."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return salted_hmac("conversations.receipts", text, algorithm="sha256").hexdigest()
