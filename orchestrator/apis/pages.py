"""The shape of a page: results and where the next page is."""

from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers


def paged(serializer: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    """For the OpenAPI document: a page of these."""
    return inline_serializer(
        f"{serializer.__name__.removesuffix('Serializer')}Page",
        {
            "results": serializer(many=True),
            "next": serializers.CharField(allow_null=True, help_text="Address of the next page; null at the end."),
        },
    )
