"""C27: where the change of the consent came from."""

from django.utils.translation import gettext_lazy as _

from crm.conditions.base import EventCondition, EventView, condition_types
from crm.conditions.forms import CompareForm
from crm.conditions.values import Choices
from crm.consent_sources import ConsentSource as Source
from triggers.models import Kind


class ConsentSourceForm(CompareForm):
    """Ask for a source: one of ours, or a word that a shop gives by the API."""

    def arrange(self) -> None:
        """List ours below the field."""
        super().arrange()
        if "value" in self.fields:
            ours = ", ".join(f"{name} ({label})" for name, label in Source.choices)
            text = _("A word that your shop gives by the API, or one of these: %(sources)s.")
            self.fields["value"].help_text = text % {"sources": ours}


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

    @property
    def choices(self) -> Choices:
        """Name our own sources."""
        return Source.choices

    def describe(self) -> str:
        """Say it."""
        return _("the source of the consent %(comparison)s") % {"comparison": self.comparison()}
