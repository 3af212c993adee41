"""The names under which a text finds things: SPREAD's beside plain English ones (spec section 6)."""

from collections.abc import Mapping
from typing import Any

from crm.models import Site

#: SPREAD's name → ours.
PROFILE_ALIASES = {
    "customer_name": "last_name",
    "customer_firstname": "first_name",
    "customer_email": "email",
    "customer_birthday": "birthday",
    "customer_gender": "gender",
    "customer_address": "address",
    "customer_address_2": "address2",
    "customer_address_3": "address3",
    "customer_cp": "postcode",
    "customer_city": "city",
    "customer_country": "country",
    "customer_tel": "phone",
    "customer_mobile": "mobile",
    "customer_lang": "language",
    "customer_company": "company",
    "customer_fonction": "job_title",
}


def profile_namespace(plain: Mapping[str, Any]) -> dict[str, Any]:
    """Return the `profile` of a text: the plain values, each also under its SPREAD name."""
    return {**plain, **{alias: plain.get(name) for alias, name in PROFILE_ALIASES.items()}}


def site_namespace(site: Site, language: str) -> dict[str, Any]:
    """Return the `site` of a text, with the addresses of the shop in a language."""
    return {
        "id": site.pk,
        "name": site.name,
        "url": site.address(language),
        "cart_url": site.address(language, cart=True),
    }
