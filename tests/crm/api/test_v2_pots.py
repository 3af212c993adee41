"""V2 cagnottes: points given, taken, listed."""

from typing import Any

import pytest

from crm.cause import Origin
from crm.models import Movement
from tests.crm.api.calls import Shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    shop = Shop()
    shop.post("/v2/customers", {"customer": {"email": "zoe@example.com", "externalId": "C-17"}})
    return shop


def give(shop: Shop, amount: Any, once: str | None = None, **customer: str) -> Any:
    customer = customer or {"email": "zoe@example.com"}
    return shop.post("/v2/cagnottes/", {"customer": customer, "cagnotte": {"amount": amount}}, once=once)


def test_points_are_given_and_answered_as_spread_does(shop: Shop) -> None:
    answer = give(shop, 5)
    assert answer.status_code == 200, answer.content
    content = answer.json()
    movement = Movement.objects.get()
    assert content["customer"] == {"id": str(movement.profile_id), "cagnotteAmount": "5"}
    line = content["cagnotte"]
    assert (line["cagnotteLineId"], line["amount"], line["campaignId"], line["code"]) == (
        str(movement.pk),
        "5",
        None,
        "",
    )
    assert (movement.source, movement.origin, movement.actor) == ("api", Origin.API, "Shop")


def test_points_are_taken_no_more_than_there_are(shop: Shop) -> None:
    give(shop, "5")
    assert give(shop, -3).json()["customer"]["cagnotteAmount"] == "2"
    answer = give(shop, -3)
    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:declic:problem:refused"
    assert Movement.objects.count() == 2


def test_points_sent_twice_under_one_key_are_given_once(shop: Shop) -> None:
    assert give(shop, 5, once="gift-1").content == give(shop, 5, once="gift-1").content
    assert Movement.objects.count() == 1


def test_a_customer_is_named_by_external_id_or_id(shop: Shop) -> None:
    give(shop, 5, externalId="C-17")
    number = shop.get("/v2/customers").json()["customers"][0]["id"]
    assert give(shop, 5, id=number).json()["customer"]["cagnotteAmount"] == "10"


def test_movements_are_listed(shop: Shop) -> None:
    for amount in (5, 6, -1):
        give(shop, amount)
    answer = shop.get("/v2/cagnottes/", maxResults=2).json()
    assert [line["amount"] for line in answer["cagnottes"]] == ["5", "6"]
    assert answer["count"] == 3


@pytest.mark.parametrize("amount", [0, "", None, "x", 1.5, "1.5", [], True, 10**13, "9" * 400, "１２x"])
def test_what_is_no_number_of_points_moves_none(shop: Shop, amount: Any) -> None:
    answer = give(shop, amount)
    assert answer.status_code == 422, answer.content
    assert answer.json()["errors"][0]["pointer"] == "/cagnotte/amount"
    assert not Movement.objects.exists()


@pytest.mark.parametrize(
    ("customer", "status"),
    [
        ({"email": "nobody@example.com"}, 404),
        ({"externalId": "C-18"}, 404),
        ({"id": "999999"}, 404),
        ({"id": "-1"}, 404),
        ({"email": ""}, 422),
        ({"email": {}}, 422),
    ],
)
def test_points_for_nobody_are_not_moved(shop: Shop, customer: Any, status: int) -> None:
    answer = shop.post("/v2/cagnottes", {"customer": customer, "cagnotte": {"amount": 5}})
    assert answer.status_code == status
    assert not Movement.objects.exists()
