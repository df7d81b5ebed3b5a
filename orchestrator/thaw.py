"""An approved job in a frozen environment: it waits, says so once, and is woken when the freeze is over."""

from functools import partial

from chatbot_project.mongo.transactions import Transaction, run_transaction

from .documents import Document, utc_now
from .errors import Conflict
from .freezes import Frozen, frozen
from .outbox_rows import wakeup_row
from .sentences import stated
from .states import Risk
from .transitions import note
from .types import Actor


def waits_for_thaw(job: Document, actor: Actor) -> bool:
    """Whether the raw approved `job` may not begin now. Reading is never frozen."""
    found = frozen(job["environment"]) if job["risk"] != Risk.READ else None
    if found is None:
        return False
    reason = stated("it waits: %(why)s", why=found.sentence(job["environment"]))
    if job["last_reason"] != reason:
        try:
            run_transaction(partial(_note, job, actor, reason, found))
        except Conflict:
            return True  # it was canceled or has expired just now
    return True


def _note(job: Document, actor: Actor, reason: str, found: Frozen, tx: Transaction) -> None:
    noted = note(tx, job, actor, reason)
    wakeup_row(tx, job["_id"], noted["version"], utc_now(), not_before=found.until)
