"""The form of a `DateRule`, and the field for a time of day."""

from collections.abc import Iterable
from datetime import time
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS as WEEKDAY_NAMES
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from crm.conditions.fields import profile_fields
from crm.dates import AFTER, BEFORE, BIRTHDAY, ON, ONCE, YEARLY
from crm.forms import NO_VALUE, ConfigForm
from crm.wallclock import WEEKDAYS

#: a date with an offset of more than a year is another date
MOST_DAYS = 366


class TimeOfDayField(forms.TimeField):
    """A time of day, kept as "09:00"."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.TimeInput({"type": "time"}, format="%H:%M"))
        super().__init__(input_formats=["%H:%M", "%H:%M:%S"], **options)

    def to_python(self, value: Any) -> time | None:
        """Refuse what is no text."""
        if value not in self.empty_values and not isinstance(value, str):
            raise ValidationError(NO_VALUE, code="invalid")
        return super().to_python(value)

    def clean(self, value: Any) -> str:
        """Return the text that is stored; empty where none is required."""
        found = super().clean(value)
        return f"{found:%H:%M}" if found else ""


class WeekdaysField(forms.MultipleChoiceField):
    """Days of the week, kept as ["mon", "thu"]."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.CheckboxSelectMultiple())
        super().__init__(choices=[(name, WEEKDAY_NAMES[at]) for at, name in enumerate(WEEKDAYS)], **options)


def say_weekdays(names: Iterable[str]) -> list[str]:
    """Return the names of days of the week in the current language, in their order."""
    wanted = set(names)
    return [str(WEEKDAY_NAMES[at]) for at, name in enumerate(WEEKDAYS) if name in wanted]


def _date_fields() -> list[tuple[str, Any]]:
    return [(name, capfirst(str(field.label))) for name, field in profile_fields().items() if field.type == "date"]


class DateForm(ConfigForm):
    """Ask for a date of the profile, days before or after it, and a time of day."""

    adapts_on: ClassVar[tuple[str, ...]] = ("field", "when")

    field = forms.ChoiceField(label=_("Date"), choices=_date_fields, initial=BIRTHDAY)
    repeats = forms.ChoiceField(
        label=_("Which"),
        choices=[(ONCE, _("that very day")), (YEARLY, _("its anniversary, every year"))],
        initial=ONCE,
    )
    when = forms.ChoiceField(
        label=_("When"),
        choices=[(ON, _("on the day")), (BEFORE, _("days before")), (AFTER, _("days after"))],
        initial=ON,
    )
    days = forms.IntegerField(label=_("Days"), min_value=1, max_value=MOST_DAYS, initial=1)
    at = TimeOfDayField(label=_("Time of day"), initial="09:00", help_text=_("In the customer's time zone."))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if (self.chosen("field") or BIRTHDAY) == BIRTHDAY:
            del self.fields["repeats"]
        if self.chosen("when") not in (BEFORE, AFTER):
            del self.fields["days"]
