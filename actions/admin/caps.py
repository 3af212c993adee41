"""Frequency caps: how many marketing messages a customer may get."""

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from actions.caps import forget_caps
from actions.models import FrequencyCap
from actions.models.delivery import Channel
from crm.admin.history import HistoryAdmin


class CapForm(forms.ModelForm):
    """A cap of one channel; those that carry no messages to people have none."""

    channel = forms.ChoiceField(label=_("Channel"), widget=UnfoldAdminSelectWidget)

    class Meta:
        model = FrequencyCap
        fields = ("channel", "is_active", "most", "every", "unit", "over", "wait_hours")
        help_texts = {
            "most": _("Marketing messages for each customer, of all workflows, newsletters and scenarios together."),
            "every": _("Counted back from each moment, from when the cap was switched on."),
            "wait_hours": _(
                "From when it was first put off, by hours of sending too. What cannot leave by then is skipped."
            ),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if "channel" in self.fields:
            field = self.fields["channel"]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [(name, label) for name, label in Channel.choices if name != Channel.WEBHOOK]


@admin.register(FrequencyCap)
class CapAdmin(HistoryAdmin):
    """One for each channel."""

    form = CapForm
    list_display = ("channel_name", "words", "over", "is_active")
    fieldsets = (
        (None, {"fields": ("channel", "is_active")}),
        (_("How many"), {"fields": ("most", ("every", "unit"))}),
        (_("Beyond it"), {"fields": ("over", "wait_hours")}),
    )
    conditional_fields = {"wait_hours": "over == 'wait'"}
    empty_title = _("No frequency cap")
    empty_text = _("A cap keeps customers from getting too many marketing messages, whichever workflow sends them.")

    @admin.display(description=_("channel"), ordering="channel")
    def channel_name(self, cap: FrequencyCap) -> str:
        """Return the name of the channel."""
        return str(cap)

    @admin.display(description=_("cap"))
    def words(self, cap: FrequencyCap) -> str:
        """Say it."""
        return cap.describe()

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        """Save, and have this process heed it at once."""
        super().save_model(request, obj, form, change)
        forget_caps()
