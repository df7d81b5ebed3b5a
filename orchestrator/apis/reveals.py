"""/api/v1/stacks/<id>/secret-outputs/ and /api/v1/secret-outputs/<id>/take/: values that only the asker can open."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator import services
from orchestrator.revealing.requests import Reveal

from .idempotency import IDEMPOTENCY_KEY, idempotent, made_id
from .requests import actor_of, body_of


class SecretOutputRequest(serializers.Serializer[Any]):
    output = serializers.CharField(max_length=200, help_text="The name of a secret output of the stack.")
    public_key = serializers.CharField(
        max_length=200, help_text="Of a P-256 key pair made for this: the uncompressed point as base64url."
    )


class SealedBox(serializers.Serializer[Any]):
    key = serializers.CharField(help_text="The other half of the key agreement, as base64url.")
    nonce = serializers.CharField()
    ciphertext = serializers.CharField()


class SecretOutput(serializers.Serializer[Any]):
    id = serializers.CharField()
    output = serializers.CharField()
    state = serializers.ChoiceField(choices=["waiting", "sealed", "refused"])
    expires_at = serializers.DateTimeField()
    box = serializers.SerializerMethodField(help_text="Once it is sealed; null before.")
    problem = serializers.CharField(help_text="Why it was refused, as a sentence.")
    worker_away = serializers.BooleanField(help_text="It waits, and no infrastructure worker was heard of lately.")

    @extend_schema_field(SealedBox(allow_null=True))
    def get_box(self, reveal: Reveal) -> dict[str, str] | None:
        return reveal.box or None


class SecretOutputsView(APIView):
    @extend_schema(
        parameters=[IDEMPOTENCY_KEY],
        request=SecretOutputRequest,
        responses={202: SecretOutput},
        operation_id="stacks_secret_output",
    )
    @idempotent
    def post(self, request: Request, stack_id: str) -> Response:
        """Have a worker seal a secret output of a stack to your public key. It is recorded; its owner may, and
        operators."""
        body = body_of(request, SecretOutputRequest)
        via = "api" if request.auth else "web"
        found = services.output_reveal(
            reveal_id=made_id(request), stack_id=stack_id, actor=actor_of(request), via=via, **body
        )
        return Response(SecretOutput(found).data, status=202)


class SecretOutputTakeView(APIView):
    @extend_schema(request=None, responses=SecretOutput, operation_id="secret_outputs_take")
    def post(self, request: Request, reveal_id: str) -> Response:
        """Fetch the sealed value, which is removed by that; until it is sealed, ask again in a moment."""
        found = services.output_take(reveal_id=reveal_id, actor=actor_of(request))
        return Response(SecretOutput(found).data)
