"""What must come out, computed from the CSV files alone and from the rules of the specification."""

from collections import Counter
from dataclasses import dataclass, field

from benchmarks.olist.shop import Order, Status

_WAY: tuple[Status, ...] = ("new", "paid", "shipped", "delivered")
_CREDITED = {"paid", "shipped", "delivered"}


@dataclass(slots=True)
class Expected:
    """The figures to compare."""

    orders: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    events: Counter[str] = field(default_factory=Counter)
    points: Counter[str] = field(default_factory=Counter)
    movements: int = 0
    runs: dict[str, Counter[str]] = field(default_factory=dict)
    mails: Counter[str] = field(default_factory=Counter)


def effective(order: Order) -> list[Status]:
    """Return the statuses that the order really took: forward only, cancelled replaces any, paid reopens."""
    taken: list[Status] = []
    for _, status in order.history:
        now = taken[-1] if taken else None
        if now is None or _moves(now, status):
            taken.append(status)
    return taken


def _moves(now: Status, status: Status) -> bool:
    if status == "cancelled":
        return now != "cancelled"
    if now == "cancelled":
        return status in _CREDITED
    return _WAY.index(status) > _WAY.index(now)


def expect(orders: list[Order], *, big: int = 20_000) -> Expected:
    """Compute what the four workflows of the replay must do; `big` is the amount (cents) above which one waits."""
    figures = Expected(orders=len(orders))
    points_runs: Counter[str] = Counter()
    thanks: Counter[str] = Counter()
    later: Counter[str] = Counter()
    people = {order.person.unique_id for order in orders}
    figures.events["profile_created"] = len(people)
    # the newsletter where accepted, and the legal bases that an account and a first order give
    news = len({order.person.unique_id for order in orders if order.person.accepts_news})
    figures.events["consent_changed"] = news + 2 * len(people)
    for order in orders:
        taken = effective(order)
        figures.statuses[taken[-1]] += 1
        figures.events["order_created"] += 1
        figures.events["order_status_changed"] += len(taken) - 1
        _credit(figures, order, taken)
        points_runs["done"] += len(taken)
        paid = sum(_becomes_paid(taken, i) for i in range(len(taken)))
        figures.events["order_paid"] += min(paid, 1)
        delivered = taken.count("delivered")
        if order.person.accepts_news:
            thanks["done"] += delivered
            figures.mails["thanks"] += delivered
        else:
            thanks["stopped"] += delivered
        if paid:
            later["done"] += 1
            figures.mails["later"] += order.cents > big
    figures.events["movement_made"] = figures.movements
    figures.runs = {"points": points_runs, "thanks": thanks, "later": later}
    return figures


def _becomes_paid(taken: list[Status], index: int) -> bool:
    return taken[index] in _CREDITED and (index == 0 or taken[index - 1] not in _CREDITED)


def _credit(figures: Expected, order: Order, taken: list[Status]) -> None:
    """Follow the points of an order: given when it is paid, taken back when it is not any more."""
    given = 0
    for status in taken:
        target = order.cents // 100 if status in _CREDITED else 0
        if target != given:
            figures.movements += 1
            given = target
    figures.points[order.person.email] += given
