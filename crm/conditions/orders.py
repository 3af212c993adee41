"""Which orders of a profile count (C2, C3, C9, C24): not failed, cancelled or refunded ones, or as set.

The site's setting is read inside the query, so that a question stays one query.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast, Coalesce, Concat, NullIf, StrIndex
from django.db.models.lookups import Exact

from crm.conditions.moment import Moment
from crm.models import Order, OrderStatusChange, Site
from crm.models.order import ENDED_STATUSES


def uncounted_statuses(setting: Iterable[str]) -> frozenset[str]:
    """Return the statuses that do not count; an empty setting means the usual three."""
    return frozenset(setting) or ENDED_STATUSES


def known_orders(moment: Moment, *, profile: str = "pk", depth: int = 1) -> "QuerySet[Any]":
    """Return the orders of a profile, for a subquery of it; `known_status` is their status at the moment.

    In a subquery of another row of the profile, `profile` names its column and `depth` says how far down that is.
    """
    orders: QuerySet[Any] = Order.objects.filter(profile=OuterRef(profile)).order_by()
    if moment.is_live:
        return orders.annotate(known_status=F("status"))
    changes = OrderStatusChange.objects.filter(
        order=OuterRef("pk"), is_applied=True, recorded_at__lte=moment.inside(depth=depth + 1)
    ).order_by("-id")
    return orders.filter(created_at__lte=moment.inside(depth=depth)).annotate(
        known_status=Coalesce(Subquery(changes.values("status")[:1]), F("status"))
    )


def counted_orders(moment: Moment) -> "QuerySet[Order]":
    """Return those of them that count."""
    return known_orders(moment).filter(is_counted("known_status"))


def is_counted(status: str) -> Any:
    """Return the condition that a status (a column) counts."""
    setting = Site.objects.filter(pk=1).annotate(listed=Cast("uncounted_statuses", TextField())).values("listed")
    usual = " ".join(f'"{name}"' for name in sorted(ENDED_STATUSES))
    listed = Coalesce(NullIf(Subquery(setting[:1]), Value("[]")), Value(usual), output_field=TextField())
    quoted = Concat(Value('"'), F(status), Value('"'), output_field=TextField())
    return Q(Exact(StrIndex(listed, quoted), 0))


def within(orders: "QuerySet[Order]", moment: Moment, period: timedelta | None) -> "QuerySet[Order]":
    """Return those ordered (by the shop's time) within a period before the moment."""
    return orders if period is None else orders.filter(ordered_at__gte=moment.inside(period))


def counted_of(facts: Mapping[str, Any], moment: Moment, period: timedelta | None = None) -> list[Mapping[str, Any]]:
    """Return the counted orders of plain facts, within a period if one is given."""
    assert not isinstance(moment.at, str)
    uncounted = facts["site"]["uncounted"]
    since = None if period is None else moment.at - period
    return [
        order
        for order in facts["orders"]
        if order["status"] not in uncounted and (since is None or order["ordered_at"] >= since)
    ]
