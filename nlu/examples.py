"""One phrase more for a bot: the way that single phrases come in, from the review of messages for example."""

from chatbot_project.mongo.transactions import Transaction, run_transaction

from .errors import ExampleRefused
from .exchange import Content, FilePlace, IntentItem, Phrase
from .exchange.collecting import slots_in
from .import_plan import BUILT_IN, SKIP, Rows, import_plan, place_of_phrase
from .importing import bot_check, bot_rows, plan_write
from .validation import phrase_mistakes

_HERE = FilePlace("", 0)


def example_add(*, bot: str, intent: str | None, text: str, tx: Transaction | None = None) -> str:
    """Make `text` (with its marks) an own phrase of the intent, or without one a phrase out of scope; its id.

    The next training takes it in; adding it twice adds nothing. Raises ExampleRefused with a sentence that says what
    would be right, for example where the phrase stands already; ModelNotFound when there is no such bot.
    """
    bot_check(bot)
    text = " ".join(text.split())

    def body(tx: Transaction) -> str:
        rows = bot_rows(bot, tx)
        _check(rows, intent, text)
        plan = import_plan(bot, _content(rows, intent, text), rows)
        change = plan.changes[-1]
        if change.action == SKIP:
            raise ExampleRefused(f"The phrase “{text}” {change.why}.", field="text")
        plan_write(plan, rows, tx)
        found = place_of_phrase(rows, text)
        written = [key for name, key, _document in plan.writes if name == "nlu_example"]
        return written[-1] if written else str(found["_id"] if found else "")

    return run_transaction(body, tx=tx)


def _check(rows: Rows, intent: str | None, text: str) -> None:
    for sentence in phrase_mistakes(text, f"the intent {intent}" if intent else "what is out of scope", _names(rows)):
        raise ExampleRefused(sentence, field="text")
    if intent is None:
        return
    row = next((each for each in rows.intents.values() if each["name"] == intent), None)
    if row is None:
        raise ExampleRefused(f"This bot has no intent {intent}; choose one that it has.", field="intent")
    missing = [slot for slot in slots_in(text) if slot not in row["slots"]]
    if missing and row["source"] == BUILT_IN:
        known = ", ".join(row["slots"]) or "none"
        raise ExampleRefused(f"The intent {intent} has no slot {missing[0]}; its slots: {known}.", field="text")


def _names(rows: Rows) -> set[str]:
    return {each["name"] for each in rows.entities.values()}


def _content(rows: Rows, intent: str | None, text: str) -> Content:
    phrase = Phrase(text, _HERE)
    if intent is None:
        return Content(out_of_scope=(phrase,))
    return Content(intents=(IntentItem(intent, "", tuple(dict.fromkeys(slots_in(text))), (phrase,), _HERE),))
