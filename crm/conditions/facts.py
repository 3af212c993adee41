"""Facts: all that conditions and texts may know of profiles, as plain values, for any number of them at once."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery

from crm import db
from crm.conditions.fact_rows import READERS
from crm.conditions.fields import NATIVE
from crm.conditions.orders import uncounted_statuses
from crm.conditions.values import plain
from crm.models import Movement, Profile, Site, Tier

Facts = dict[str, Any]
#: parts that are mappings; the others are lists
MAPPINGS = ("custom", "tags", "consents")


def facts_of(
    profile_ids: Iterable[int], instant: datetime, *, is_live: bool = True, parts: Collection[str] | None = None
) -> dict[int, Facts]:
    """Return the facts of profiles by id, in a number of queries that does not grow with them.

    Live, as they stand; not live, as they were known at the instant, where there is a history. `parts` leaves out what
    is not needed. Keys: id, profile (native fields, created_at, uid), custom (name → value), tags (key → name),
    consents (technical name → status), orders (oldest first), pot (balance, earned), owned (product uids),
    participations, referrals (when those that stand were validated), carts (open ones), tier, tiers (uids of those
    reached), site.
    """
    ids = list(dict.fromkeys(profile_ids))
    seen_at = None if is_live else instant
    facts: dict[int, Facts] = {}
    wanted = sorted(READERS if parts is None else READERS.keys() & set(parts))
    site = _site()
    tiers = [dict(row) for row in Tier.objects.order_by("-threshold").values("uid", "name", "threshold")]
    for batch in _batches(ids):
        for row in _profiles(batch, seen_at):
            facts[row["pk"]] = _start(row, site, tiers)
        for part in wanted:
            for profile_id, name, value in READERS[part](batch, seen_at):
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
    reached = [{**tier, "uid": str(tier["uid"])} for tier in tiers if tier["threshold"] <= earned]
    return {
        "id": row["pk"],
        "profile": {name: row[name] for name in ("uid", "created_at", *NATIVE)},
        **{part: {} if part in MAPPINGS else [] for part in READERS},
        "pot": {"balance": row["balance"] or 0, "earned": earned},
        "tier": reached[0] if reached else None,
        "tiers": [tier["uid"] for tier in reached],
        "site": site,
    }
