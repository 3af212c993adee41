"""C25: which consent changed."""

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from crm.conditions.base import EventCondition, EventView, condition_types
from crm.conditions.forms import ChoicesForm
from crm.conditions.values import Choices
from crm.models import ConsentDefinition
from triggers.models import Kind
from triggers.types.consent_updated import ConsentsField


class ConsentIsForm(ChoicesForm):
    """Ask for consents."""

    left_out = frozenset({"all_of"})

    value = ConsentsField(label=_("Consents"))


@condition_types.register
class ConsentIs(EventCondition):
    """The fact is 1 if the consent is among those chosen."""

    kind = "consent_is"
    label = _("Which consent changed")
    form_class = ConsentIsForm
    topics = frozenset({"consent"})
    reads = frozenset({Kind.CONSENT_CHANGED})
    value_type = "set"

    def read(self, event: EventView) -> int:
        """Look for the consent among those chosen."""
        return int(event.name in self.value)

    @property
    def choices(self) -> Choices:
        """Name the consents."""
        language = get_language() or ""
        return [(row.name, row.label_in(language)) for row in ConsentDefinition.objects.filter(name__in=self.value)]

    def describe(self) -> str:
        """Say it."""
        return _("the consent that changed is %(comparison)s") % {"comparison": self.comparison()}
