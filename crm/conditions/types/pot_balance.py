"""C4: how many points are in the pot."""

from collections.abc import Mapping
from typing import Any

from django.db.models import BigIntegerField, F, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from crm.conditions.base import ProfileCondition, condition_types
from crm.conditions.forms import CompareForm
from crm.conditions.moment import Moment
from crm.conditions.operators import Fact
from crm.models import Movement


class BalanceForm(CompareForm):
    """Ask for points."""

    value_type = "whole"


@condition_types.register
class PotBalance(ProfileCondition):
    """A profile without a pot has 0 points."""

    kind = "pot_balance"
    label = _("Balance of the pot")
    form_class = BalanceForm
    value_type = "whole"

    def expression(self, moment: Moment) -> Fact:
        """Read the balance, or the one after the last movement known at the moment."""
        if moment.is_live:
            return Coalesce(F("pot__balance"), 0, output_field=BigIntegerField())
        moves = Movement.objects.filter(profile=OuterRef("pk"), recorded_at__lte=moment.inside())
        balance = moves.order_by("-number").values("balance_after")
        return Coalesce(Subquery(balance[:1]), 0, output_field=BigIntegerField())

    def read(self, facts: Mapping[str, Any], moment: Moment) -> int:
        """Read the balance."""
        return int(facts["pot"]["balance"])

    def describe(self) -> str:
        """Say it."""
        return _("the points in the pot: %(comparison)s") % {"comparison": self.comparison()}
