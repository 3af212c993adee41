"""Facts: all that conditions and texts may know of profiles, as plain values, for any number of them at once."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from crm import db
from crm.conditions.fields import NATIVE
from crm.conditions.orders import uncounted_statuses
from crm.conditions.values import plain
from crm.models import (
    Consent,
    ConsentChange,
    CustomValue,
    Movement,
    Order,
    OrderStatusChange,
    Ownership,
    Profile,
    ProfileTag,
    Site,
    Tier,
)

Facts = dict[str, Any]
PARTS = {"custom", "tags", "consents", "orders", "owned"}


def facts_of(
    profile_ids: Iterable[int], instant: datetime, *, is_live: bool = True, parts: Collection[str] = PARTS
) -> dict[int, Facts]:
    """Return the facts of profiles by id, in a number of queries that does not grow with them.

    Live, as they stand; not live, as they were known at the instant, where there is a history. `parts` leaves out what
    is not needed. Keys: id, profile (native fields, created_at, uid), custom (name → value), tags (key → name),
    consents (technical name → status), orders (oldest first), pot (balance, earned), owned (product uids), tier, site.
    """
    ids = list(dict.fromkeys(profile_ids))
    seen_at = None if is_live else instant
    facts: dict[int, Facts] = {}
    site = _site()
    tiers = [dict(row) for row in Tier.objects.order_by("-threshold").values("uid", "name", "threshold")]
    for batch in _batches(ids):
        for row in _profiles(batch, seen_at):
            facts[row["pk"]] = _start(row, site, tiers)
        for part in sorted(PARTS.intersection(parts)):
            for profile_id, name, value in _READERS[part](batch, seen_at):
                held = facts[profile_id][part] if profile_id in facts else None
                if isinstance(held, dict):
                    held[name] = value
                elif held is not None:
                    held.append(value)
    return facts


def plain_profile(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return a profile as texts see it under `profile`: JSON values, tags as names, the tier as `status`."""
    columns = {name: plain(value) for name, value in facts["profile"].items()}
    return {
        **columns,
        "id": facts["id"],
        "uid": str(columns["uid"]),
        "full_name": f"{columns['first_name']} {columns['last_name']}".strip(),
        "custom": {name: plain(value) for name, value in facts["custom"].items()},
        "tags": list(facts["tags"].values()),
        "consents": dict(facts["consents"]),
        "points": facts["pot"]["balance"],
        "pot": dict(facts["pot"]),
        "status": facts["tier"]["name"] if facts["tier"] else "",
    }


def _batches(ids: list[int]) -> Iterable[list[int]]:
    return [ids] if ids and db.is_postgres() else db.batches(ids)


def _site() -> Facts:
    row = Site.objects.filter(pk=1).first() or Site()
    return {
        "id": 1,
        "name": row.name,
        "url": row.url,
        "cart_url": row.cart_url,
        "language": row.language,
        "country": row.country,
        "currency": row.currency,
        "time_zone": row.time_zone,
        "uncounted": uncounted_statuses(row.uncounted_statuses),
    }


def _profiles(ids: list[int], seen_at: datetime | None) -> Iterator[Mapping[str, Any]]:
    rows: QuerySet[Profile] = QuerySet(Profile).filter(pk__in=ids)
    if seen_at is None:
        return iter(rows.values("pk", "uid", "created_at", *NATIVE, balance=F("pot__balance"), earned=F("pot__earned")))
    balance = Movement.objects.filter(profile=OuterRef("pk"), recorded_at__lte=seen_at).order_by("-number")
    before = Subquery(balance.values("balance_after")[:1])
    return iter(rows.values("pk", "uid", "created_at", *NATIVE, balance=before, earned=F("pot__earned")))


def _start(row: Mapping[str, Any], site: Facts, tiers: list[dict[str, Any]]) -> Facts:
    earned = row["earned"] or 0
    tier = next((tier for tier in tiers if tier["threshold"] <= earned), None)
    return {
        "id": row["pk"],
        "profile": {name: row[name] for name in ("uid", "created_at", *NATIVE)},
        "custom": {},
        "tags": {},
        "consents": {},
        "orders": [],
        "owned": [],
        **{name: [] for name in _added},
        "pot": {"balance": row["balance"] or 0, "earned": earned},
        "tier": {**tier, "uid": str(tier["uid"])} if tier else None,
        "site": site,
    }


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


Reader = Callable[[list[int], datetime | None], Iterator[Row]]
_READERS: dict[str, Reader] = {
    "custom": _custom,
    "tags": _tags,
    "consents": _consents,
    "orders": _orders,
    "owned": _owned,
}
_added: list[str] = []


def add_part(name: str, read: Reader) -> None:
    """Let a floor above add a part of the facts: a list of plain values for each profile, under a name of its own.

    `read` is given ids, and the instant as of which it tells (None: as it stands); it yields (id, None, value).
    """
    PARTS.add(name)
    _READERS[name] = read
    _added.append(name)
