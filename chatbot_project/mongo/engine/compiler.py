"""Pipelines that let the server sort on an index: the page is cut first and projected afterwards."""

from typing import Any

from django_mongodb_backend import compiler
from django_mongodb_backend.query import MongoQuery as StockMongoQuery

_SORT_AND_PAGE = ("$sort", "$skip", "$limit")

Stage = dict[str, Any]


class MongoQuery(StockMongoQuery):
    def get_pipeline(self) -> list[Stage]:
        return sort_before_project(super().get_pipeline())


def sort_before_project(pipeline: list[Stage]) -> list[Stage]:
    """Move a plain `$project` that directly precedes `$sort` behind the sort and the page.

    Only where this cannot change the answer: nothing but `$match` before it, nothing but sort, skip and limit after
    it, and every sorted field projected under its own name.
    """
    names = [next(iter(stage)) for stage in pipeline]
    if "$sort" not in names or names.count("$project") != 1:
        return pipeline
    at, sort_at = names.index("$project"), names.index("$sort")
    movable = (
        sort_at == at + 1
        and all(name in _SORT_AND_PAGE for name in names[sort_at:])
        and set(names[:at]) <= {"$match"}
        and all(pipeline[at]["$project"].get(field) == 1 for field in pipeline[sort_at]["$sort"])
    )
    return [*pipeline[:at], *pipeline[sort_at:], pipeline[at]] if movable else pipeline


class SQLCompiler(compiler.SQLCompiler):
    query_class = MongoQuery

    def build_query(self, columns: Any = None) -> Any:
        query = super().build_query(columns)
        if query.extra_fields:
            # Identities such as {"seq": "$seq"} change nothing but keep $sort from using an index.
            kept = {name: value for name, value in query.extra_fields.items() if value != f"${name}"}
            query.extra_fields = kept or None
        return query


SQLInsertCompiler = compiler.SQLInsertCompiler
SQLDeleteCompiler = compiler.SQLDeleteCompiler
SQLUpdateCompiler = compiler.SQLUpdateCompiler
SQLAggregateCompiler = compiler.SQLAggregateCompiler
