"""C26: what became of the consent."""

from django.utils.translation import gettext_lazy as _

from crm.conditions.base import EventCondition, EventView, condition_types
from crm.conditions.forms import CompareForm
from crm.conditions.values import Choices
from crm.models import ConsentStatus
from triggers.models import Kind


class NewStatusForm(CompareForm):
    """Ask for a status."""

    value_type = "choice"
    left_out = frozenset({"is_empty", "is_filled"})

    def choices(self) -> Choices:
        """Offer the statuses."""
        return ConsentStatus.choices


@condition_types.register
class ConsentNewStatus(EventCondition):
    """The status that the event told."""

    kind = "consent_new_status"
    label = _("New status of the consent")
    form_class = NewStatusForm
    topics = frozenset({"consent"})
    reads = frozenset({Kind.CONSENT_CHANGED})
    value_type = "choice"

    def read(self, event: EventView) -> str:
        """Read the status."""
        return str(event.snapshot.get("consent", {}).get("status", ""))

    @property
    def choices(self) -> Choices:
        """Name the statuses."""
        return ConsentStatus.choices

    def describe(self) -> str:
        """Say it."""
        return _("the new status of the consent %(comparison)s") % {"comparison": self.comparison()}
