"""Stretches of time of one length, as the database numbers them: for figures over time."""

from datetime import datetime
from typing import Any

from django.db.models import Func, IntegerField


class Stretch(Func):
    """The how-manieth stretch of `seconds` since an instant a moment lies in; 0 for the first."""

    arity = 1
    output_field = IntegerField()
    template = "FLOOR((EXTRACT(EPOCH FROM %(expressions)s) - %(since)s) / %(seconds)s)::integer"

    def __init__(self, moment: Any, *, since: datetime, seconds: int) -> None:
        super().__init__(moment, since=int(since.timestamp()), seconds=int(seconds))

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Divide whole numbers."""
        template = "((CAST(STRFTIME('%%%%s', %(expressions)s) AS INTEGER) - %(since)s) / %(seconds)s)"
        return self.as_sql(compiler, connection, template=template, **context)
