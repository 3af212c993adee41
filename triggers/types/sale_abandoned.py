"""T13: a sale was abandoned."""

from collections.abc import Iterable
from datetime import datetime

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from crm.conditions.base import EventView
from crm.forms import ConfigForm
from triggers.base import Variable, trigger_types
from triggers.carts import CART_VARIABLES, CartTrigger
from triggers.idle_carts import record_idle_carts
from triggers.models import Kind

CHECKOUT, CART, EITHER = "checkout", "cart", "either"
STAGES = [
    (CHECKOUT, _("the payment page was reached and left")),
    (CART, _("the cart was left before the payment page")),
    (EITHER, _("the cart or the payment page was left")),
]
#: thirty days
MOST_MINUTES = 43_200


class SaleAbandonedForm(ConfigForm):
    """Ask how far the customer went, and how long ago."""

    stage = forms.ChoiceField(label=_("How far"), choices=STAGES, initial=CHECKOUT)
    idle_minutes = forms.IntegerField(
        label=_("Idle for (minutes)"), min_value=10, max_value=MOST_MINUTES, initial=60, help_text=_("At least 10.")
    )


@trigger_types.register
class SaleAbandoned(CartTrigger):
    """A cart that nobody touched for so long, without an order."""

    kind = "sale_abandoned"
    label = _("Abandoned sale")
    help = _(
        "A customer leaves a cart, or the payment page, and does not come back for as long as you say; an "
        "order ends the run. This is the usual choice for an abandoned cart."
    )
    form_class = SaleAbandonedForm
    reads = frozenset({Kind.CART_IDLE})

    def accepts(self, event: EventView, workflow_id: int) -> bool:
        """Look at the stage, and take the event of the idle time asked for."""
        stage = self.options["stage"]
        is_asked = event.snapshot.get("idle_minutes") == int(self.options["idle_minutes"])
        return is_asked and stage in (EITHER, event.name)

    def due(self, since: datetime, until: datetime) -> None:
        """Record the carts that went idle."""
        record_idle_carts(int(self.options["idle_minutes"]), since=since, until=until)

    def variables(self) -> Iterable[Variable]:
        """Offer the cart, also as a sale, and its first product."""
        return (
            *CART_VARIABLES,
            Variable("sale.amount", _("Amount of the sale")),
            Variable("sale.currency", _("Currency of the sale")),
            Variable("product.name", _("First product: name")),
            Variable("product.reference", _("First product: reference")),
        )

    def describe(self) -> str:
        """Say it."""
        minutes = int(self.options["idle_minutes"])
        words = ngettext("%(stage)s, for %(n)d minute", "%(stage)s, for %(n)d minutes", minutes)
        said = words % {"stage": dict(STAGES)[self.options["stage"]], "n": minutes}
        return said[:1].upper() + said[1:]
