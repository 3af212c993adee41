"""C28: where the points came from."""

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.conditions.base import EventCondition, EventView, condition_types
from crm.conditions.forms import ChoicesForm
from crm.conditions.values import Choices
from triggers.models import Kind
from triggers.types.pot_updated import SOURCES


class PotSourceForm(ChoicesForm):
    """Ask for sources."""

    left_out = frozenset({"all_of"})

    value = forms.MultipleChoiceField(label=_("Sources"), choices=SOURCES)


@condition_types.register
class PotSource(EventCondition):
    """The fact is 1 if the source is among those chosen."""

    kind = "pot_source"
    label = _("Source of the points")
    form_class = PotSourceForm
    topics = frozenset({"pot"})
    reads = frozenset({Kind.MOVEMENT_MADE})
    value_type = "set"

    def read(self, event: EventView) -> int:
        """Look for the source among those chosen."""
        return int(event.name in self.value)

    @property
    def choices(self) -> Choices:
        """Name the sources."""
        return SOURCES

    def describe(self) -> str:
        """Say it."""
        return _("the source of the points is %(comparison)s") % {"comparison": self.comparison()}
