"""C12: how many validated referrals the profile has as a sponsor."""

from collections.abc import Mapping
from typing import Any

from django.db.models import OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from crm.conditions.base import condition_types
from crm.conditions.forms import CompareForm
from crm.conditions.moment import Moment
from crm.conditions.periods import PeriodForm, period_of, say_period
from crm.conditions.rows import RowsCondition
from crm.models import Referral


class ReferralCountForm(CompareForm, PeriodForm):
    """Ask how many, and within which period they were validated."""

    value_type = "whole"
    field_order = ("operator", "value", "within_count", "within_unit")


@condition_types.register
class ReferralCount(RowsCondition):
    """Referrals that are validated; one that was taken back counts no more."""

    kind = "referral_count"
    label = _("Number of validated referrals")
    form_class = ReferralCountForm
    value_type = "whole"
    of = "sponsor"

    def rows(self, moment: Moment) -> "QuerySet[Referral]":
        """Return the referrals."""
        rows = Referral.objects.filter(sponsor=OuterRef("pk"))
        if moment.is_live:
            rows = rows.filter(status=Referral.Status.VALIDATED)
        else:
            at = moment.inside()
            rows = rows.filter(Q(status=Referral.Status.VALIDATED) | Q(taken_back_at__gt=at), validated_at__lte=at)
        if period := period_of(self.config):
            rows = rows.filter(validated_at__gte=moment.inside(period))
        return rows

    def read(self, facts: Mapping[str, Any], moment: Moment) -> int:
        """Count the referrals."""
        assert not isinstance(moment.at, str)
        period = period_of(self.config)
        return sum(period is None or at >= moment.at - period for at in facts["referrals"])

    def describe(self) -> str:
        """Say it."""
        said = _("the number of validated referrals %(comparison)s") % {"comparison": self.comparison()}
        return f"{said} {say_period(self.config)}".strip()
