"""What administrators allowed the modules of single blueprints: who, when, and what had been found."""

from chatbot_project.mongo.connections import collection
from orchestrator.documents import Document, utc_now
from orchestrator.errors import InvalidValue
from orchestrator.types import Actor

from .findings import Finding

ALLOWANCES = "orchestrator_blueprintallowance"
_LONGEST_KEY = 500


def allowed_keys(blueprint: str) -> frozenset[str]:
    return frozenset(each["key"] for each in collection(ALLOWANCES).find({"blueprint": blueprint}, {"key": 1}))


def allowance_add(*, blueprint: str, finding: Finding, by: Actor, reason: str = "") -> None:
    """Allow this from now on, in every version of the blueprint. The first allowance stands. Raises InvalidValue."""
    if not finding.allowable:
        raise InvalidValue(f"That cannot be allowed: {finding.sentence}", field="key")
    if len(finding.key) > _LONGEST_KEY:
        raise InvalidValue("That is too long to be allowed by name.", field="key")
    row: Document = {
        "blueprint": blueprint,
        "key": finding.key,
        "sentence": finding.sentence,
        "reason": reason,
        "by_id": by.id,
        "by_name": by.name,
        "at": utc_now(),
    }
    collection(ALLOWANCES).update_one({"_id": f"{blueprint}:{finding.key}"}, {"$setOnInsert": row}, upsert=True)


def allowance_remove(*, blueprint: str, key: str) -> bool:
    """Versions that are stored stay; the next one must do without. Whether it was there."""
    return collection(ALLOWANCES).delete_one({"_id": f"{blueprint}:{key}"}).deleted_count == 1
