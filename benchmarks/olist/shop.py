"""Read the CSV files and lay out what the shop sends, in the order of the real times."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

Status = Literal["new", "paid", "shipped", "delivered", "cancelled"]

#: the columns of times, in the order in which statuses lie on the way
_TIMES: tuple[tuple[str, Status], ...] = (
    ("order_purchase_timestamp", "new"),
    ("order_approved_at", "paid"),
    ("order_delivered_carrier_date", "shipped"),
    ("order_delivered_customer_date", "delivered"),
)
_ENDED = {"canceled", "unavailable"}


@dataclass(frozen=True, slots=True)
class Person:
    """A customer, known by the unique id; every tenth never accepted the newsletter."""

    number: int
    unique_id: str
    postcode: str
    city: str

    @property
    def email(self) -> str:
        """The e-mail made from the unique id."""
        return f"{self.unique_id}@olist.example"

    @property
    def accepts_news(self) -> bool:
        """Whether the newsletter was accepted."""
        return self.number % 10 != 0


@dataclass(slots=True)
class Order:
    """An order with what happened to it, in the order of its times."""

    id: str
    person: Person
    cents: int
    lines: list[dict[str, Any]] = field(default_factory=list)
    history: list[tuple[datetime, Status]] = field(default_factory=list)


def read_orders(folder: Path, limit: int | None = None) -> list[Order]:
    """Read the orders, the earliest purchase first; `limit` keeps the first of them."""
    customers = {row["customer_id"]: row for row in _rows(folder / "customers.csv")}
    cents: dict[str, Decimal] = defaultdict(Decimal)
    for row in _rows(folder / "order_payments.csv"):
        cents[row["order_id"]] += Decimal(row["payment_value"]) * 100
    lines: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in _rows(folder / "order_items.csv"):
        lines[row["order_id"]].append({"reference": row["product_id"], "quantity": 1, "price": row["price"]})
    people: dict[str, Person] = {}
    orders: list[Order] = []
    for row in sorted(_rows(folder / "orders.csv"), key=lambda row: (row["order_purchase_timestamp"], row["order_id"])):
        customer = customers[row["customer_id"]]
        unique = customer["customer_unique_id"]
        if unique not in people:
            people[unique] = Person(
                len(people) + 1, unique, customer["customer_zip_code_prefix"], customer["customer_city"]
            )
        order = Order(row["order_id"], people[unique], int(cents[row["order_id"]]), lines[row["order_id"]])
        order.history = _history(row)
        orders.append(order)
    return orders[:limit]


def _history(row: dict[str, str]) -> list[tuple[datetime, Status]]:
    times = [(datetime.fromisoformat(row[column]), status) for column, status in _TIMES if row[column]]
    if row["order_status"] in _ENDED:
        times.append((max(at for at, _ in times) + timedelta(hours=1), "cancelled"))
    return sorted(times, key=lambda entry: entry[0])


@dataclass(frozen=True, slots=True)
class Call:
    """One POST of the shop."""

    at: datetime
    who: str
    path: str
    body: dict[str, Any]


def calls(orders: list[Order]) -> Iterator[Call]:
    """Yield all that the shop posts, in the order of the real times: customers, orders, each change of status."""
    rows: list[tuple[datetime, int, Call]] = []
    met: set[str] = set()
    for order in orders:
        person = order.person
        first = order.history[0][0]
        if person.unique_id not in met:
            met.add(person.unique_id)
            rows.append(
                (first - timedelta(seconds=1), len(rows), Call(first, person.email, "customers", customer(person)))
            )
        for position, (at, status) in enumerate(order.history):
            rows.append((at, len(rows), Call(at, person.email, "orders", post(order, at, status, whole=position == 0))))
    for _, _, call in sorted(rows, key=lambda row: row[:2]):
        yield call


def customer(person: Person) -> dict[str, Any]:
    """Return the body that makes a customer."""
    body: dict[str, Any] = {
        "email": person.email,
        "externalId": person.unique_id,
        "zip": person.postcode,
        "city": person.city,
        "country": "BR",
        "lang": "en",
    }
    if person.accepts_news:
        body["consents"] = {"NewsEmail": "accepted"}
    return {"customer": body}


def post(order: Order, at: datetime, status: Status, *, whole: bool) -> dict[str, Any]:
    """Return the body of an order: all of it the first time, its new status later."""
    body: dict[str, Any] = {"orderId": order.id, "status": status, "occurredAt": at.isoformat() + "-03:00"}
    if whole:
        body |= {"amount": f"{order.cents / 100:.2f}", "currency": "BRL", "lines": order.lines}
    return {"customer": {"email": order.person.email}, "order": body}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
