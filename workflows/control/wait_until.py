"""K2: wait until a time of day, a day of the week, or a date of the profile."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from crm.date_form import DateForm, WeekdaysField, say_weekdays
from crm.dates import DateRule
from crm.wallclock import WEEKDAYS, first_at
from workflows.control.base import Control, WaitContext, control_types
from workflows.words import join

TIME, WEEKDAY, DATE = "time", "weekday", "date"
OF_DATE = ("field", "repeats", "when", "days")


class WaitUntilForm(DateForm):
    """What is not part of the choice is not there."""

    adapts_on = ("until", *DateForm.adapts_on)

    until = forms.ChoiceField(
        label=_("Wait until"),
        choices=[(TIME, _("a time of day")), (WEEKDAY, _("a day of the week")), (DATE, _("a date of the customer"))],
        initial=TIME,
    )
    weekdays = WeekdaysField(label=_("Days of the week"), help_text=_("The first of them that comes."))
    field_order = ("until", "weekdays", *OF_DATE, "at")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        chosen = self.chosen("until")
        absent = {DATE: ("weekdays",), WEEKDAY: OF_DATE}.get(chosen, ("weekdays", *OF_DATE))
        for name in absent:
            self.fields.pop(name, None)
        if "field" in self.fields:
            self.fields["field"].help_text = _("Without this date, or once it is past, the run goes on at once.")


@control_types.register
class WaitUntil(Control):
    """Until it is so in the time zone of the profile."""

    kind = "wait_until"
    label = _("Wait until")
    form_class = WaitUntilForm
    is_by_clock = True

    @property
    def date_field(self) -> str:
        """The field chosen."""
        return str(self.config["field"]) if self.config["until"] == DATE else ""

    def until(self, context: WaitContext) -> datetime:
        """Return the next such instant; now where a date is missing or past."""
        if self.config["until"] == DATE:
            return DateRule.of(self.config).next_after(context.day, context.now, context.zone) or context.now
        at, days = time.fromisoformat(self.config["at"]), self.config.get("weekdays", WEEKDAYS)
        return first_at(context.now, at, context.zone, lambda day: WEEKDAYS[day.weekday()] in days)

    def describe(self) -> str:
        """Say until when."""
        words = {"time": self.config["at"], "days": join(say_weekdays(self.config.get("weekdays", ())), gettext("or"))}
        if self.config["until"] == DATE:
            said = {"date": DateRule.of(self.config).describe()}
            return gettext("Wait for: %(date)s (at once if it is past or missing)") % said
        if self.config["until"] == WEEKDAY:
            return gettext("Wait until it is %(days)s, %(time)s") % words
        return gettext("Wait until it is %(time)s") % words
