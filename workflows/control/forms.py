"""Form fields of control blocks and delays: a length of time as a marketer says it."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from crm.forms import ConfigForm

UNIT_CHOICES = [("minutes", _("minutes")), ("hours", _("hours")), ("days", _("days")), ("weeks", _("weeks"))]
#: about ten years: beyond it a wait is a typing mistake
MOST = {"minutes": 5_256_000, "hours": 87_600, "days": 3_650, "weeks": 520}


class DurationWidget(forms.MultiWidget):
    """A number and its unit side by side."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(
            {
                "count": forms.NumberInput({"min": 0, "inputmode": "numeric", "aria-label": _("How many")}),
                "unit": forms.Select({"aria-label": _("Unit")}, choices=UNIT_CHOICES),
            },
            attrs,
        )

    def decompress(self, value: Any) -> list[Any]:
        """Split {"count", "unit"}; raises TypeError for anything else."""
        if value is None or value == "":
            return [None, "days"]
        if not isinstance(value, Mapping):
            raise TypeError("no length of time")
        unit = value.get("unit")
        return [value.get("count"), "days" if unit in (None, "") else unit]


class DurationField(forms.MultiValueField):
    """A length of time, kept as {"count": n, "unit": "minutes" | "hours" | "days" | "weeks"}; empty or 0 is None."""

    widget = DurationWidget

    def __init__(self, **options: Any) -> None:
        fields = (
            forms.IntegerField(min_value=0, required=False),
            forms.ChoiceField(choices=UNIT_CHOICES, required=False),
        )
        super().__init__(fields, require_all_fields=False, **options)

    def compress(self, values: list[Any]) -> dict[str, Any] | None:
        """Join the two parts."""
        count, unit = [*values, None, None][:2]
        if not count:
            if self.required:
                raise ValidationError(_("Say how long: a number above 0."), code="required")
            return None
        unit = unit or "days"
        if count > MOST[unit]:
            raise ValidationError(_("That is more than ten years."), code="too_long")
        return {"count": count, "unit": unit}


class DelayForm(ConfigForm):
    """The delay of an action."""

    delay = DurationField(label=_("Delay before this action"), required=False, help_text=_("Empty or 0: none."))


class WaitForm(ConfigForm):
    """How long to wait."""

    duration = DurationField(label=_("Wait"), initial={"count": 1, "unit": "days"})


class EndForm(ConfigForm):
    """Nothing to choose."""
