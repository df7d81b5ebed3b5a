"""Importing files into a bot's own rows, all or nothing, and exporting them."""

import logging
from collections import defaultdict
from collections.abc import Mapping
from functools import partial

from pymongo import DeleteOne, InsertOne, ReplaceOne

from chatbot_project.mongo.connections import collection
from chatbot_project.mongo.transactions import Transaction, run_transaction

from .catalogue import bot_touch
from .errors import ImportRefused, ModelNotFound
from .exchange import Content, EntityItem, FilePlace, IntentItem, Phrase, read, write_rasa, write_yaml
from .import_plan import ENTITIES, EXAMPLES, INTENTS, OWN, Document, ImportPlan, Rows, import_plan
from .storage import BOTS
from .types import EntityDefinition

logger = logging.getLogger(__name__)

_ATTEMPTS = 5
_Operation = DeleteOne | InsertOne[Document] | ReplaceOne[Document]
WRITERS = {"yaml": write_yaml, "rasa": write_rasa}


class ImportOutdated(ImportRefused):
    """The bot's data changed after the import was looked at."""

    code, status, retryable = "import_outdated", 409, True


def import_preview(*, bot: str, files: Mapping[str, str], replace: bool = False) -> ImportPlan:
    """What `import_apply` would do now; nothing is changed. Raises ImportRefused, ModelNotFound."""
    bot_check(bot)
    content = read(files)
    return import_plan(bot, content, run_transaction(partial(bot_rows, bot)), replace=replace)


def import_apply(
    *, bot: str, files: Mapping[str, str], replace: bool = False, expected: str | None = None, by: str = ""
) -> ImportPlan:
    """Do it, all or nothing; repeating it changes nothing. The next training takes it in.

    With `expected`, the digest of a plan that somebody agreed to, it raises ImportOutdated when another would be done.
    """
    bot_check(bot)
    content = read(files)
    for _attempt in range(_ATTEMPTS):
        # Planned outside of the transaction, which must be short, and done only if nothing has changed since.
        rows = run_transaction(partial(bot_rows, bot))
        plan = import_plan(bot, content, rows, replace=replace)
        if expected is not None and plan.digest != expected:
            raise ImportOutdated("The bot's data changed meanwhile, so the import would do something else now.")
        if run_transaction(partial(_write_unless_changed, bot, rows, plan)):
            break
    else:
        raise ImportOutdated("The bot's data changes all the time, so nothing was imported. Try again in a moment.")
    logger.info("imported training data", extra={"bot": bot, "by": by, "format": plan.format, **_counted(plan)})
    return plan


def export_text(*, bot: str, form: str = "yaml", built_in: bool = False) -> str:
    """A bot's own rows as a file (`form` is yaml or rasa); with `built_in` also what the catalogue brought."""
    bot_check(bot)
    rows = run_transaction(partial(bot_rows, bot))
    return WRITERS[form](content_of(rows, built_in=built_in))


def content_of(rows: Rows, *, built_in: bool = False) -> Content:
    """Rows as content, in an order that does not depend on when they were made.

    An intent or an entity of the catalogue is written when own phrases stand under it, or need it.
    """
    place = FilePlace("", 0)
    examples = sorted(
        (each for each in rows.examples.values() if built_in or each["source"] == OWN), key=lambda each: each["text"]
    )
    used = {each["intent_id"] for each in examples}
    intents = [
        IntentItem(
            row["name"],
            row["title"] if row["source"] == OWN or built_in else "",
            tuple(row["slots"]) if row["source"] == OWN or built_in else (),
            tuple(Phrase(each["text"], place) for each in examples if each["intent_id"] == key),
            place,
        )
        for key, row in sorted(rows.intents.items(), key=lambda each: each[1]["name"])
        if built_in or row["source"] == OWN or key in used
    ]
    entities = [
        EntityItem(_definition(row), place)
        for row in sorted(rows.entities.values(), key=lambda each: each["name"])
        if built_in or row["source"] == OWN
    ]
    outside = tuple(Phrase(each["text"], place) for each in examples if each["intent_id"] is None)
    return Content(tuple(intents), tuple(entities), outside)


def bot_rows(bot: str, tx: Transaction) -> Rows:
    tables = (
        {each["_id"]: each for each in collection(name).find({"bot_id": bot}, session=tx.session).sort("_id")}
        for name in (INTENTS, EXAMPLES, ENTITIES)
    )
    return Rows(*tables)


def _write_unless_changed(bot: str, rows: Rows, plan: ImportPlan, tx: Transaction) -> bool:
    """False when the rows are not those any more that were planned with."""
    if bot_rows(bot, tx) != rows:
        return False
    plan_write(plan, rows, tx)
    bot_touch(tx, bot)
    return True


def plan_write(plan: ImportPlan, rows: Rows, tx: Transaction) -> None:
    """`rows` are those it was planned with. In bulk: a call for each row would outlast the transaction."""
    operations: defaultdict[str, list[_Operation]] = defaultdict(list)
    for name, key, document in plan.writes:
        if document is None:
            operations[name].append(DeleteOne({"_id": key}))
        elif key in rows.table(name):
            operations[name].append(ReplaceOne({"_id": key}, document))
        else:
            operations[name].append(InsertOne(document))
    for name, each in operations.items():
        collection(name).bulk_write(each, ordered=False, session=tx.session)


def bot_check(bot: str) -> None:
    if collection(BOTS).find_one({"_id": bot}, {"_id": 1}) is None:
        known = ", ".join(each["_id"] for each in collection(BOTS).find({}, {"_id": 1}).sort("_id")) or "none yet"
        raise ModelNotFound(f"There is no bot {bot} (there are: {known}). Add or train it first.", field="bot")


def _definition(row: Document) -> EntityDefinition:
    values = {value: tuple(words) for value, words in row["values"].items()}
    return EntityDefinition(row["name"], row["kind"], values, row["pattern"])


def _counted(plan: ImportPlan) -> dict[str, int]:
    return {f"rows_{action}": count for action, count in plan.counts().items()}
