"""T7: the pot was updated."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.conditions.base import EventView
from crm.forms import ConfigForm
from crm.models import Movement
from triggers.base import Trigger, Variable, trigger_types
from triggers.models import Kind

Source = Movement.Source
SOURCES = [
    (Source.REFERRAL.value, _("Referral")),
    (Source.BACK_OFFICE.value, _("Back-office")),
    (Source.ORDER_POINTS.value, _("Order points")),
    (Source.API.value, _("API")),
    (Source.WORKFLOW.value, _("Another workflow")),
]
GAINS, LOSSES, BOTH = "gains", "losses", "both"
DIRECTIONS = [(GAINS, _("points gained")), (LOSSES, _("points lost")), (BOTH, _("points gained or lost"))]


class PotUpdatedForm(ConfigForm):
    """Ask for sources, and gains or losses."""

    sources = forms.MultipleChoiceField(label=_("Sources"), choices=SOURCES)
    direction = forms.ChoiceField(label=_("Count"), choices=DIRECTIONS, initial=GAINS, required=False)

    def clean_direction(self) -> str:
        """Take gains unless told otherwise."""
        return str(self.cleaned_data.get("direction") or GAINS)


@trigger_types.register
class PotUpdated(Trigger):
    """Each movement of a ticked source, but never one that the same workflow made."""

    kind = "pot_updated"
    label = _("Pot updated")
    help = _(
        "Points come into a customer's pot, or leave it, from the sources that you tick. Take it to tell "
        "customers of their points."
    )
    form_class = PotUpdatedForm
    reads = frozenset({Kind.MOVEMENT_MADE})
    topics = frozenset({"pot"})

    def accepts(self, event: EventView, workflow_id: int) -> bool:
        """Look at the source and the sign."""
        if event.workflow_id == workflow_id or event.name not in self.options["sources"]:
            return False
        points = event.snapshot.get("pot", {}).get("points", 0)
        direction = self.options.get("direction", GAINS)
        return bool((points > 0 and direction != LOSSES) or (points < 0 and direction != GAINS))

    def variables(self) -> Iterable[Variable]:
        """Offer the movement; the first under the name that SPREAD gave it."""
        return (
            Variable("spread.pot_amount_update", _("Points added (negative: taken away)")),
            Variable("pot.balance", _("Balance of the pot")),
            Variable("pot.balance_before", _("Balance before")),
            Variable("pot.source", _("Source of the points")),
            Variable("pot.reason", _("Reason of the movement")),
        )

    def describe(self) -> str:
        """Say it."""
        names, directions = dict(SOURCES), dict(DIRECTIONS)
        return _("The pot is updated (%(direction)s): %(sources)s") % {
            "direction": directions[self.options.get("direction", GAINS)],
            "sources": ", ".join(str(names[source]) for source in self.options["sources"]),
        }
