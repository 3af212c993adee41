"""C27: where the change of the consent came from."""

from django.utils.translation import gettext_lazy as _

from crm.conditions.base import EventCondition, EventView, condition_types
from crm.conditions.forms import CompareForm
from triggers.models import Kind


class ConsentSourceForm(CompareForm):
    """Ask for a source, as shops and modules name theirs."""


@condition_types.register
class ConsentSource(EventCondition):
    """A word that whoever changed the consent gave."""

    kind = "consent_source"
    label = _("Source of the consent")
    form_class = ConsentSourceForm
    topics = frozenset({"consent"})
    reads = frozenset({Kind.CONSENT_CHANGED})

    def read(self, event: EventView) -> str:
        """Read the source."""
        return str(event.snapshot.get("consent", {}).get("source", ""))

    def describe(self) -> str:
        """Say it."""
        return _("the source of the consent %(comparison)s") % {"comparison": self.comparison()}
