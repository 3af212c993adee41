"""C33: in which module somebody took part, whether it was completed, and won."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from crm.conditions.base import EventCondition, EventView, condition_types
from crm.conditions.forms import ChoicesForm
from crm.conditions.participations import OutcomeForm, outcome_of, say_outcome
from crm.conditions.values import Choices
from crm.forms import ReferencesField
from crm.models import Module
from triggers.models import Kind


class ParticipationForm(ChoicesForm, OutcomeForm):
    """Ask for modules, and what became of the participation."""

    left_out = frozenset({"all_of"})

    value = ReferencesField(
        Module.objects.filter(is_archived=False), label=_("Modules"), required=False, help_text=_("None: any module.")
    )
    field_order = ("operator", "value", "complete", "winner")


@condition_types.register
class ParticipationIs(EventCondition):
    """The fact is 1 if it is a participation in one of the modules (in any, where none is named) with that outcome."""

    kind = "participation"
    label = _("Participation: module, completed, winner")
    form_class = ParticipationForm
    topics = frozenset({"participation"})
    reads = frozenset({Kind.PARTICIPATION_STARTED, Kind.PARTICIPATION_COMPLETED})
    value_type = "set"

    def read(self, event: EventView) -> int:
        """Compare what was seen."""
        seen: dict[str, Any] = event.snapshot.get("participation") or {}
        is_so = all(seen.get(name) is wanted for name, wanted in outcome_of(self.config).items())
        return int(is_so and (not self.value or seen.get("module") in self.value))

    @property
    def choices(self) -> Choices:
        """Name the modules."""
        rows = Module.objects.filter(uid__in=list(self.value)).values_list("uid", "name")
        return [(str(uid), name) for uid, name in rows]

    def describe(self) -> str:
        """Say it."""
        which = self.comparison() if self.value else f"{self.operator.label} {_('the modules')}"
        return ", ".join(
            [str(_("the participation is in %(modules)s") % {"modules": which}), *say_outcome(self.config)]
        )
