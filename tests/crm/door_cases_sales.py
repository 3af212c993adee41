"""Changes of orders and carts, through every door."""

from typing import Any

from crm.models import Cart, Order, Profile
from crm.services.carts import empty_cart, push_cart
from crm.services.orders import upsert_order
from tests.crm.doors import Case, call, fill
from tests.factories.causes import BY_API, BY_IMPORT
from tests.factories.people import ProfileFactory
from tests.factories.sales import CartFactory, OrderFactory, ProductFactory
from triggers.models import Kind

WHOSE = {"customer": {"email": "zoe@example.com"}}
TEA = {"reference": "tea", "name": "Green tea", "quantity": 2, "unit_price": 900}
TEA_POSTED = {"reference": "tea", "name": "Green tea", "quantity": 2, "price": "9.00"}


def zoe() -> Profile:
    ProductFactory(reference="tea", name="Green tea")
    return ProfileFactory(email="zoe@example.com")


def with_order() -> Order:
    return OrderFactory(profile=zoe(), reference="r1", amount=1800)


def with_cart() -> Cart:
    return CartFactory(profile=zoe(), key="c1")


def order_in_the_shell(profile: Profile) -> None:
    order = Order(profile=profile, reference="r1", status="paid", amount=1800)
    order.lines_given = [TEA]
    order.save()


def order_in_a_form(profile: Profile) -> None:
    lines = {"TOTAL_FORMS": "1", "0-reference": "tea", "0-name": "Green tea", "0-quantity": "2", "0-unit_price": "9.00"}
    values = {"profile": profile.pk, "reference": "r1", "status": "paid", "amount": "18.00"}
    fill("order_add", **values, **{f"lines-{name}": value for name, value in lines.items()})


def saved(row: Any, **values: Any) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


def order(**values: Any) -> dict[str, Any]:
    return {**WHOSE, "order": {"orderId": "r1", **values}}


def cart(**values: Any) -> dict[str, Any]:
    return {**WHOSE, "cart": {"key": "c1", **values}}


def tell(order: Order, **values: Any) -> None:
    upsert_order(order.profile, **{"cause": BY_API, "reference": "r1", **values})


def pushed(path: str, **values: Any) -> None:
    call(
        f"/v3/automations/{path}/abandoned_cart",
        {"customerEmail": "zoe@example.com", "key": {"cartId": "c1"}, **values},
    )


CASES = [
    Case(
        "an order is created paid",
        zoe,
        [(Kind.ORDER_CREATED, "paid", "r1"), (Kind.ORDER_PAID, "paid", "r1")],
        {
            "shell": order_in_the_shell,
            "service": lambda profile: upsert_order(
                profile, cause=BY_API, reference="r1", status="paid", amount=1800, lines=[TEA]
            ),
            "form": order_in_a_form,
            "import": lambda profile: upsert_order(
                profile, cause=BY_IMPORT, reference="r1", status="paid", amount=1800, lines=[TEA]
            ),
            "api": lambda _profile: call("/v2/orders", order(status="paid", amount="18.00", lines=[TEA_POSTED])),
        },
        {"order.amount": "18.00", "product.reference": "tea", "product.quantity": 2},
    ),
    Case(
        "the status of an order changes",
        with_order,
        [(Kind.ORDER_STATUS_CHANGED, "paid", "r1"), (Kind.ORDER_PAID, "paid", "r1")],
        {
            "shell": lambda order: saved(order, status="paid"),
            "service": lambda order: tell(order, status="paid"),
            "import": lambda order: tell(order, status="paid", cause=BY_IMPORT),
            "form": lambda order: fill("order_change", order.pk, status="paid"),
            "api": lambda _order: call("/v2/orders", order(status="paid")),
        },
        {"order.status": "paid", "order.old_status": "new"},
    ),
    Case(
        "the amount of an order changes",
        with_order,
        [(Kind.ORDER_AMOUNT_CHANGED, "new", "r1")],
        {
            "shell": lambda order: saved(order, amount=2000),
            "service": lambda order: tell(order, amount=2000),
            "import": lambda order: tell(order, amount=2000, cause=BY_IMPORT),
            "form": lambda order: fill("order_change", order.pk, amount="20.00"),
            "api": lambda _order: call("/v2/orders", order(amount="20.00")),
        },
        {"order.amount_cents": 2000, "order.old_amount_cents": 1800},
    ),
    Case(
        "a payment fails",
        with_order,
        [(Kind.ORDER_STATUS_CHANGED, "failed", "r1"), (Kind.ORDER_FAILED, "failed", "r1")],
        {
            "shell": lambda order: saved(order, status="failed", failure_code="declined"),
            "service": lambda order: tell(order, status="failed", failure={"code": "declined"}),
            "form": lambda order: fill("order_change", order.pk, status="failed", failure_code="declined"),
            "api": lambda _order: call("/v2/orders", order(status="failed", failure={"code": "declined"})),
        },
        {"failure.code": "declined"},
    ),
    Case(
        "a cart is pushed",
        zoe,
        [(Kind.CART_PUSHED, "", "c1")],
        {
            "shell": lambda profile: Cart(profile=profile, key="c1", lines=[TEA], total=1800).save(),
            "service": lambda profile: push_cart(profile, cause=BY_API, key="c1", lines=[TEA]),
            "api": lambda _profile: call("/v2/carts", cart(items=[TEA_POSTED])),
            "trigger": lambda _profile: pushed("trigger", items=[{**TEA_POSTED, "idProduct": "tea"}]),
        },
        {"cart.key": "c1", "cart.total": "18.00", "cart.changed": True, "cart.lines": [TEA]},
    ),
    Case(
        "a cart is emptied",
        with_cart,
        [(Kind.CART_ENDED, "emptied", "c1")],
        {
            "shell": lambda cart: saved(cart, status="emptied", lines=[], total=0),
            "service": lambda cart: empty_cart(cart.profile, key="c1", cause=BY_API),
            "api": lambda _cart: call("/v2/carts", cart(items=[])),
            "trigger": lambda _cart: pushed("stop"),
        },
        {"cart.total": "0.00"},
    ),
]
