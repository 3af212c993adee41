"""C10: the country of the profile."""

from collections.abc import Mapping
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from crm.conditions.base import ProfileCondition, condition_types
from crm.conditions.forms import CompareForm
from crm.conditions.moment import Moment
from crm.conditions.operators import Fact
from crm.conditions.values import Choices
from crm.countries import country_choices
from crm.models import Site


class CountryForm(CompareForm):
    """Ask for countries, by their names."""

    value_type = "choice"

    def choices(self) -> Choices:
        """Offer all countries."""
        return country_choices(Site.current().country)


@condition_types.register
class Country(ProfileCondition):
    """The country of the address."""

    kind = "country"
    label = _("Country of the profile")
    form_class = CountryForm
    value_type = "choice"
    has_history = False

    def expression(self, moment: Moment) -> Fact:
        """Read the column."""
        return F("country")

    def read(self, facts: Mapping[str, Any], moment: Moment) -> str:
        """Read the field."""
        return str(facts["profile"]["country"])

    @property
    def choices(self) -> Choices:
        """Name countries."""
        return country_choices()

    def describe(self) -> str:
        """Say it."""
        return _("the country %(comparison)s") % {"comparison": self.comparison()}
