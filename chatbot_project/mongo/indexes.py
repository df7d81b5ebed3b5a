"""Indexes that Django has no word for, declared in a model's Meta like any other."""

from typing import Any

from django.db import models
from pymongo import ASCENDING, IndexModel


class TTLIndex(models.Index):
    """MongoDB removes a document `expire_after` seconds after the date in its single field."""

    suffix = "ttl"

    def __init__(self, *, fields: list[str], expire_after: int, name: str) -> None:
        self.expire_after = int(expire_after)
        super().__init__(fields=fields, name=name)

    def deconstruct(self) -> Any:
        path, args, kwargs = super().deconstruct()
        kwargs["expire_after"] = self.expire_after
        return path, args, kwargs

    def get_pymongo_index_model(
        self,
        model: type[models.Model],
        schema_editor: Any,
        field: Any = None,
        unique: bool = False,
        column_prefix: str = "",
    ) -> IndexModel:
        column = str(model._meta.get_field(self.fields[0]).column)  # type: ignore[union-attr]
        return IndexModel([(column_prefix + column, ASCENDING)], name=self.name, expireAfterSeconds=self.expire_after)
