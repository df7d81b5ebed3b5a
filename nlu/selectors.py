"""What others may read about bots, intents and trained versions."""

from collections import defaultdict

from .models import Bot, EntityType, Example, Intent, NluModel
from .types import BotView, EntityDefinition, IntentView, NluModelView


def bots_list() -> list[BotView]:
    return [
        BotView(bot.name, bot.title, bot.rejection_rate, bot.active_model_id) for bot in Bot.objects.order_by("name")
    ]


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
