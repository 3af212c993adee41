"""The settings of a workflow (W1, W4 to W9) as a form, which also validates those that come as JSON."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from actions.send_window import SKIP, WAIT
from crm.date_form import TimeOfDayField, WeekdaysField
from crm.forms import ConfigForm, ReferencesField, TextField
from crm.models import Product
from crm.wallclock import WEEKDAYS
from workflows.control.forms import DurationField

LIMITS = [
    ("unlimited", _("As often as it is triggered")),
    ("total", _("At most a number of times in all")),
    ("period", _("At most a number of times per period")),
]


WINDOWS = [
    ("", _("At any time")),
    (WAIT, _("Only on some days and hours: wait for them")),
    (SKIP, _("Only on some days and hours: otherwise skip the message")),
]


class SettingsForm(ConfigForm):
    """Settings of a workflow; `settings` and `flat_settings` go between the form and the document."""

    adapts_on = ("limit", "window")

    name = TextField(label=_("Name"), max_length=120)
    scope = ReferencesField(
        Product.objects.order_by("name"),
        label=_("Product scope"),
        required=False,
        help_text=_("Empty: the whole catalogue. An order, cart or sale with none of these products starts nothing."),
    )
    start_delay = DurationField(
        label=_("Delay before the first step"), required=False, help_text=_("Empty or 0: it starts at once.")
    )
    limit = forms.ChoiceField(label=_("Executions per customer"), choices=LIMITS, initial="unlimited")
    limit_count = forms.IntegerField(label=_("Number of times"), min_value=1, max_value=100_000)
    limit_every = DurationField(label=_("Per"))
    limit_alone = forms.BooleanField(
        label=_("Not while another run of it is under way for the same customer"), required=False
    )
    stop_if_owned = forms.BooleanField(
        label=_("Stop if the customer owns the product"),
        required=False,
        help_text=_("Asked at the start and again before every action. With several products: when all are owned."),
    )
    stop_on_failure = forms.BooleanField(
        label=_("Stop the run when an action fails"),
        required=False,
        initial=True,
        help_text=_("Otherwise the run goes on with the next step."),
    )

    window = forms.ChoiceField(
        label=_("Send marketing messages"),
        choices=WINDOWS,
        required=False,
        help_text=_(
            "In the time zone of each customer, asked at the moment of sending. Service messages always leave."
        ),
    )
    window_days = WeekdaysField(label=_("On these days"), initial=WEEKDAYS[:5])
    window_from = TimeOfDayField(label=_("From"), initial="09:00")
    window_to = TimeOfDayField(label=_("To"), initial="19:00", help_text=_("00:00 is the end of the day."))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.chosen("window") not in (WAIT, SKIP):
            for name in ("window_days", "window_from", "window_to"):
                del self.fields[name]
        mode = self.chosen("limit")
        if mode not in ("total", "period"):
            del self.fields["limit_count"]
        if mode != "period":
            del self.fields["limit_every"]

    def clean(self) -> dict[str, Any]:
        """Ask for a window that is open for a while."""
        cleaned: dict[str, Any] = super().clean() or {}
        begin, end = cleaned.get("window_from"), cleaned.get("window_to")
        if begin and end and end != "00:00" and end <= begin:
            self.add_error("window_to", _("The end must be later than the beginning."))
        return cleaned

    def settings(self) -> dict[str, Any]:
        """Return the cleaned settings as they stand in a document."""
        values = self.config()
        limit: dict[str, Any] = {"mode": values["limit"], "alone": values["limit_alone"]}
        if values["limit"] != "unlimited":
            limit["count"] = values["limit_count"]
        if values["limit"] == "period":
            limit |= {"every": values["limit_every"]["count"], "unit": values["limit_every"]["unit"]}
        window = (
            {
                "days": values["window_days"],
                "from": values["window_from"],
                "to": values["window_to"],
                "outside": values["window"],
            }
            if values["window"]
            else None
        )
        return {
            **({"window": window} if window else {}),
            "scope": values["scope"],
            "stop_on_failure": values["stop_on_failure"],
            "stop_if_owned": values["stop_if_owned"],
            "limit": limit,
            "start_delay": values["start_delay"],
        }


def flat_settings(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the name and settings of a document as the initial values of the form."""
    row = document.get("settings", {})
    limit = row.get("limit") or {}
    if not isinstance(limit, Mapping):
        limit = {"mode": limit}  # no choice of the form: it says so
    window = row.get("window") or {}
    if not isinstance(window, Mapping):
        window = {"outside": window}
    return {
        **({"window": window.get("outside", WAIT)} if window else {}),
        **{f"window_{name}": window[name] for name in ("days", "from", "to") if name in window},
        "name": document.get("name", ""),
        "scope": row.get("scope", []),
        "stop_on_failure": row.get("stop_on_failure", True),
        "stop_if_owned": row.get("stop_if_owned", False),
        "limit": limit.get("mode", "unlimited"),
        "limit_count": limit.get("count"),
        "limit_every": {"count": limit.get("every", 1), "unit": limit["unit"]} if limit.get("unit") else None,
        "limit_alone": limit.get("alone", False),
        "start_delay": row.get("start_delay"),
    }
