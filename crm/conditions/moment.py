"""The instant as of which a condition is asked."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import DateTimeField, ExpressionWrapper, OuterRef, Value

from crm.wallclock import day_in, zone_of


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant and the zone in which its day is told.

    Live, facts are read as they stand, with all that was written up to now. Not live, they are read as they were known
    at the instant, which may be the name of a column of each profile's row (a backtest).
    """

    at: datetime | str
    zone: str = ""
    is_live: bool = True

    @property
    def today(self) -> date:
        """The day of the instant."""
        assert isinstance(self.at, datetime)
        return day_in(zone_of(self.zone), self.at)

    def inside(self, before: timedelta = timedelta(), *, depth: int = 1) -> Any:
        """Return the instant, or one so much earlier, for use in a subquery of the profile, `depth` levels down."""
        if isinstance(self.at, datetime):
            return Value(self.at - before, output_field=DateTimeField())
        at = OuterRef(self.at)
        for _level in range(depth - 1):
            at = OuterRef(at)
        return ExpressionWrapper(at - before, output_field=DateTimeField()) if before else at
