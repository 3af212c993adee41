"""The catalogue, orders and carts."""

from typing import Any

import factory
from factory.django import DjangoModelFactory

from crm.models import Cart, Category, Order, OrderLine, Product, ShopStatus
from tests.factories.people import ProfileFactory


class CategoryFactory(DjangoModelFactory[Category]):
    class Meta:
        model = Category

    reference = factory.Sequence(lambda n: f"category-{n}")
    name = factory.Sequence(lambda n: f"Category {n}")


class ProductFactory(DjangoModelFactory[Product]):
    class Meta:
        model = Product

    reference = factory.Sequence(lambda n: f"product-{n}")
    name = factory.Sequence(lambda n: f"Product {n}")
    price = 2_000
    category = factory.SubFactory(CategoryFactory)


class OrderFactory(DjangoModelFactory[Order]):
    """An order; `lines` (as for upsert_order) are written with it, `products` make such lines."""

    class Meta:
        model = Order

    profile = factory.SubFactory(ProfileFactory)
    reference = factory.Sequence(lambda n: f"order-{n}")
    amount = 5_400

    @classmethod
    def _create(cls, model_class: type[Order], *args: Any, **kwargs: Any) -> Order:
        products = kwargs.pop("products", ())
        lines = kwargs.pop("lines", None)
        if products:
            lines = [{"reference": p.reference, "name": p.name, "quantity": 1, "unit_price": p.price} for p in products]
        order = model_class(**kwargs)
        order.lines_given = lines
        order.save()
        return order


class OrderLineFactory(DjangoModelFactory[OrderLine]):
    class Meta:
        model = OrderLine

    order = factory.SubFactory(OrderFactory)
    product = factory.SubFactory(ProductFactory)
    reference = factory.LazyAttribute(lambda line: line.product.reference if line.product else "")
    unit_price = 2_000


class ShopStatusFactory(DjangoModelFactory[ShopStatus]):
    class Meta:
        model = ShopStatus

    name = factory.Sequence(lambda n: f"Status {n}")
    status = "processing"


class CartFactory(DjangoModelFactory[Cart]):
    class Meta:
        model = Cart

    profile = factory.SubFactory(ProfileFactory)
    key = factory.Sequence(lambda n: f"cart-{n}")
    total = 4_000
    lines = factory.LazyFunction(
        lambda: [{"reference": "tea", "name": "Green tea", "quantity": 2, "unit_price": 2_000}]
    )
