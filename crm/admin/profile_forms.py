"""The forms of the profile: its fields with the custom ones, its points, its tags, its consents."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextInputWidget,
)

from crm import cause
from crm.admin.fields import LanguageSelect, ZoneSelect
from crm.models import ConsentDefinition, ConsentStatus, CustomField, CustomValue, Profile, Reward
from crm.services.custom_fields import set_value
from crm.services.profile_values import FIELDS

PREFIX = "custom_"


class ProfileForm(forms.ModelForm):
    """The fields of a profile; `with_custom_fields` adds those that the shop defined."""

    custom_fields: Mapping[str, CustomField] = {}

    class Meta:
        model = Profile
        fields = (*FIELDS, "refuses_tracking")
        widgets = {
            "language": LanguageSelect(empty=_("Not known")),
            "time_zone": ZoneSelect(empty=_("The shop's own")),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.custom_fields and self.instance.pk:
            for value in self.instance.custom_values.select_related("field"):
                if PREFIX + value.field.name in self.fields:
                    self.initial[PREFIX + value.field.name] = _plain(value.value)

    def save_custom(self) -> None:
        """Write the custom values that were changed; raises Invalid."""
        for name, field in self.custom_fields.items():
            if name in self.changed_data:
                value = None if self.cleaned_data[name] == "" else self.cleaned_data[name]
                if value is None and not CustomValue.objects.filter(profile=self.instance, field=field).exists():
                    continue
                set_value(self.instance, field=field, value=value, cause=cause.current())


def with_custom_fields(form_class: type[ProfileForm]) -> type[ProfileForm]:
    """Return the form with an input for each custom field, of its type."""
    fields = {PREFIX + field.name: field for field in CustomField.objects.filter(is_archived=False)}
    inputs: dict[str, Any] = {name: input_for(field) for name, field in fields.items()}
    return type(form_class.__name__, (form_class,), {**inputs, "custom_fields": fields})


def input_for(field: CustomField) -> forms.Field:
    """Return the form field of a custom field."""
    shared: dict[str, Any] = {"label": field.label, "required": False}
    if field.type == CustomField.Type.NUMBER:
        return forms.DecimalField(max_digits=18, decimal_places=4, widget=UnfoldAdminDecimalFieldWidget, **shared)
    if field.type == CustomField.Type.BOOLEAN:
        return forms.TypedChoiceField(
            choices=[("", _("Not known")), ("yes", _("Yes")), ("no", _("No"))],
            coerce={"yes": True, "no": False}.get,
            empty_value=None,
            widget=YesNoSelect,
            **shared,
        )
    if field.type == CustomField.Type.DATE:
        return forms.DateField(widget=UnfoldAdminSingleDateWidget, **shared)
    if field.type == CustomField.Type.CHOICE:
        choices = [("", _("Not known")), *((choice, choice) for choice in field.choices)]
        return forms.ChoiceField(choices=choices, widget=UnfoldAdminSelectWidget, **shared)
    return forms.CharField(max_length=500, widget=UnfoldAdminTextInputWidget, **shared)


def _plain(value: Any) -> Any:
    """Show 39.0000 as 39."""
    if isinstance(value, Decimal):
        return value.quantize(Decimal(1)) if value == value.to_integral() else value.normalize()
    return value


class YesNoSelect(UnfoldAdminSelectWidget):
    """Yes, no, or not known."""

    def format_value(self, value: Any) -> Any:
        """Show a boolean as its word."""
        return super().format_value({True: "yes", False: "no", None: ""}.get(value, value))


class PointsForm(forms.Form):
    """Give or take points, with a reason."""

    direction = forms.ChoiceField(
        label=_("What to do"),
        choices=[("give", _("Give points")), ("take", _("Take points"))],
        widget=UnfoldAdminSelectWidget,
    )
    points = forms.IntegerField(
        label=_("Points"), min_value=1, max_value=1_000_000_000, widget=UnfoldAdminIntegerFieldWidget
    )
    reason = forms.CharField(label=_("Reason"), max_length=250, widget=UnfoldAdminTextInputWidget)

    def signed(self) -> int:
        """Return the points, negative when they are taken."""
        number: int = self.cleaned_data["points"]
        return -number if self.cleaned_data["direction"] == "take" else number


class RewardForm(forms.Form):
    """Turn points into a coupon."""

    reward = forms.ModelChoiceField(
        label=_("Reward"),
        queryset=Reward.objects.filter(is_active=True).order_by("points"),
        widget=UnfoldAdminSelectWidget,
        empty_label=None,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        rewards: Any = self.fields["reward"]
        rewards.label_from_instance = lambda reward: f"{reward} ({number_format(reward.points, force_grouping=True)})"


class TagForm(forms.Form):
    """Add a tag by its name."""

    tag = forms.CharField(label=_("Tag"), max_length=80, widget=UnfoldAdminTextInputWidget(attrs={"list": "d-tags"}))


class ConsentForm(forms.Form):
    """Set where a consent stands."""

    definition = forms.ModelChoiceField(
        label=_("Consent"),
        queryset=ConsentDefinition.objects.filter(is_archived=False),
        widget=UnfoldAdminSelectWidget,
        empty_label=None,
    )
    status = forms.ChoiceField(label=_("Status"), choices=ConsentStatus, widget=UnfoldAdminSelectWidget)
