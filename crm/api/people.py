"""Find whom or what a request names."""

from typing import TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from pydantic import Field

from crm.api.problems import Fault, Problem, invalid, not_found, pointer
from crm.api.values import Body
from crm.models import Profile
from crm.services.profiles import find_profile

M = TypeVar("M", bound=Model)


class CustomerRef(Body):
    """A customer, named by one of three; the first that is given counts: id, externalId, email."""

    id: str = Field("", max_length=20)
    external_id: str = Field("", max_length=250)
    email: str = Field("", max_length=254)


def whom(customer: CustomerRef) -> Profile:
    """Return the profile that a body names; raises the 404 problem when there is none."""
    named = customer.id or customer.external_id or customer.email
    if not named:
        raise invalid([Fault(pointer("customer"), _("Give the customer's email, externalId or id."))])
    if customer.id:
        found = Profile.objects.filter(erased_at=None, pk=row_id(customer.id)).first()
    else:
        found = find_profile(email=customer.email, external_id=customer.external_id)
    if found is None:
        raise unknown_profile(named)
    return found


def unknown_profile(named: str) -> Problem:
    """Say that nobody is known by that name."""
    return not_found(
        "unknown-profile",
        _("Nobody is known by that name"),
        _("No customer is known as “%(named)s”; create them first with POST /api/v2/customers.") % {"named": named},
    )


def one(rows: "QuerySet[M]", number: str) -> M:
    """Return the row with an id from an address; raises the 404 problem when there is none."""
    found = rows.filter(pk=row_id(number)).first()
    if found is None:
        raise nothing_here(number)
    return found


def nothing_here(named: str) -> Problem:
    """Say that the address names nothing."""
    return not_found("not-found", _("Not found"), _("There is no “%(named)s” here.") % {"named": named})


def row_id(text: str) -> int:
    """Read an id; 0, which no row has, for what cannot be one or would not fit a column."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else 0
