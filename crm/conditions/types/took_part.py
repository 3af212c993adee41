"""C11: the profile took part in modules."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from crm.conditions.base import condition_types
from crm.conditions.forms import ChoicesForm
from crm.conditions.moment import Moment
from crm.conditions.participations import OutcomeForm, outcome_of, say_outcome
from crm.conditions.periods import PeriodForm, period_of, say_period
from crm.conditions.rows import RowsCondition
from crm.conditions.values import Choices
from crm.forms import ReferencesField
from crm.models import Module, Participation


class TookPartForm(ChoicesForm, OutcomeForm, PeriodForm):
    """Ask for modules, what became of the participation, and within which period it began."""

    value = ReferencesField(
        Module.objects.filter(is_archived=False), label=_("Modules"), required=False, help_text=_("None: any module.")
    )
    field_order = ("operator", "value", "complete", "winner", "within_count", "within_unit")

    def clean(self) -> dict[str, Any]:
        """Refuse “all of” no module."""
        cleaned = super().clean()
        if cleaned.get("operator") == "all_of" and "value" not in self.errors and not cleaned.get("value"):
            self.add_error("value", forms.ValidationError(_("Choose the modules.")))
        return cleaned


@condition_types.register
class TookPart(RowsCondition):
    """The fact is in how many of the modules it took part so; whether it was completed later is not dated."""

    kind = "took_part"
    label = _("Took part in a module")
    form_class = TookPartForm
    value_type = "set"
    has_history = False
    counts = "module"

    def rows(self, moment: Moment) -> "QuerySet[Participation]":
        """Return the participations."""
        rows = Participation.objects.filter(profile=OuterRef("pk"), **outcome_of(self.config, "is_"))
        if self.value:
            rows = rows.filter(module__uid__in=list(self.value))
        if not moment.is_live:
            rows = rows.filter(created_at__lte=moment.inside())
        if period := period_of(self.config):
            rows = rows.filter(created_at__gte=moment.inside(period))
        return rows

    def read(self, facts: Mapping[str, Any], moment: Moment) -> int:
        """Count the modules."""
        assert not isinstance(moment.at, str)
        period, wanted = period_of(self.config), outcome_of(self.config, "is_")
        rows = [row for row in facts["participations"] if all(row[name] is each for name, each in wanted.items())]
        found = {row["module"] for row in rows if period is None or row["created_at"] >= moment.at - period}
        return len(found.intersection(self.value) if self.value else found)

    @property
    def choices(self) -> Choices:
        """Name the modules."""
        rows = Module.objects.filter(uid__in=list(self.value)).values_list("uid", "name")
        return [(str(uid), name) for uid, name in rows]

    def archived(self) -> list[str]:
        """Name the modules that are archived."""
        return list(Module.objects.filter(uid__in=list(self.value), is_archived=True).values_list("name", flat=True))

    def describe(self) -> str:
        """Say it."""
        which = self.comparison() if self.value else f"{self.operator.label} {_('the modules')}"
        said = [_("took part in %(modules)s") % {"modules": which}, *say_outcome(self.config), say_period(self.config)]
        return ", ".join(str(part) for part in said if part)
