"""C14: the tier of the profile."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import BigIntegerField, Case, F, IntegerField, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual, LessThan
from django.utils.translation import gettext_lazy as _

from crm.conditions.base import ProfileCondition, condition_types
from crm.conditions.forms import ChoicesForm
from crm.conditions.moment import Moment
from crm.conditions.operators import Fact
from crm.conditions.values import Choices
from crm.forms import ReferencesField
from crm.models import Tier
from crm.values import MOST_POINTS


class TierForm(ChoicesForm):
    """Ask for tiers."""

    left_out = frozenset({"all_of"})

    value = ReferencesField(Tier.objects.order_by("threshold"), label=_("Tiers"))
    or_above = forms.BooleanField(label=_("or a higher tier"), required=False)


@condition_types.register
class TierIs(ProfileCondition):
    """The fact is how many of the tiers it is in, or has reached; it follows from the points earned until today."""

    kind = "tier"
    label = _("Tier")
    form_class = TierForm
    value_type = "set"
    has_history = False

    def expression(self, moment: Moment) -> Fact:
        """Compare the points earned with the threshold of each tier, and with that of the next one."""
        fact: Any = Value(0)
        for uid in self.value:
            fact = fact + Case(When(self._is_in(uid), then=Value(1)), default=Value(0), output_field=IntegerField())
        return fact

    def _is_in(self, uid: str) -> Q:
        earned = Coalesce(F("pot__earned"), 0, output_field=BigIntegerField())
        tier = Tier.objects.filter(uid=uid).values("threshold")[:1]
        own = Q(GreaterThanOrEqual(earned, Subquery(tier)))
        if self.config.get("or_above"):
            return own
        higher = Tier.objects.filter(threshold__gt=Subquery(tier)).order_by("threshold").values("threshold")[:1]
        return own & Q(LessThan(earned, Coalesce(Subquery(higher), MOST_POINTS * 2, output_field=BigIntegerField())))

    def read(self, facts: Mapping[str, Any], moment: Moment) -> int:
        """Look for the tier among those chosen."""
        if self.config.get("or_above"):
            return len(set(self.value).intersection(facts["tiers"]))
        return int(facts["tier"] is not None and facts["tier"]["uid"] in self.value)

    @property
    def choices(self) -> Choices:
        """Name the tiers."""
        rows = Tier.objects.filter(uid__in=list(self.value)).order_by("threshold").values_list("uid", "name")
        return [(str(uid), name) for uid, name in rows]

    def describe(self) -> str:
        """Say it."""
        said = _("the tier is %(comparison)s") % {"comparison": self.comparison()}
        return f"{said} {_('or a higher tier')}" if self.config.get("or_above") else str(said)
