"""Carts, which this shop lacks: pushed as a PHP plugin encodes them, in four stories."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus

from benchmarks.olist.client import Shop

TRIGGER, STOP = "/v3/automations/trigger/abandoned_cart", "/v3/automations/stop/abandoned_cart"


def php(value: Any, name: str = "") -> str:
    """Encode nested values as PHP's http_build_query does."""
    if isinstance(value, Mapping):
        rows = value.items()
    elif isinstance(value, list):
        rows = enumerate(value)  # type: ignore[assignment]
    else:
        return f"{quote_plus(name)}={quote_plus(str(value))}"
    return "&".join(php(entry, f"{name}[{key}]" if name else str(key)) for key, entry in rows)


def cart(email: str, key: str, quantities: Mapping[str, int]) -> dict[str, Any]:
    """Return a cart as SPREAD's plugins push it."""
    items = [
        {"idProduct": ref, "name": f"Product {ref}", "price": "10.00", "total_price": f"{10 * n}.00", "quantity": n}
        for ref, n in quantities.items()
    ]
    return {
        "key": {"cartId": key},
        "customerEmail": email,
        "cart_items_count": len(items),
        "cart_items_qty": sum(quantities.values()),
        "cart_currency_code": "BRL",
        "cart_grandTotal": f"{10 * sum(quantities.values())}.00",
        "items": items,
    }


class Carts:
    """Tells the stories to a shop, `number` customers each."""

    def __init__(self, shop: Shop, emails: list[str]) -> None:
        self.shop, self.emails = shop, emails

    def push(self, email: str, key: str, quantities: Mapping[str, int]) -> None:
        """Push a cart; raises RuntimeError when it is not accepted."""
        self._post(TRIGGER, cart(email, key, quantities))

    def first_act(self, story: str) -> None:
        """Push every cart twice, the second time with more in it."""
        for number, email in enumerate(self.emails):
            self.push(email, f"{story}-{number}", {"A1": 1})
            self.push(email, f"{story}-{number}", {"A1": 1, "B2": 2})

    def empty(self, story: str) -> None:
        """Empty the carts of a story, as the plugins do: they call stop."""
        for number, email in enumerate(self.emails):
            self._post(STOP, {"key": {"cartId": f"{story}-{number}"}, "customerEmail": email})

    def order(self, story: str) -> None:
        """Order what lies in the carts of a story."""
        for number, email in enumerate(self.emails):
            body = {
                "customer": {"email": email},
                "order": {
                    "orderId": f"{story}-order-{number}",
                    "status": "new",
                    "amount": "30.00",
                    "currency": "BRL",
                    "cartKey": f"{story}-{number}",
                },
            }
            status, answer = self.shop.post("/v2/orders", body)
            if status >= 300:
                raise RuntimeError(f"{status}: {answer[:300]!r}")

    def again(self, story: str, quantities: Mapping[str, int]) -> None:
        """Push the same keys once more."""
        for number, email in enumerate(self.emails):
            self.push(email, f"{story}-{number}", quantities)

    def _post(self, path: str, body: Mapping[str, Any]) -> None:
        status, answer = self.shop.post_form(path, php(body))
        if status != 202:
            raise RuntimeError(f"{status}: {answer[:300]!r}")
