"""The lines of orders."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from crm import db
from crm.errors import Invalid
from crm.models import Order, OrderLine, Product
from crm.values import MOST_MONEY, parse_text

_MOST_PIECES = 10**6


def replace_lines(order: Order, lines: Sequence[Mapping[str, Any]], *, is_new: bool = False) -> bool:
    """Replace the lines of an order (reference, name, quantity, unit_price in cents); tells whether they changed.

    The caller holds the profile's lock, and lets ownership follow once the order is saved.
    """
    given = [_read_line(index, line) for index, line in enumerate(lines)]
    old = [] if is_new else list(order.lines.values("reference", "name", "quantity", "unit_price"))
    if given == old:
        return False
    if old:
        # Line by line, each deletion would end the ownership that the new lines give again.
        order.lines.all()._raw_delete(connection.alias)
    references = {line["reference"] for line in given} - {""}
    products = {row.reference: row for row in Product.objects.filter(reference__in=references)} if references else {}
    db.insert_rows(
        [
            OrderLine(order=order, position=index, product=products.get(line["reference"]), **line)
            for index, line in enumerate(given)
        ]
    )
    return True


def _read_line(index: int, line: Mapping[str, Any]) -> dict[str, Any]:
    where = f"lines.{index}"
    return {
        "reference": parse_text(line.get("reference"), longest=120, field=f"{where}.reference"),
        "name": parse_text(line.get("name"), longest=250, field=f"{where}.name"),
        "quantity": _whole(line.get("quantity", 1), _MOST_PIECES, f"{where}.quantity"),
        "unit_price": _whole(line.get("unit_price", 0), MOST_MONEY, f"{where}.unit_price"),
    }


def _whole(value: Any, most: int, field: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise Invalid(str(_("This must be a whole number, zero or more.")), field=field)
    return value
