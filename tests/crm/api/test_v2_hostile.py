"""V2 and what breaks programs: in every field, answered with a value kept or a clear 4xx."""

from copy import deepcopy
from typing import Any

import pytest

from crm.models import ConsentDefinition, CustomField, Module, Profile
from tests.crm.api.calls import Shop
from tests.naughty import naughty_strings

pytestmark = pytest.mark.django_db

WHO = {"customer": {"email": "zoe@example.com"}}
BODIES: dict[str, dict[str, Any]] = {
    "customers": {
        "customer": {
            **WHO["customer"],
            **dict.fromkeys(["lastName", "firstName", "gender", "address", "address2", "address3", "zip", "city"], "x"),
            **dict.fromkeys(["company", "fonction"], "x"),
            **dict.fromkeys(["externalId", "birthday", "lang", "country", "phone", "mobile", "timeZone"], ""),
            "tags": ["x"],
            "custom_fields": {"hobby": "x", "size": ""},
            "consents": {"NewsEmail": "1"},
            "occurredAt": "2026-01-01",
        }
    },
    "orders": {
        **WHO,
        "order": {
            "orderId": "1",
            "status": "new",
            "shopStatus": "",
            "amount": "1",
            "currency": "EUR",
            "coupon": "",
            "cartKey": "",
            "occurredAt": "2026-01-01",
            "failure": {"code": "", "message": ""},
            "lines": [{"reference": "", "name": "x", "quantity": 1, "price": "1"}],
        },
    },
    "carts": {
        **WHO,
        "cart": {
            "key": "1",
            "total": "1",
            "currency": "EUR",
            "checkoutUrl": "",
            "stage": "cart",
            "items": [{"reference": "", "name": "x", "quantity": 1, "price": "1"}],
            "occurredAt": "2026-01-01",
        },
    },
    "cagnottes": {**WHO, "cagnotte": {"amount": 1, "reason": "x"}},
    "consents": {**WHO, "consent": {"consentTechName": "NewsEmail", "status": "1", "source": "", "sourceId": ""}},
    "participations": {**WHO, "participation": {"campaignId": "game", "complete": True, "answers": {"x": "x"}}},
}
WRONG: list[Any] = [None, True, 0, -1, 1.5, 10**18, "", "x" * 5_000, [], {}, [[]], {"a": {"b": []}}, ["x"], {"0": "x"}]


@pytest.fixture
def shop() -> Shop:
    ConsentDefinition.objects.create(name="NewsEmail")
    CustomField.objects.create(label="Hobby", name="hobby")
    CustomField.objects.create(label="Size", name="size", type="number")
    Module.objects.create(name="Game", slug="game", kind="game")
    shop = Shop()
    assert shop.post("/v2/customers", WHO).status_code == 200
    return shop


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """List the paths of all values of a body, groups included."""
    found = [path] if path else []
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, entry in entries:
        found += places(entry, (*path, key))
    return found


def with_value(body: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    changed = deepcopy(body)
    group: Any = changed
    for part in path[:-1]:
        group = group[part]
    group[path[-1]] = value
    return changed


def check(answer: Any, sent: Any) -> None:
    assert answer.status_code in (200, 400, 404, 422), (sent, answer.content)
    if answer.status_code != 200:
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["detail"]


@pytest.mark.parametrize("resource", BODIES)
def test_the_body_without_anything_wrong_is_accepted(shop: Shop, resource: str) -> None:
    answer = shop.post(f"/v2/{resource}", BODIES[resource])
    assert answer.status_code == 200, answer.content


@pytest.mark.parametrize("resource", BODIES)
def test_wrong_types_in_every_place_are_no_500(shop: Shop, resource: str) -> None:
    for path in places(BODIES[resource]):
        for value in WRONG:
            sent = with_value(BODIES[resource], path, value)
            check(shop.post(f"/v2/{resource}", sent), (path, value))


@pytest.mark.parametrize("resource", BODIES)
def test_naughty_strings_in_every_place_are_no_500(shop: Shop, resource: str) -> None:
    paths = places(BODIES[resource])
    for number, text in enumerate(naughty_strings()):
        # Each string in one place and as the name of a field; over all strings every place meets many.
        path = paths[number % len(paths)]
        sent = {**with_value(BODIES[resource], path, text), text: text}
        check(shop.post(f"/v2/{resource}", sent), (path, text))


def test_naughty_strings_are_kept_as_they_are(shop: Shop) -> None:
    for text in naughty_strings():
        if 0 < len(text.strip()) <= 80:
            answer = shop.post(
                "/v2/customers", {"customer": {"email": "zoe@example.com", "company": text, "city": text}}
            )
            assert answer.status_code == 200, (text, answer.content)
            customer = answer.json()["customer"]
            assert (customer["company"], customer["city"]) == (text.strip(), text.strip())
    assert Profile.objects.count() == 1


def test_naughty_strings_in_addresses_and_queries_are_no_500(shop: Shop) -> None:
    parameters = ("email", "externalId", "startAt", "createdAfter")
    for number, text in enumerate(naughty_strings()):
        parameter = parameters[number % len(parameters)]
        check(shop.get("/v2/customers", **{parameter: text}), (parameter, text))
    check(shop.get("/v2/customers", email="\0"), "NUL")
    check(shop.get("/v2/orders/%FF%FE"), "no UTF-8")
