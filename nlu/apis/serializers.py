from rest_framework import serializers

from ..models import Bot, EntityType, Intent, NluModel


class BotSerializer(serializers.ModelSerializer[Bot]):
    class Meta:
        model = Bot
        fields = ("name", "title", "tone", "rejection_rate", "active_model_id")


class IntentSerializer(serializers.ModelSerializer[Intent]):
    bot = serializers.CharField(source="bot_id")
    examples = serializers.SlugRelatedField("text", many=True, read_only=True)  # type: ignore[var-annotated]

    class Meta:
        model = Intent
        fields = ("id", "bot", "name", "title", "source", "slots", "examples")


class EntityTypeSerializer(serializers.ModelSerializer[EntityType]):
    bot = serializers.CharField(source="bot_id")

    class Meta:
        model = EntityType
        fields = ("id", "bot", "name", "kind", "values", "pattern", "source")


class NluModelSerializer(serializers.ModelSerializer[NluModel]):
    bot = serializers.CharField(source="bot_id")

    class Meta:
        model = NluModel
        fields = (
            *("id", "bot", "number", "digest", "data_digest", "size"),
            *("threshold", "metrics", "created_at", "activated_at"),
        )
