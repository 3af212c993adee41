"""C20: the status of the order, ours or the shop's own."""

from django.utils.translation import gettext_lazy as _

from crm.conditions.base import EventCondition, EventView, condition_types
from crm.conditions.forms import ChoicesForm
from crm.conditions.values import Choices
from triggers.orders import ORDER_EVENTS, StatusesField, order_in, status_choices, statuses_of


class OrderStatusForm(ChoicesForm):
    """Ask for statuses."""

    left_out = frozenset({"all_of"})

    value = StatusesField(label=_("Statuses"))


@condition_types.register
class OrderStatusIs(EventCondition):
    """The fact is how many of the chosen names the status had when the event happened."""

    kind = "order_status"
    label = _("Status of the order")
    form_class = OrderStatusForm
    topics = frozenset({"order"})
    reads = ORDER_EVENTS
    value_type = "set"

    def read(self, event: EventView) -> int:
        """Count the names among those chosen."""
        return len(statuses_of(order_in(event)).intersection(self.value))

    @property
    def choices(self) -> Choices:
        """Name the statuses."""
        return status_choices()

    def describe(self) -> str:
        """Say it."""
        return _("the status of the order is %(comparison)s") % {"comparison": self.comparison()}
