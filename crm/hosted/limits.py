"""How often forms of hosted pages are taken: for each e-mail, and for each client, so that nobody floods others."""

from ipaddress import IPv6Address, ip_address
from math import ceil

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import ngettext

from crm.clients import client_ip
from crm.errors import Refused
from crm.limits import Limit, take
from crm.models import Profile
from crm.values import alias_key

HOUR = 3600
#: forms sent with one e-mail, or an alias of it: what asks to confirm is mailed to that
BY_EMAIL = Limit("form-by-email", 5, HOUR)
#: how often one person saves their choices
BY_PROFILE = Limit("choices-by-profile", 30, HOUR)


class TooOften(Refused):
    """Something was done so often that it is to be left for a while (seconds)."""

    status = 429

    def __init__(self, seconds: int) -> None:
        minutes = ceil(seconds / 60)
        words = ngettext(
            "This was sent too often, and is not saved. Try again in %(n)d minute.",
            "This was sent too often, and is not saved. Try again in %(n)d minutes.",
            minutes,
        )
        super().__init__(words % {"n": minutes})
        self.seconds = seconds

    def marked(self, response: HttpResponse) -> HttpResponse:
        """Tell machines too when to come again."""
        response["Retry-After"] = str(self.seconds)
        return response


def count_form(request: HttpRequest, *, email: str) -> None:
    """Count a form that is about to be taken; raises TooOften."""
    by_client = Limit("form-by-client", settings.FORMS_PER_HOUR, HOUR)
    _count((BY_EMAIL, alias_key(email)), (by_client, _place_of(client_ip(request))))


def count_choices(profile: Profile) -> None:
    """Count choices of a person that are about to be saved; raises TooOften."""
    _count((BY_PROFILE, str(profile.uid)))


def _count(*wanted: tuple[Limit, str]) -> None:
    if seconds := take(*wanted):
        raise TooOften(seconds)


def _place_of(address: str) -> str:
    """Return what stands for a client: of IPv6 the /64, all of which one connection has."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    return known.exploded[:19] if isinstance(known, IPv6Address) else address
