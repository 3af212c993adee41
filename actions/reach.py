"""Where a profile is reached on a channel: asked when a delivery is planned."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from actions.base import Skipped
from actions.phones import mobile_number
from actions.reasons import BAD_MOBILE, COUNTRY, NO_ADDRESS, NO_MOBILE
from crm.models import Site

#: A profile (plain) and the shop → the address, or why there is none.
Reach = Callable[[Mapping[str, Any], Site], str | Skipped]


def by_email(profile: Mapping[str, Any], site: Site) -> str | Skipped:
    """Return the e-mail."""
    return str(profile["email"]) or Skipped(NO_ADDRESS)


@dataclass(frozen=True, slots=True)
class ByMobile:
    """A valid mobile, of a profile in one of the countries (none: all) or without a country."""

    countries: Collection[str] = ()

    def __call__(self, profile: Mapping[str, Any], site: Site) -> str | Skipped:
        """Return the number in E.164."""
        mobile, country = str(profile["mobile"] or ""), str(profile["country"] or "")
        if not mobile:
            return Skipped(NO_MOBILE)
        if self.countries and country and country not in self.countries:
            return Skipped(COUNTRY)
        return mobile_number(mobile, country or site.country) or Skipped(BAD_MOBILE)
