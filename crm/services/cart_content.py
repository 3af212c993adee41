"""What a pushed cart holds, in the form in which shop plugins write it (numbers as texts, PHP's names)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from crm.errors import Invalid
from crm.values import parse_money

_NAMES = ("items", "lines", "products")


def lines_of(payload: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Read the lines of a pushed payload: reference, name, quantity, unit_price (cents, tax included)."""
    return [_line(item) for item in items_of(payload) or () if isinstance(item, Mapping)]


def total_of(lines: Sequence[Mapping[str, Any]], payload: Mapping[str, Any]) -> int:
    """Return the total in cents that the payload names, else the sum of the lines."""
    for name in ("cart_grandTotal", "total"):
        if payload.get(name) not in (None, ""):
            return _cents(payload[name])
    return sum(int(line.get("unit_price") or 0) * int(line.get("quantity") or 0) for line in lines)


def says_empty(lines: Sequence[Any], payload: Mapping[str, Any]) -> bool:
    """Tell whether a push says that nothing is left; a payload that names no items says nothing of the kind."""
    if lines:
        return False
    if not payload:
        return True
    items = items_of(payload)
    if items is not None:
        return not items
    counts = [payload[name] for name in ("cart_items_count", "cart_items_qty") if name in payload]
    return bool(counts) and all(_number(count) == 0 for count in counts)


def items_of(payload: Mapping[str, Any]) -> list[Any] | None:
    """Return the items that a pushed payload names, as they are; None where it names none."""
    for name in _NAMES:
        if name in payload:
            found = payload[name]
            # PHP writes a list whose keys are not 0…n as an object.
            return list(found.values()) if isinstance(found, Mapping) else found if isinstance(found, list) else []
    return None


def _line(item: Mapping[str, Any]) -> dict[str, Any]:
    quantity = max(int(_number(item.get("quantity", 1)) or 0), 0)
    gross = item.get("total_price")
    price = _cents(item.get("unit_price", item.get("price", 0)))
    if gross not in (None, "") and quantity and "unit_price" not in item:
        # SPREAD's plugins: `price` is one piece without tax, `total_price` the line with it.
        price = round(_cents(gross) / quantity)
    return {
        "reference": _text(item, "reference", "idProduct", "unique_id", "id", "sku"),
        "name": _text(item, "name"),
        "quantity": quantity,
        "unit_price": price,
    }


def _text(item: Mapping[str, Any], *names: str) -> str:
    found = next((item[name] for name in names if isinstance(item.get(name), str | int) and item[name] != ""), "")
    return str(found)[:250]


def _number(value: Any) -> Decimal | None:
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < 10**9 else None


def _cents(value: Any) -> int:
    """Read an amount leniently: the payload is free, what is no amount is worth nothing."""
    try:
        return parse_money(value)
    except Invalid:
        return 0
