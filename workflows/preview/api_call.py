"""The call that a developer makes to reach a trigger, ready to be copied."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings


@dataclass(frozen=True, slots=True)
class ApiCall:
    """The same call twice: for a terminal and for PHP."""

    address: str
    curl: str
    php: str


def call_to_copy(cls: Any, options: Mapping[str, Any]) -> ApiCall | None:
    """Return the call for a type of trigger with these options; None where no call reaches it."""
    identifier = getattr(cls, "identifier", "")
    if not isinstance(identifier, str) or not identifier:
        if "identifier" not in cls.form_class.base_fields:
            return None
        identifier = options.get("identifier") or "my-identifier"
    address = f"{settings.SITE_URL}/api/v3/automations/trigger/{identifier}"
    is_cart = "cart" in cls.topics
    key = {"cartId": "12345"} if is_cart else {"reference": "12345"}
    body: dict[str, Any] = {"customerEmail": "jane@example.com", "key": key}
    if is_cart:
        body |= {
            "cart_grandTotal": "54.00",
            "cart_currency_code": "EUR",
            "items": [
                {"idProduct": "SKU-1", "name": "Lamp", "price": "45.00", "total_price": "54.00", "quantity": "1"}
            ],
        }
    else:
        body["anything"] = "you want to use in conditions and messages"
    return ApiCall(address, _curl(address, body), _php(address, body))


def _curl(address: str, body: Mapping[str, Any]) -> str:
    shown = json.dumps(body, indent=2).replace("'", "'\\''")
    lines = [
        f"curl -X POST {address}",
        "-u PUBLIC_KEY:PRIVATE_KEY",
        "-H 'Content-Type: application/json'",
        f"-d '{shown}'",
    ]
    return " \\\n  ".join(lines)


def _php(address: str, body: Mapping[str, Any]) -> str:
    return f"""$call = curl_init('{address}');
curl_setopt_array($call, [
    CURLOPT_USERPWD => 'PUBLIC_KEY:PRIVATE_KEY',
    CURLOPT_POSTFIELDS => http_build_query({_php_value(body, 1)}),
    CURLOPT_RETURNTRANSFER => true,
]);
$answer = curl_exec($call);"""


def _php_value(value: Any, depth: int) -> str:
    if not isinstance(value, dict | list):
        return "'" + str(value).replace("\\", "\\\\").replace("'", "\\'") + "'"
    pad = "    " * (depth + 1)
    rows = (
        [f"{pad}'{name}' => {_php_value(item, depth + 1)},\n" for name, item in value.items()]
        if isinstance(value, dict)
        else [f"{pad}{_php_value(item, depth + 1)},\n" for item in value]
    )
    return f"[\n{''.join(rows)}{'    ' * depth}]"
