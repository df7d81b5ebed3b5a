from rest_framework import serializers

from ..models import Bot, EntityType, Intent, NluModel
from ..training_models import TrainingRun


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


class TrainSerializer(serializers.Serializer[None]):
    """What a POST to models/ says."""

    bot = serializers.SlugField(max_length=63, default="default")
    activate = serializers.BooleanField(default=True)


class TrainingRunSerializer(serializers.ModelSerializer[TrainingRun]):
    bot = serializers.CharField(source="bot_id")
    model = serializers.CharField(source="model_id", allow_null=True)
    asked_by = serializers.CharField(source="asked_by.name")
    mistakes = serializers.JSONField(help_text="[{sentence, places: [{intent, phrase, entity, line}]}]")

    class Meta:
        model = TrainingRun
        fields = (
            *("id", "bot", "state", "activate", "asked_by", "sentence", "share", "mistakes", "error", "model"),
            *("created_at", "started_at", "finished_at"),
        )
