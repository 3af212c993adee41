"""C22: the order was created, or updated."""

from django.utils.translation import gettext_lazy as _

from crm.conditions.base import EventCondition, EventView, condition_types
from crm.conditions.forms import CompareForm
from crm.conditions.values import Choices
from triggers.models import Kind
from triggers.orders import ORDER_EVENTS

CREATED, STATUS, AMOUNT = "created", "status", "amount"
HAPPENED: Choices = [
    (CREATED, _("created")),
    (STATUS, _("updated: status")),
    (AMOUNT, _("updated: amount")),
]
_HAPPENED_BY_KIND = {
    Kind.ORDER_CREATED.value: CREATED,
    Kind.ORDER_STATUS_CHANGED.value: STATUS,
    Kind.ORDER_AMOUNT_CHANGED.value: AMOUNT,
}


class CreatedOrUpdatedForm(CompareForm):
    """Ask what happened."""

    value_type = "choice"
    left_out = frozenset({"is_empty", "is_filled"})

    def choices(self) -> Choices:
        """Offer what may have happened."""
        return HAPPENED


@condition_types.register
class OrderCreatedOrUpdated(EventCondition):
    """Tells the cases of the order trigger apart."""

    kind = "order_created_or_updated"
    label = _("Order created or updated")
    form_class = CreatedOrUpdatedForm
    topics = frozenset({"order"})
    reads = ORDER_EVENTS
    value_type = "choice"

    def read(self, event: EventView) -> str:
        """Read what happened."""
        return _HAPPENED_BY_KIND.get(event.kind, "")

    @property
    def choices(self) -> Choices:
        """Name what may have happened."""
        return HAPPENED

    def describe(self) -> str:
        """Say it."""
        return _("what happened to the order %(comparison)s") % {"comparison": self.comparison()}
