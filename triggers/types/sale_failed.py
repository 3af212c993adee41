"""T14: a sale failed."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_lazy as _

from crm.conditions.base import EventView
from crm.forms import ConfigForm
from triggers.base import RunView, Trigger, Variable, trigger_types
from triggers.models import Kind
from triggers.orders import NOT_PLACED, SALE_VARIABLES, later_orders, order_in, products_in, was_paid


class SaleFailedForm(ConfigForm):
    """Nothing to choose beyond the product scope."""


@trigger_types.register
class SaleFailed(Trigger):
    """The payment of an order fails; the run ends when it is paid after all, or the customer orders again."""

    kind = "sale_failed"
    label = _("Failed sale")
    help = _(
        "The payment of an order fails. The run ends when the order is paid after all or another is placed. "
        "Where nobody tried to pay, take “Abandoned sale”."
    )
    form_class = SaleFailedForm
    reads = frozenset({Kind.ORDER_FAILED})
    ended_by = frozenset({Kind.ORDER_PAID})
    topics = frozenset({"sale", "failure"})

    def run_key(self, event: EventView) -> str:
        """Keep one run an order: a second failure updates it."""
        return event.key

    def end_reason(self, event: EventView, run_key: str) -> str:
        """End when that order is paid."""
        return "order_paid" if event.kind == Kind.ORDER_PAID and event.key == run_key else ""

    def standing(self, runs: Sequence[RunView]) -> dict[int, str]:
        """Ask whether the order was paid, or another was placed since."""
        found = later_orders(runs, own=[run.key for run in runs])
        lost: dict[int, str] = {}
        for run in runs:
            since = run.event.recorded_at
            for profile_id, reference, status, recorded_at in found:
                if reference == run.key and was_paid(status):
                    lost[run.id] = "order_paid"
                    break
                is_other = reference != run.key and profile_id == run.profile_id and status not in NOT_PLACED
                if is_other and since is not None and recorded_at >= since:
                    lost[run.id] = "order_placed"
        return lost

    def products(self, event: EventView) -> list[str]:
        """Return what was to be bought."""
        return products_in(order_in(event))

    def own_order(self, event: EventView) -> str:
        """Return the order."""
        return event.key

    def variables(self) -> Iterable[Variable]:
        """Offer the sale and why it failed."""
        return (
            Variable("failure.message", _("Why the payment failed")),
            Variable("failure.code", _("Code of the failure")),
            *SALE_VARIABLES,
        )

    def describe(self) -> str:
        """Say it."""
        return str(_("The payment of an order fails"))
