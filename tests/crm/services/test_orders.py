"""Orders: lines, amounts, whose they are, and what follows from them."""

from datetime import UTC, datetime

import pytest

from crm.errors import Invalid, Refused
from crm.models import Consent, Order, Ownership, Site
from crm.services.consents import set_consent
from crm.services.orders import upsert_order
from tests.factories.causes import BY_API, BY_HAND
from tests.factories.consents import LegalBasisFactory
from tests.factories.people import ProfileFactory
from tests.factories.sales import OrderFactory, OrderLineFactory, ProductFactory
from triggers.models import Event, Kind

pytestmark = pytest.mark.django_db

TEA = {"reference": "tea", "name": "Green tea", "quantity": 2, "unit_price": 900}


def test_an_order_is_written_with_its_lines_before_its_facts_are_stated() -> None:
    product = ProductFactory(reference="tea")

    order, created = upsert_order(
        ProfileFactory(), cause=BY_API, reference="r1", status="paid", amount=1800, lines=[TEA]
    )

    assert created
    line = order.lines.get()
    assert (line.product, line.quantity, line.unit_price) == (product, 2, 900)
    snapshot = Event.objects.get(kind=Kind.ORDER_CREATED).snapshot
    assert snapshot["order"]["amount"] == "18.00"
    assert snapshot["product"]["product"] == str(product.uid)
    assert snapshot["product"]["category"] == product.category.reference


def test_what_is_not_given_stays_and_lines_given_replace_all() -> None:
    profile = ProfileFactory()
    upsert_order(profile, cause=BY_API, reference="r1", amount=1800, coupon="TEN", lines=[TEA])

    order, created = upsert_order(profile, cause=BY_API, reference="r1", amount=2000)
    assert (created, order.amount, order.coupon, order.lines.count()) == (False, 2000, "TEN", 1)

    order, _created = upsert_order(profile, cause=BY_API, reference="r1", lines=[{**TEA, "reference": "cup"}])
    assert [line.reference for line in order.lines.all()] == ["cup"]


def test_a_change_of_the_amount_is_a_fact_with_the_old_one() -> None:
    order = OrderFactory(amount=5400)

    order.amount = 3000
    order.save()

    seen = Event.objects.get(kind=Kind.ORDER_AMOUNT_CHANGED).snapshot["order"]
    assert (seen["amount"], seen["old_amount_cents"]) == ("30.00", 5400)


@pytest.mark.parametrize("amount", [-1, 10**15, "12", 1.5])
def test_an_amount_that_is_none_is_invalid(amount: object) -> None:
    with pytest.raises(Invalid):
        OrderFactory(amount=amount)


@pytest.mark.parametrize("line", [{"quantity": -1}, {"unit_price": "9.00"}, {"reference": "x" * 200}])
def test_a_bad_line_writes_nothing(line: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        upsert_order(ProfileFactory(), cause=BY_API, reference="r1", lines=[{**TEA, **line}])

    assert not Order.objects.exists()


def test_an_order_is_not_handed_to_another_customer() -> None:
    order = OrderFactory()

    with pytest.raises(Refused):
        upsert_order(ProfileFactory(), cause=BY_API, reference=order.reference, status="paid")


def test_a_new_order_gives_the_chosen_legal_bases_unless_refused() -> None:
    given, refused = LegalBasisFactory(), LegalBasisFactory()
    Site.current().order_legal_bases.set([given, refused])
    profile = ProfileFactory()
    set_consent(profile, definition=refused, status="refused", cause=BY_HAND)

    order = OrderFactory(profile=profile)

    held = dict(Consent.objects.filter(profile=profile).values_list("definition__name", "status"))
    assert held == {given.name: "accepted", refused.name: "refused"}
    consent = profile.consents.get(definition=given)
    assert (consent.source, consent.source_id) == ("order", order.reference)


def test_the_snapshot_counts_the_orders_before() -> None:
    profile = ProfileFactory()
    OrderFactory(profile=profile, status="paid", ordered_at=datetime(2026, 1, 1, tzinfo=UTC))
    OrderFactory(profile=profile, status="cancelled", ordered_at=datetime(2026, 1, 2, tzinfo=UTC))

    order = OrderFactory(profile=profile, status="paid", ordered_at=datetime(2026, 1, 3, tzinfo=UTC))

    seen = Event.objects.get(kind=Kind.ORDER_PAID, key=order.reference).snapshot["order"]
    assert (seen["orders_before"], seen["paid_before"]) == (1, 1)


def test_a_paid_order_gives_ownership_by_the_kind_of_the_product() -> None:
    forever = ProductFactory(ownership="forever")
    refundable = ProductFactory(ownership="until_refund")
    consumable = ProductFactory(ownership="none")
    order = OrderFactory(status="new", products=[forever, refundable, consumable])
    assert not Ownership.objects.exists()

    order.status = "paid"
    order.save()
    assert owned(order) == {forever, refundable}

    order.status = "refunded"
    order.save()
    assert owned(order) == {forever}


def test_ownership_comes_back_when_a_cancelled_order_is_paid_after_all() -> None:
    product = ProductFactory(ownership="until_refund")
    order = OrderFactory(status="paid", products=[product])

    for status, expected in (("cancelled", set()), ("paid", {product})):
        order.status = status
        order.save()
        assert owned(order) == expected


def test_a_line_added_in_the_back_office_gives_ownership_too() -> None:
    product = ProductFactory(ownership="forever")
    order = OrderFactory(status="paid")

    line = OrderLineFactory(order=order, product=product)
    assert owned(order) == {product}

    line.delete()
    assert owned(order) == set()


def owned(order: Order) -> set[object]:
    return {row.product for row in Ownership.objects.filter(order=order, ended_at=None)}


def test_what_comes_late_and_lies_behind_changes_neither_amount_nor_lines() -> None:
    profile = ProfileFactory()
    told = {"reference": "r1", "cause": BY_API}
    paid_at, placed_at = datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
    upsert_order(profile, **told, status="paid", amount=1800, lines=[TEA], occurred_at=paid_at)

    late = [{**TEA, "quantity": 1}]
    order, _created = upsert_order(profile, **told, status="new", amount=900, lines=late, occurred_at=placed_at)

    order.refresh_from_db()
    assert (order.status, order.amount, order.lines.get().quantity) == ("paid", 1800, 2)
    assert (order.ordered_at, order.paid_at) == (placed_at, paid_at)
    assert list(Event.objects.filter(key="r1").order_by("id").values_list("kind", flat=True)) == [
        Kind.ORDER_CREATED,
        Kind.ORDER_PAID,
    ]
