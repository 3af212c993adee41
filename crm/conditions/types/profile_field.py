"""C5: a field of the profile, native or custom, compared."""

from collections.abc import Mapping
from typing import Any

from django.db.models import F, OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from crm.conditions.base import ProfileCondition, condition_types
from crm.conditions.field_form import FieldForm
from crm.conditions.fields import CUSTOM, NATIVE, field_named
from crm.conditions.moment import Moment
from crm.conditions.operators import Fact
from crm.conditions.values import Choices, ValueType, chosen_type
from crm.errors import Invalid
from crm.models import CustomField, CustomValue


@condition_types.register
class ProfileFieldCompared(ProfileCondition):
    """The type of the field is stored with the config, so that a run needs no query to know it."""

    kind = "profile_field"
    label = _("Field of the profile")
    form_class = FieldForm
    has_history = False

    @property
    def type(self) -> ValueType:
        """The type of the field."""
        return chosen_type(self.config.get("type"))

    def check(self) -> None:
        """Refuse a name that is none of a field: it would be read as a way to other tables."""
        name = str(self.config.get("field"))
        if name not in NATIVE and not name.startswith(CUSTOM):
            raise Invalid(_("There is no field “%(name)s”.") % {"name": name[:60]}, field="field")
        super().check()

    def expression(self, moment: Moment) -> Fact:
        """Read the column, or the typed column of the custom value."""
        name = str(self.config["field"])
        if not name.startswith(CUSTOM):
            return F(name)
        values = CustomValue.objects.filter(profile=OuterRef("pk"), field__name=name.removeprefix(CUSTOM))
        return Subquery(values.values(CustomValue.COLUMN[self.config["type"]])[:1])

    def read(self, facts: Mapping[str, Any], moment: Moment) -> Any:
        """Read the field."""
        name = str(self.config["field"])
        return facts["custom"].get(name.removeprefix(CUSTOM)) if name.startswith(CUSTOM) else facts["profile"][name]

    @property
    def choices(self) -> Choices:
        """Name what a choice may be."""
        return field_named(str(self.config["field"])).choices

    def archived(self) -> list[str]:
        """Name the custom field if it is archived."""
        name = str(self.config["field"]).removeprefix(CUSTOM)
        rows = CustomField.objects.filter(name=name, is_archived=True)
        return list(rows.values_list("label", flat=True)) if str(self.config["field"]).startswith(CUSTOM) else []

    def describe(self) -> str:
        """Say it."""
        field = field_named(str(self.config["field"]))
        return _("%(field)s %(comparison)s") % {"field": field.label, "comparison": self.comparison()}
