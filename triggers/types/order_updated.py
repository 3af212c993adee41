"""T6: an order was created or updated."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.conditions.base import EventView
from crm.forms import ConfigForm
from triggers.base import Trigger, Variable, trigger_types
from triggers.models import Kind
from triggers.orders import (
    ORDER_EVENTS,
    ORDER_VARIABLES,
    StatusesField,
    order_in,
    products_in,
    say_statuses,
    statuses_of,
)

_CASES = {
    Kind.ORDER_CREATED.value: "on_creation",
    Kind.ORDER_STATUS_CHANGED.value: "on_status",
    Kind.ORDER_AMOUNT_CHANGED.value: "on_amount",
}


class OrderUpdatedForm(ConfigForm):
    """Ask which cases; for a change of status, from which and to which."""

    on_creation = forms.BooleanField(label=_("An order is created"), required=False, initial=True)
    on_status = forms.BooleanField(label=_("The status of an order changes"), required=False)
    status_from = StatusesField(label=_("from"), required=False, help_text=_("Nothing chosen: from any status."))
    status_to = StatusesField(label=_("to"), required=False, help_text=_("Nothing chosen: to any status."))
    on_amount = forms.BooleanField(label=_("The amount of an order changes"), required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for a case."""
        cleaned = super().clean() or {}
        if not any(cleaned.get(case) for case in _CASES.values()):
            raise forms.ValidationError(_("Tick at least one case."))
        if not cleaned.get("on_status"):
            cleaned |= {"status_from": [], "status_to": []}
        return cleaned


@trigger_types.register
class OrderUpdated(Trigger):
    """Each ticked case is an occurrence of its own."""

    kind = "order_updated"
    label = _("Order created or updated")
    help = _(
        "An order is created, or its status or amount changes: you tick which. To react to payment alone, "
        "“Successful sale” is simpler."
    )
    form_class = OrderUpdatedForm
    reads = ORDER_EVENTS
    topics = frozenset({"order"})

    def accepts(self, event: EventView, workflow_id: int) -> bool:
        """Look at the case, and at the statuses where one changed."""
        if not self.options.get(_CASES[event.kind]):
            return False
        if event.kind != Kind.ORDER_STATUS_CHANGED:
            return True
        old, new = statuses_of(order_in(event), old=True), statuses_of(order_in(event))
        # A status that stays while only the shop's own name for it changes (or the other way round) did not change.
        return self._wants("status_from", old - new) and self._wants("status_to", new - old)

    def products(self, event: EventView) -> list[str]:
        """Return what was ordered."""
        return products_in(order_in(event))

    def own_order(self, event: EventView) -> str:
        """Return the order."""
        return event.key

    def runs_at_once(self) -> int:
        """Count the cases."""
        return sum(bool(self.options.get(case)) for case in _CASES.values())

    def variables(self) -> Iterable[Variable]:
        """Offer the order and its first product."""
        return ORDER_VARIABLES

    def describe(self) -> str:
        """Say the cases."""
        said = [str(_("an order is created"))] if self.options.get("on_creation") else []
        if self.options.get("on_status"):
            said.append(self._say_status())
        if self.options.get("on_amount"):
            said.append(str(_("the amount of an order changes")))
        return _(" or ").join(said)[:1].upper() + _(" or ").join(said)[1:]

    def _wants(self, option: str, statuses: frozenset[str]) -> bool:
        wanted = self.options.get(option)
        return not wanted or not statuses.isdisjoint(wanted)

    def _say_status(self) -> str:
        old, new = self.options.get("status_from"), self.options.get("status_to")
        names = {"old": say_statuses(old or ()), "new": say_statuses(new or ())}
        if old and new:
            return _("the status of an order changes from %(old)s to %(new)s") % names
        if new:
            return _("the status of an order changes to %(new)s") % names
        if old:
            return _("the status of an order changes from %(old)s") % names
        return str(_("the status of an order changes"))
