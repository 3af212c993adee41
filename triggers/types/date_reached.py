"""T15: a date is reached."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from crm.conditions.base import EventView
from crm.date_form import DateForm
from crm.dates import DateRule
from triggers.base import Trigger, Variable, trigger_types
from triggers.dates import record_dates
from triggers.models import Kind


class DateReachedForm(DateForm):
    """Ask for a date of the profile, days before or after it, and a time of day."""


@trigger_types.register
class DateReached(Trigger):
    """The birthday or a date field, in the time zone of each profile; once for each year or date."""

    kind = "date_reached"
    label = _("Date reached")
    help = _(
        "The birthday or another date of a customer comes, in the customer's time zone, with days before or "
        "after. To send one e-mail only, a scenario is simpler."
    )
    form_class = DateReachedForm
    reads = frozenset({Kind.DATE_REACHED})
    topics = frozenset({"date"})

    @property
    def rule(self) -> DateRule:
        """The options as a rule."""
        return DateRule.of(self.options)

    def accepts(self, event: EventView, workflow_id: int) -> bool:
        """Take the event of the rule asked for."""
        return event.name == self.options["field"] and event.snapshot["date"]["rule"] == self.rule.key

    def due(self, since: datetime, until: datetime) -> None:
        """Record the dates that came."""
        record_dates(self.rule, since=since, until=until)

    def variables(self) -> Iterable[Variable]:
        """Offer the date."""
        return (
            Variable("date.label", _("Name of the date")),
            Variable("date.value", _("The date")),
            Variable("date.day", _("The date this year")),
            Variable("date.years", _("Years since the date")),
        )

    def describe(self) -> str:
        """Say it."""
        return capfirst(self.rule.describe())
