"""Conditions whose fact is a number of rows: orders, tags, carts… of a profile."""

from abc import abstractmethod
from typing import Any, ClassVar

from django.db.models import Count, Exists, IntegerField, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from crm.conditions.base import ProfileCondition
from crm.conditions.moment import Moment
from crm.conditions.operators import NUMBER, Fact

#: comparisons that only ask whether there is any row, with what they hold for
_ASK_ANY: dict[tuple[str, int | None], bool] = {
    ("any_of", None): True,
    ("none_of", None): False,
    **dict.fromkeys([("gte", 1), ("gt", 0), ("ne", 0)], True),
    **dict.fromkeys([("lt", 1), ("lte", 0), ("eq", 0)], False),
}


class RowsCondition(ProfileCondition):
    """Counts rows; where only their presence matters, a whole segment is asked for EXISTS, which databases can join."""

    #: the column that names the profile
    of: ClassVar[str] = "profile"
    #: what is counted, each once
    counts: ClassVar[str] = "pk"

    @abstractmethod
    def rows(self, moment: Moment) -> "QuerySet[Any]":
        """Return the rows of a profile, for a subquery of it, as of a moment."""

    @property
    def asks_any(self) -> bool | None:
        """Tell for what the condition holds: any row (True), no row (False), a number of them (None)."""
        is_number = self.type.operators is NUMBER
        return _ASK_ANY.get((self.operator.name, int(self.value) if is_number else None))

    def expression(self, moment: Moment) -> Fact:
        """Count the rows."""
        number = Count(self.counts, distinct=self.counts != "pk")
        counted = self.rows(moment).order_by().values(self.of).annotate(n=number).values("n")
        return Coalesce(Subquery(counted), 0, output_field=IntegerField())

    def q(self, moment: Moment) -> Q:
        """Ask for any row, or compare their number."""
        if self.asks_any is None:
            return super().q(moment)
        found = Q(Exists(self.rows(moment)))
        return found if self.asks_any else ~found
