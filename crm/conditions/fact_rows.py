"""The rows behind the facts of profiles: for each part of them, one query for any number of profiles."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, Q, Subquery

from crm.models import (
    Cart,
    Consent,
    ConsentChange,
    CustomValue,
    Order,
    OrderStatusChange,
    Ownership,
    Participation,
    ProfileTag,
    Referral,
)

#: profile id, the name under which a fact is kept (None in a list), the fact
Row = tuple[int, Any, Any]


def _custom(ids: list[int], seen_at: datetime | None) -> Iterator[Row]:
    rows = CustomValue.objects.filter(profile__in=ids)
    names = ("profile_id", "field__name", "field__type", "text", "number", "boolean", "date")
    for profile_id, name, kind, *columns in rows.values_list(*names):
        value = dict(zip(names[3:], columns, strict=True))[CustomValue.COLUMN[kind]]
        if value is not None:
            yield profile_id, name, value


def _tags(ids: list[int], seen_at: datetime | None) -> Iterator[Row]:
    rows = ProfileTag.objects.filter(profile__in=ids).order_by("tag__key")
    if seen_at is not None:
        rows = rows.filter(added_at__lte=seen_at)
    yield from rows.values_list("profile_id", "tag__key", "tag__name")


def _consents(ids: list[int], seen_at: datetime | None) -> Iterator[Row]:
    if seen_at is None:
        yield from Consent.objects.filter(profile__in=ids).values_list("profile_id", "definition__name", "status")
        return
    changes = ConsentChange.objects.filter(profile__in=ids, recorded_at__lte=seen_at).order_by("id")
    yield from changes.values_list("profile_id", "definition__name", "status")


def _orders(ids: list[int], seen_at: datetime | None) -> Iterator[Row]:
    rows = Order.objects.filter(profile__in=ids).order_by("ordered_at", "id")
    names = ["reference", "status", "amount", "currency", "ordered_at", "created_at"]
    known: Any = F("status")
    if seen_at is not None:
        changes = OrderStatusChange.objects.filter(order=OuterRef("pk"), is_applied=True, recorded_at__lte=seen_at)
        known = Subquery(changes.order_by("-id").values("status")[:1])
        rows = rows.filter(created_at__lte=seen_at)
    for row in rows.values("profile_id", *names, known=known):
        yield row["profile_id"], None, {**{name: row[name] for name in names}, "status": row["known"] or row["status"]}


def _owned(ids: list[int], seen_at: datetime | None) -> Iterator[Row]:
    rows = Ownership.objects.filter(profile__in=ids).order_by("id")
    if seen_at is None:
        rows = rows.filter(ended_at=None)
    else:
        rows = rows.filter(Q(ended_at=None) | Q(ended_at__gt=seen_at), since__lte=seen_at)
    for profile_id, uid in rows.values_list("profile_id", "product__uid"):
        yield profile_id, None, str(uid)


def _participations(ids: list[int], seen_at: datetime | None) -> Iterator[Row]:
    rows = Participation.objects.filter(profile__in=ids).order_by("id")
    if seen_at is not None:
        rows = rows.filter(created_at__lte=seen_at)
    names = ("is_complete", "is_winner", "created_at")
    for profile_id, module, *values in rows.values_list("profile_id", "module__uid", *names):
        yield profile_id, None, {"module": str(module), **dict(zip(names, values, strict=True))}


def _referrals(ids: list[int], seen_at: datetime | None) -> Iterator[Row]:
    stands = Q(status=Referral.Status.VALIDATED)
    if seen_at is not None:
        stands = (stands | Q(taken_back_at__gt=seen_at)) & Q(validated_at__lte=seen_at)
    for sponsor_id, at in Referral.objects.filter(stands, sponsor__in=ids).values_list("sponsor_id", "validated_at"):
        yield sponsor_id, None, at


def _carts(ids: list[int], seen_at: datetime | None) -> Iterator[Row]:
    rows = Cart.objects.filter(profile__in=ids, status=Cart.Status.OPEN).order_by("id")
    if seen_at is not None:
        rows = rows.filter(created_at__lte=seen_at)
    names = ("key", "stage", "total", "currency", "last_activity_at")
    for profile_id, *values in rows.values_list("profile_id", *names):
        yield profile_id, None, dict(zip(names, values, strict=True))


#: part → reader: of some profiles, as they stand or as they were known at an instant; any app may add one
READERS: dict[str, Callable[[list[int], datetime | None], Iterator[Row]]] = {
    "custom": _custom,
    "tags": _tags,
    "consents": _consents,
    "orders": _orders,
    "owned": _owned,
    "participations": _participations,
    "referrals": _referrals,
    "carts": _carts,
}
