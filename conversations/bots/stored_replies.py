"""Replies as admins stored them."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from nlu import selectors as nlu
from nlu.types import EntityDefinition

from ..dialogue.intents import plain_phrase
from .replies import Reply, ReplyText, Slot, Tool

if TYPE_CHECKING:
    from ..reply_models import Reply as StoredReply

_TYPES = {"number": "number", "boolean": "bool"}


def replies_of(bot: str) -> tuple[Reply, ...]:
    """What the bot does about its own intents, by the name of the intent."""
    from ..models import Reply as StoredReply  # late: the configuration is asked for before the apps are ready

    stored = list(StoredReply.objects.filter(intent__bot_id=bot, enabled=True).select_related("intent"))
    if not stored:
        return ()
    entities = {each.name: each for each in nlu.entities_list(bot=bot)}
    phrases = {each.id: each.examples for each in nlu.intents_list(bot=bot)}
    found = [reply_of(each, phrases.get(each.intent_id, ()), entities) for each in stored]
    return tuple(sorted(found, key=lambda each: each.intent))


def reply_of(stored: "StoredReply", phrases: Iterable[str], entities: Mapping[str, EntityDefinition]) -> Reply:
    intent = stored.intent
    texts = [ReplyText(stored.text)] if stored.text else []
    texts += [ReplyText(each.text, each.language, each.tone) for each in stored.texts.all()]
    return Reply(
        intent=intent.name,
        title=intent.title or intent.name,
        phrase=plain_phrase(next(iter(phrases), "")),
        texts=tuple(texts),
        slots=tuple(slots_of(stored.slots, entities)),
        tool=tool_of(stored),
    )


def tool_of(stored: "StoredReply") -> Tool | None:
    if not stored.method:
        return None
    return Tool(
        method=stored.method,
        url=stored.url,
        headers=tuple(headers_of(stored.headers)),
        body=stored.body,
        seconds=stored.seconds,
        response_kb=stored.response_kb,
        jmespath=stored.jmespath or "@",
        item=stored.item,
        empty=stored.empty,
    )


def slots_of(lines: str, entities: Mapping[str, EntityDefinition]) -> list[Slot]:
    """`city: In which city?` a line; `(optional)` at its end where it may be missing. What kind of value it is follows
    from the bot's entity of that name."""
    found = []
    for line in (each.strip() for each in lines.splitlines() if each.strip()):
        name, _separator, question = line.partition(":")
        optional = question.rstrip().endswith("(optional)")
        entity = entities.get(name.strip())
        choices = tuple(entity.values) if entity and entity.kind == "list" else ()
        kind = "choice" if choices else _TYPES.get(entity.kind if entity else "", "string")
        asked = question.strip().removesuffix("(optional)").strip()
        found.append(Slot(name.strip(), kind, asked, required=not optional, choices=choices))
    return found


def headers_of(lines: str) -> list[tuple[str, str]]:
    """`Name: value` a line."""
    parts = [each.partition(":") for each in lines.splitlines() if each.strip()]
    return [(name.strip(), value.strip()) for name, _separator, value in parts]
