"""The day of the year of a date, as the database computes and indexes it."""

from typing import Any

from django.db.models import Func, IntegerField


class MonthDay(Func):
    """Month * 100 + day of a date column: 503 for 3 May, of whatever year.

    An expression that both databases can index, so that no column has to be kept in step at every door that writes a
    date. SQLite takes only functions of its own into an index that other tools may open, hence the text of the date.
    """

    arity = 1
    output_field = IntegerField()
    template = "(EXTRACT(MONTH FROM %(expressions)s) * 100 + EXTRACT(DAY FROM %(expressions)s))::integer"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Read the digits of yyyy-mm-dd."""
        template = "CAST(SUBSTR(%(expressions)s, 6, 2) || SUBSTR(%(expressions)s, 9, 2) AS INTEGER)"
        return self.as_sql(compiler, connection, template=template, **context)
