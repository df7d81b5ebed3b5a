"""A thin subclass of django-mongodb-backend 5.2.4 (docs/decisions/ tells why each repair is needed).

1. Unique indexes over fields that cannot be null are full indexes. The stock ones are partial on `$type`, which the
   query planner can never use for reads: user names, session keys and tokens were collection scans.
2. ORDER BY a plain column sorts on the index (compiler.py).
3. A failed commit never leaves the thread outside of transactions (see ../orm_transactions.py).
"""

import ctypes.util
from typing import Any

from django.db.models import Model, UniqueConstraint
from pymongo import ASCENDING, IndexModel

# The backend looks for GDAL three times, which takes half a second of every process's start; we have no geometry.
_find_library = ctypes.util.find_library
ctypes.util.find_library = lambda name: None
try:
    from django_mongodb_backend import base, operations, schema
    from django_mongodb_backend.query import wrap_database_errors
finally:
    ctypes.util.find_library = _find_library


def _serves_reads(constraint: Any, column_prefix: str, parent_model: type[Model] | None) -> bool:
    return (
        isinstance(constraint, UniqueConstraint)
        and bool(constraint.fields)
        and constraint.condition is None
        and not constraint.deferrable
        and not column_prefix
        and parent_model is None
    )


class SchemaEditor(schema.DatabaseSchemaEditor):
    def add_constraint(
        self,
        model: type[Model],
        constraint: Any,
        field: Any = None,
        column_prefix: str = "",
        parent_model: type[Model] | None = None,
    ) -> Any:
        if _serves_reads(constraint, column_prefix, parent_model):
            fields = [model._meta.get_field(name) for name in constraint.fields]
            if not any(getattr(each, "null", False) for each in fields):
                return self._add_full_unique_index(model, constraint, fields)
        return super().add_constraint(
            model, constraint, field=field, column_prefix=column_prefix, parent_model=parent_model
        )

    @wrap_database_errors
    def _add_full_unique_index(self, model: type[Model], constraint: UniqueConstraint, fields: list[Any]) -> None:
        keys = [(field.column, ASCENDING) for field in fields]
        index = IndexModel(keys, name=constraint.name, unique=True)
        self.get_collection(model._meta.db_table).create_indexes([index])


class DatabaseOperations(operations.DatabaseOperations):
    compiler_module = "chatbot_project.mongo.engine.compiler"


class DatabaseWrapper(base.DatabaseWrapper):
    SchemaEditorClass = SchemaEditor
    ops_class = DatabaseOperations
