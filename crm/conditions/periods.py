"""A period before the instant asked: "within the last 30 days"; empty means of all time."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from crm.errors import Invalid
from crm.forms import ConfigForm

UNITS = {"minutes": 1, "hours": 60, "days": 60 * 24, "weeks": 60 * 24 * 7}
#: about a hundred years, in minutes
MOST = 100 * 366 * 24 * 60


class PeriodForm(ConfigForm):
    """Ask for a period."""

    within_count = forms.IntegerField(
        label=_("Within the last"),
        min_value=1,
        max_value=MOST,
        required=False,
        widget=forms.NumberInput({"placeholder": _("at any time")}),
    )
    within_unit = forms.ChoiceField(
        label=_("Unit"),
        choices=[("minutes", _("minutes")), ("hours", _("hours")), ("days", _("days")), ("weeks", _("weeks"))],
        initial="days",
        required=False,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # where no period is stored there is no unit either: whoever types a number then means days
        self.initial["within_unit"] = self.initial.get("within_unit") or "days"

    def clean(self) -> dict[str, Any]:
        """Refuse more than a hundred years."""
        cleaned = super().clean() or {}
        if not cleaned.get("within_count"):
            return {**cleaned, "within_count": None, "within_unit": ""}
        cleaned["within_unit"] = cleaned.get("within_unit") or "days"
        if cleaned["within_count"] * UNITS[cleaned["within_unit"]] > MOST:
            self.add_error("within_count", _("That is more than a hundred years."))
        return cleaned


def period_of(config: Mapping[str, Any]) -> timedelta | None:
    """Return the period of a config, None for all time; raises Invalid for what no form has written."""
    count = config.get("within_count")
    try:
        return timedelta(minutes=int(count) * UNITS[config.get("within_unit") or "days"]) if count else None
    except (TypeError, ValueError, LookupError, OverflowError) as error:
        raise Invalid(str(_("The period of a condition is not readable.")), field="within_count") from error


def say_period(config: Mapping[str, Any]) -> str:
    """Say the period of a config; empty for all time."""
    count = config.get("within_count")
    if not count:
        return ""
    said = {
        "minutes": ngettext("within the last %(n)d minute", "within the last %(n)d minutes", count),
        "hours": ngettext("within the last %(n)d hour", "within the last %(n)d hours", count),
        "days": ngettext("within the last %(n)d day", "within the last %(n)d days", count),
        "weeks": ngettext("within the last %(n)d week", "within the last %(n)d weeks", count),
    }
    return said[config.get("within_unit") or "days"] % {"n": count}
