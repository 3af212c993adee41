"""A5: points on an order, in step with its status and amount."""

from collections.abc import Generator, Iterable

from django import forms
from django.utils.formats import number_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from actions.base import Action, Outcome, Problem, StepContext, action_types
from actions.effects import FollowOrder
from crm.forms import ConfigForm, MoneyField
from crm.models import OrderStatus, PointsProgramme
from crm.models.order import PAID_STATUSES


class PointsOnOrderForm(ConfigForm):
    """The ratio, and the statuses in which an order gives points."""

    points = forms.IntegerField(label=_("Points"), min_value=1, max_value=10**6, initial=1)
    per = MoneyField(label=_("for each (amount)"), min_value=0.01, max_value=10**6, initial=100)
    statuses = forms.MultipleChoiceField(
        label=_("Crediting statuses"),
        choices=OrderStatus.choices,
        initial=sorted(PAID_STATUSES),
        help_text=_(
            "In any other status the points are taken back. To follow the order, tick its updates in the trigger."
        ),
    )


@action_types.register
class PointsOnOrder(Action):
    """Give the points of the order as it stands, rounded down; later runs post the difference."""

    kind = "points_on_order"
    label = _("Give points on order")
    form_class = PointsOnOrderForm
    topics = frozenset({"order"})

    def plan(self, step: StepContext) -> Generator[FollowOrder, Outcome, None]:
        """Follow the order that the event speaks of; in a run that another trigger started there is none."""
        reference = str((step.event.snapshot.get("order") or {}).get("reference") or "")
        ratio = (int(self.config["per"]), int(self.config["points"]))
        yield FollowOrder(step, reference, ratio, frozenset(self.config["statuses"]))

    def describe(self) -> str:
        """Say the ratio and the statuses."""
        labels = dict(OrderStatus.choices)
        return _now("Give %(points)s for each %(amount)s of the order, while it is %(statuses)s") % {
            "points": _points(int(self.config["points"])),
            "amount": number_format(int(self.config["per"]) / 100, decimal_pos=2, use_l10n=True),
            "statuses": ", ".join(str(labels.get(name, name)).lower() for name in self.config["statuses"]),
        }

    def problems(self) -> Iterable[Problem]:
        """Warn where the programme credits orders too."""
        if PointsProgramme.objects.filter(is_active=True).exists():
            yield Problem(
                _now("The order-points programme is active too: an order would give points twice."),
                blocks=False,
                code="points_twice",
            )


def _points(count: int) -> str:
    return ngettext("%(n)d point", "%(n)d points", count) % {"n": count}
