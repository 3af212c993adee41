"""`any_of`: a column is one of many ids, as one parameter: no limit on their number, no work for each of them."""

import json
from typing import Any

from django.db.models import Field, ForeignObject, Lookup


class AnyOf(Lookup):
    """`Row.objects.filter(pk__any_of=ids)`: = ANY(array) on PostgreSQL, IN json_each(list) on SQLite; integers only."""

    lookup_name = "any_of"
    prepare_rhs = False

    def get_prep_lookup(self) -> list[int]:
        """Take any iterable of integers."""
        return [int(each) for each in self.rhs]

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """Compare with the values of a JSON list."""
        column, params = self.process_lhs(compiler, connection)
        return f"{column} IN (SELECT value FROM json_each(%s))", [  # noqa: S608
            *params,
            json.dumps(self.rhs),
        ]

    def as_postgresql(self, compiler: Any, connection: Any, **_context: Any) -> tuple[str, list[Any]]:
        """Compare with an array of bigint: with any other type of integer a large array is searched row by row."""
        column, params = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s::bigint[])", [*params, self.rhs]


def add_lookups() -> None:
    """Teach every field the lookup."""
    Field.register_lookup(AnyOf)
    ForeignObject.register_lookup(AnyOf)  # foreign keys do not take the lookups of fields
