"""V3 stop: which runs it names, and what it refuses."""

from typing import Any

import pytest

from crm.models import Cart
from tests.crm.api.calls import Shop
from tests.factories.workflows import action, called, live, wait
from tests.workflows.engine.driving import states, work

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    shop = Shop()
    shop.post("/v2/customers", {"customer": {"email": "zoe@example.com"}})
    return shop


def stop(shop: Shop, body: Any, identifier: str = "offer_made") -> Any:
    return shop.post(f"/v3/automations/stop/{identifier}", body)


@pytest.mark.parametrize(
    "body",
    [
        {"key": {"quoteId": 77}},
        {"customerEmail": "zoe@example.com"},
        {"customerEmail": "zoe@example.com", "key": {"quoteId": 77}},
    ],
)
def test_what_nothing_runs_for_stops_nothing(shop: Shop, body: dict[str, Any]) -> None:
    answer = stop(shop, body)
    assert (answer.status_code, answer.json()) == (202, {"stopped": 0})


def test_stopping_everything_at_once_is_refused(shop: Shop) -> None:
    assert stop(shop, {}).status_code == 422


def test_an_unknown_profile_is_a_404(shop: Shop) -> None:
    assert stop(shop, {"customerEmail": "nobody@example.com"}).status_code == 404


@pytest.mark.parametrize("body", [{"key": {}}, {"key": "x"}, {"customerEmail": "x"}, {"key": {"a": 1, "b": 2}}])
def test_a_wrong_value_is_a_422(shop: Shop, body: dict[str, Any]) -> None:
    assert stop(shop, body).status_code == 422


def test_stopping_an_abandoned_cart_empties_it(shop: Shop) -> None:
    body = {"customerEmail": "zoe@example.com", "key": {"cartId": 1}}
    items = [{"name": "Tea", "price": "10.50", "quantity": 2}]
    shop.post("/v3/automations/trigger/abandoned_cart", {**body, "items": items})
    assert stop(shop, body, "abandoned_cart").status_code == 202
    assert Cart.objects.get().status == "emptied"


def test_the_runs_of_a_call_are_stopped_by_its_key_and_its_profile(shop: Shop) -> None:
    live(wait(1), action("give_points", points=1), triggers=[called("offer_made")])
    for email, key in (("zoe@example.com", 77), ("zoe@example.com", 78), ("max@example.com", 77)):
        body = {"customerEmail": email, "key": {"quoteId": key}, "createProfile": True}
        assert shop.post("/v3/automations/trigger/offer_made", body).json()["matched"] == 1
    work()
    assert stop(shop, {"key": {"quoteId": 77}}, "other").json() == {"stopped": 0}
    assert stop(shop, {"customerEmail": "zoe@example.com", "key": {"quoteId": 77}}).json() == {"stopped": 1}
    assert stop(shop, {"key": {"quoteId": 77}}).json() == {"stopped": 1}
    assert stop(shop, {"customerEmail": "zoe@example.com"}).json() == {"stopped": 1}
    assert states() == [("stopped", "stopped_by_api")] * 3


def test_an_abandoned_cart_is_stopped_by_its_key_alone(shop: Shop) -> None:
    items = [{"name": "Tea", "price": "10.50", "quantity": 2}]
    for email, number in (("zoe@example.com", 1), ("max@example.com", 1), ("max@example.com", 2)):
        body = {"customerEmail": email, "key": {"cartId": number}, "createProfile": True}
        shop.post("/v3/automations/trigger/abandoned_cart", {**body, "items": items})
    assert stop(shop, {"key": {"cartId": 1}}, "abandoned_cart").status_code == 202
    assert list(Cart.objects.order_by("pk").values_list("status", flat=True)) == ["emptied", "emptied", "open"]
