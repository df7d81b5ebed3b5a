"""The shapes of requests and answers, for the OpenAPI document; cleaning.py checks what comes in."""

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from conversations.cleaning import TEXT_CHARACTERS

HTML = OpenApiParameter("html", int, description="1: messages in markdown have safe HTML in `data.html` as well.")


class TokenRequest(serializers.Serializer[None]):
    username = serializers.CharField()
    password = serializers.CharField(write_only=True)


class TokenAnswer(serializers.Serializer[None]):
    token = serializers.CharField(help_text="Send it as `Authorization: Token …`. It is shown this once.")
    expires_at = serializers.DateTimeField()


class ConversationRequest(serializers.Serializer[None]):
    title = serializers.CharField(required=False, max_length=200)
    bot = serializers.CharField(
        required=False, max_length=63, help_text="A name of `bots/`; without it the first one that you may use."
    )


class ConversationChange(serializers.Serializer[None]):
    title = serializers.CharField(required=False, max_length=200)
    seen_seq = serializers.IntegerField(required=False, help_text="The highest number that you have looked at.")


class ConversationAnswer(serializers.Serializer[None]):
    id = serializers.UUIDField()
    title = serializers.CharField()
    bot = serializers.CharField()
    last_seq = serializers.IntegerField()
    seen_seq = serializers.IntegerField(allow_null=True, help_text="How far its owner has read; null: never told.")
    owner = serializers.DictField(child=serializers.CharField())
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class ConversationPage(serializers.Serializer[None]):
    results = ConversationAnswer(many=True)
    next = serializers.URLField(allow_null=True, help_text="The next page, or null at the end.")


class MessageRequest(serializers.Serializer[None]):
    """A text, or the answer to a form."""

    text = serializers.CharField(required=False, max_length=TEXT_CHARACTERS)
    form_id = serializers.UUIDField(required=False)
    values = serializers.DictField(required=False)
    client_id = serializers.UUIDField(required=False, help_text="Made from Idempotency-Key when it is missing.")


class MessageAnswer(serializers.Serializer[None]):
    conversation_id = serializers.UUIDField()
    client_id = serializers.UUIDField()
    seq = serializers.IntegerField(help_text="The number of the message's frame: it is stored durably.")


class WhyMessage(serializers.Serializer[None]):
    seq = serializers.IntegerField(help_text="Its number in the conversation.")
    text = serializers.CharField(help_text="Secrets are masked.")


class WhyIntent(serializers.Serializer[None]):
    name = serializers.CharField()
    phrase = serializers.CharField(help_text="What a person would say for it.")
    by = serializers.ChoiceField(choices=["model", "words", "correction", "request", "unknown"])
    source = serializers.CharField(help_text="The language model that was asked as well, or empty.")  # type: ignore[assignment]
    confidence = serializers.FloatField(allow_null=True)
    threshold = serializers.FloatField(allow_null=True)
    alternatives = serializers.ListField(child=serializers.DictField(), help_text="intent, phrase, confidence")
    examples = serializers.ListField(child=serializers.CharField(), help_text="The nearest phrases of the training.")
    terms = serializers.ListField(child=serializers.CharField(), help_text="The words that weighed most.")


class WhyAnswer(serializers.Serializer[None]):
    """Why a job was proposed: message, intent, values with the words they came from, plan lines."""

    job_id = serializers.CharField()
    title = serializers.CharField()
    state = serializers.CharField()
    message = WhyMessage(allow_null=True)
    intent = WhyIntent()
    values = serializers.ListField(
        child=serializers.DictField(),
        help_text="name, label, type, choices, required, help, value, sensitive, source (kind, seq, words, start, end, "
        "entity), lines (addresses), everything",
    )
    plan = serializers.DictField(allow_null=True, help_text="plan_hash, sentence, lines, lines_total")
    options = serializers.ListField(child=serializers.DictField(), help_text="What else may be meant: intent, phrase")
    correctable = serializers.BooleanField()
    why_not = serializers.CharField(help_text="Why you cannot correct it (now).")
    corrects = serializers.CharField(allow_null=True, help_text="The job that this one came in the place of.")
    corrected = serializers.BooleanField()


class CorrectRequest(serializers.Serializer[None]):
    """What was meant instead: an intent, values, or both."""

    intent = serializers.CharField(required=False, allow_null=True)
    values = serializers.DictField(required=False, help_text="`environment` and `stack` too; null: ask me again.")
    client_id = serializers.UUIDField(required=False, help_text="Made from Idempotency-Key when it is missing.")


class FrameAnswer(serializers.Serializer[None]):
    v = serializers.IntegerField()
    type = serializers.CharField()
    id = serializers.UUIDField()
    seq = serializers.IntegerField(allow_null=True)
    ts = serializers.DateTimeField()
    data = serializers.DictField()  # type: ignore[assignment]


class FramePage(serializers.Serializer[None]):
    results = FrameAnswer(many=True)
    next = serializers.URLField(allow_null=True, help_text="What follows, or null at the end.")
    last_seq = serializers.IntegerField(help_text="The number of the conversation's newest frame.")


class Problem(serializers.Serializer[None]):
    """RFC 9457, with `code` (stable) and `field`."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    field = serializers.CharField(allow_null=True)
