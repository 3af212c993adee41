"""A phone, day, country, language, currency or address that is none is said at its field, in forms and calls."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from actions.base import action_types
from actions.models import Suppression
from crm.models import Profile, Site
from tests.crm.admin.forms import errors_of, save
from tests.crm.api.calls import Shop
from tests.factories.mailings import a_newsletter
from tests.factories.messages import TemplateFactory
from tests.factories.modules import ModuleFactory
from tests.factories.people import CustomFieldFactory, ProfileFactory, UserFactory
from tests.factories.sales import OrderFactory, ProductFactory

pytestmark = pytest.mark.django_db

PHONES = ["x", "12", "+", "+999123456789", "06 12", "٣٣", "call me", "1" * 40, "+33 6 12 34 56 78 90 12"]
DAYS = ["x", "2026-02-30", "0000-00-00", "31/12/99999", "yesterday", "2026-13-01", "1985", "²026-01-01"]
COUNTRIES = ["XX", "FRA", "France", "F", "12", "fr-FR", "🇫🇷"]
LANGUAGES = ["klingon", "f", "fr_", "fr_FRA", "12", "français", "fr;q=1"]
CURRENCIES = ["EURO", "€", "12", "E", "eur o", "$$$"]
ZONES = ["Mars/Olympus", "../etc/passwd", "Europe", "+25:00", "Paris"]
EMAILS = ["x", "a@", "@b.fr", "a b@c.fr", "a@b", "a@b..fr", "a@b.fr, c@d.fr", "a\n@b.fr"]
AMOUNTS = ["x", "1,2,3", "NaN", "1e400", "--1", "9" * 40, "٣"]
NUMBERS = ["x", "1.5", "1e3", "-1", "9" * 40, "NaN"]

#: page → field → what it refuses
PROFILE = {
    "email": EMAILS,
    "birthday": DAYS,
    "country": COUNTRIES,
    "language": LANGUAGES,
    "phone": PHONES,
    "mobile": PHONES,
    "time_zone": ZONES,
    "postcode": ["7" * 21],
    "custom_size": ["x", "NaN", "1e400", "9" * 40],
    "custom_since": DAYS[:4],
}
SITE = {
    "country": COUNTRIES,
    "currency": CURRENCIES,
    "language": LANGUAGES,
    "time_zone": ZONES,
    "sender_email": EMAILS[:5],
    "reply_to": EMAILS[:5],
}


@pytest.fixture
def admin(client: Client) -> Client:
    cache.clear()
    client.force_login(UserFactory(username="jo"))
    return client


def change(row: Any) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def all_refused(client: Client, page: str, table: dict[str, list[str]]) -> None:
    for field, values in table.items():
        for value in values:
            assert list(errors_of(save(client, page, **{field: value}))) == [field], (field, value)


def test_in_the_form_of_a_profile(admin: Client) -> None:
    CustomFieldFactory(name="size", type="number")
    CustomFieldFactory(name="since", type="date")
    profile = ProfileFactory(email="zoe@example.com", birthday="1990-01-02", mobile="+33612345678")
    all_refused(admin, change(profile), PROFILE)
    profile.refresh_from_db()
    assert (profile.email, profile.mobile, profile.country) == ("zoe@example.com", "+33612345678", "FR")


def test_in_the_settings_of_the_shop(admin: Client) -> None:
    all_refused(admin, change(Site.current()), SITE)


@pytest.mark.parametrize(
    ("make", "table"),
    [
        (OrderFactory, {"currency": CURRENCIES, "amount": AMOUNTS, "ordered_at_0": ["x"]}),
        (ProductFactory, {"price": AMOUNTS, "url": ["x y", "javascript:alert(1)"], "image": ["ftp//x"]}),
        (ModuleFactory, {"language": LANGUAGES, "slug": ["a b", "é/", ""], "starts_at_0": ["x"]}),
        (TemplateFactory, {"sender_email": EMAILS[:5], "reply_to": EMAILS[:5]}),
        (a_newsletter, {"per_minute": NUMBERS}),
    ],
    ids=["order", "product", "module", "template", "newsletter"],
)
def test_in_other_forms(admin: Client, make: Any, table: dict[str, list[str]]) -> None:
    page = change(make())
    for field, values in table.items():
        for value in values:
            found = list(errors_of(save(admin, page, **{field: value})))
            assert found == [field.removesuffix("_0")], (field, value)


def test_an_address_that_is_none_is_not_suppressed(admin: Client) -> None:
    page = reverse("admin:actions_suppression_add")
    Suppression.objects.create(address="here@example.com")
    for value in [*EMAILS, "Here@Example.com", ""]:
        assert list(errors_of(save(admin, page, address=value))) == ["address"], value
    assert save(admin, page, address=" Zoe@Example.com ").status_code == 302
    assert Suppression.objects.filter(address="zoe@example.com").exists()


def test_in_an_action_that_sets_a_field() -> None:
    form_class = action_types["set_field"].form_class
    for field in ("birthday", "country", "language", "phone", "mobile", "time_zone", "postcode"):
        for value in PROFILE[field]:
            form = form_class.check_config({"field": field, "mode": "value", "value": value})
            assert list(form.errors) == ["value"], (field, value)


def test_in_an_action_that_notifies_the_team() -> None:
    for value in EMAILS[:7]:
        config = {"users": [], "addresses": [value], "subject": "x", "text": "x"}
        form = action_types["notify_team"].form_class.check_config(config)
        assert list(form.errors) == ["addresses"], value


def test_in_a_call_of_the_api() -> None:
    shop = Shop()
    names = {"birthday": "birthday", "country": "country", "language": "lang", "phone": "phone", "mobile": "mobile"}
    for column, name in {**names, "time_zone": "timeZone", "postcode": "zip"}.items():
        for value in PROFILE[column]:
            answer = shop.post("/v2/customers", {"customer": {"email": "zoe@example.com", name: value}})
            assert answer.status_code == 422, (name, value)
            assert [error["pointer"] for error in answer.json()["errors"]] == [f"/customer/{name}"], (name, value)
    for value in EMAILS:
        assert shop.post("/v2/customers", {"customer": {"email": value}}).status_code == 422, value
    order = {"orderId": "1", "status": "new", "amount": "1"}
    assert shop.post("/v2/customers", {"customer": {"email": "zoe@example.com"}}).status_code == 200
    for name, values in (("currency", CURRENCIES), ("amount", AMOUNTS[:-1]), ("occurredAt", DAYS)):
        for value in values:
            body = {"customer": {"email": "zoe@example.com"}, "order": {**order, name: value}}
            answer = shop.post("/v2/orders", body)
            assert answer.status_code == 422, (name, value)
            assert [error["pointer"] for error in answer.json()["errors"]] == [f"/order/{name}"], (name, value)
    assert Profile.objects.count() == 1
