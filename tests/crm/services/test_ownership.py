"""Who owns what follows the orders, whichever way their lines change."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.models import Order, Ownership, Profile
from crm.services.orders import upsert_order
from tests.factories.causes import BY_API
from tests.factories.people import ProfileFactory
from tests.factories.sales import ProductFactory

pytestmark = pytest.mark.django_db


def order_of(profile: Profile, *references: str, price: int = 1000, status: str = "paid") -> Order:
    lines = [{"reference": reference, "name": reference, "unit_price": price} for reference in references]
    return upsert_order(profile, cause=BY_API, reference="A1", status=status, amount=price, lines=lines)[0]


def owned() -> list[str]:
    return list(
        Ownership.objects.filter(ended_at=None)
        .order_by("product__reference")
        .values_list("product__reference", flat=True)
    )


def test_lines_sent_again_with_another_price_keep_what_is_owned() -> None:
    ProductFactory(reference="course", ownership="forever")
    profile = ProfileFactory()
    order_of(profile, "course")
    order_of(profile, "course", price=900)
    assert owned() == ["course"]


def test_lines_sent_again_give_what_they_add_and_end_what_they_leave_out() -> None:
    for reference in ("a", "b", "c"):
        ProductFactory(reference=reference, ownership="until_refund")
    profile = ProfileFactory()
    order_of(profile, "a", "b")
    order_of(profile, "b", "c")
    assert owned() == ["b", "c"]


def test_replacing_many_lines_asks_no_more_than_replacing_few() -> None:
    profile = ProfileFactory()

    def asked(number: int) -> int:
        order_of(profile, *(f"p{index}" for index in range(number)))
        with CaptureQueriesContext(connection) as queries:
            order_of(profile, *(f"p{index}" for index in range(number)), price=number)
        return len(queries)

    assert asked(40) == asked(2)
