"""What others may read about bots, intents and trained versions."""

from collections import defaultdict

from chatbot_project.mongo.connections import Document

from . import storage
from .models import Bot, EntityType, Example, Intent, NluModel
from .types import BotSettings, BotView, EntityDefinition, IntentView, NluModelView


def bots_list() -> list[BotView]:
    return [
        BotView(bot.name, bot.title, bot.rejection_rate, bot.active_model_id) for bot in Bot.objects.order_by("name")
    ]


def intent_slots(*, bot: str = "default") -> dict[str, tuple[str, ...]]:
    """{intent: the entities that may fill it}, by name."""
    rows = Intent.objects.filter(bot_id=bot).order_by("name").values_list("name", "slots")
    return {name: tuple(slots) for name, slots in rows}


def bot_settings(bot: str) -> BotSettings | None:
    """What an admin decided about a bot; None when there is no such bot."""
    document = storage.bot_find(bot)
    return _settings(document) if document else None


def bot_settings_list() -> list[BotSettings]:
    """Of all bots, by name."""
    return [_settings(each) for each in storage.bots_all()]


def bot_revision(bot: str) -> str | None:
    """Another value after every change to the bot; None when there is no such bot."""
    document = storage.bot_find(bot, "revision")
    return str(document.get("revision") or "") if document else None


def intents_list(*, bot: str = "default") -> list[IntentView]:
    """Intents by name with all their phrases."""
    examples: defaultdict[str | None, list[str]] = defaultdict(list)
    for intent_id, text in Example.objects.filter(bot_id=bot).values_list("intent_id", "text"):
        examples[intent_id].append(text)
    return [
        IntentView(
            intent.id, bot, intent.name, intent.title, intent.source, tuple(intent.slots), tuple(examples[intent.id])
        )
        for intent in Intent.objects.filter(bot_id=bot).order_by("name")
    ]


def entities_list(*, bot: str = "default") -> list[EntityDefinition]:
    return [
        EntityDefinition(
            each.name, each.kind, {value: tuple(words) for value, words in each.values.items()}, each.pattern
        )
        for each in EntityType.objects.filter(bot_id=bot).order_by("name")
    ]


def models_list(*, bot: str = "default", limit: int = 50) -> list[NluModelView]:
    """Trained versions, the newest first."""
    active = Bot.objects.filter(name=bot).values_list("active_model_id", flat=True).first()
    return [
        NluModelView(
            id=each.id,
            bot=bot,
            number=each.number,
            digest=each.digest,
            data_digest=each.data_digest,
            size=each.size,
            threshold=each.threshold,
            metrics=each.metrics,
            created_at=each.created_at,
            active=each.id == active,
        )
        for each in NluModel.objects.filter(bot_id=bot).order_by("-number")[:limit]
    ]


def _settings(document: Document) -> BotSettings:
    """A bot of an earlier version lacks what was added since, and has its defaults."""
    texts = {name: document[name] for name in ("tone", "greeting", "help_text", "revision") if document.get(name)}
    return BotSettings(
        name=document["_id"],
        title=document.get("title") or document["_id"],
        enabled=document.get("enabled", True),
        groups=tuple(document.get("groups") or ()),
        all_parts=document.get("all_parts", True),
        parts=tuple(document.get("parts") or ()),
        threshold=document.get("threshold"),
        is_trained=document.get("active_model_id") is not None,
        **texts,
    )
