"""What each condition costs over all profiles, beside a bare COUNT: `… benchmarks.conditions {ask ROUNDS,explain}`."""

import json
import sys
import time
from collections.abc import Iterator
from typing import Any

from django.db import connection

from benchmarks.speed.fill import Profile  # sets Django up
from crm.conditions.base import ProfileCondition, condition_types
from crm.conditions.segments import segment_q
from crm.models import Module, Product, Segment, Tier

#: id in the specification → kind
IDS = {
    "c1": "profile_language",
    "c2": "has_ordered",
    "c3": "order_count",
    "c4": "pot_balance",
    "c5": "profile_field",
    "c5_custom": "profile_field",
    "c6": "has_tag",
    "c7": "consent_status",
    "c8": "owns_product",
    "c9": "total_spent",
    "c10": "country",
    "c11": "took_part",
    "c12": "referral_count",
    "c13": "message_read",
    "c14": "tier",
    "c15": "cart_open",
    "c16": "in_segment",
}


def configs() -> dict[str, dict[str, Any]]:
    """Return what is asked, by id."""
    tiers = [str(uid) for uid in Tier.objects.filter(name__startswith="Bench").values_list("uid", flat=True)]
    return {
        "c1": {"operator": "is", "value": "fr"},
        "c2": {"within_count": 30, "within_unit": "days", "operator": "gte", "value": 5000},
        "c3": {"operator": "gte", "value": 2},
        "c4": {"operator": "gte", "value": 400},
        "c5": {"field": "city", "operator": "contains", "value": "ville 99"},
        "c5_custom": {"field": "custom.bench_size", "operator": "gte", "value": "90"},
        "c6": {"operator": "any_of", "value": ["bench-1", "bench-2"]},
        "c7": {"consent": "NewsEmail", "operator": "is", "value": "accepted"},
        "c8": {"operator": "any_of", "value": [str(Product.objects.get(reference="bench").uid)]},
        "c9": {"operator": "gte", "value": 10_000},
        "c10": {"operator": "is", "value": "FR"},
        "c11": {"operator": "any_of", "value": [str(Module.objects.get(slug="bench-game").uid)], "complete": "yes"},
        "c12": {"operator": "gte", "value": 1},
        "c13": {"act": "open", "which": "any", "within_count": 30, "within_unit": "days"},
        "c14": {"operator": "any_of", "value": tiers[1:2]},
        "c15": {"stage": "checkout"},
        "c16": {"segment": str(Segment.objects.get(name="Bench").uid)},
    }


def questions() -> Iterator[tuple[str, Any]]:
    """Iterate over the ids and the profiles that are asked for."""
    asked = configs()
    for kind in {cls.kind for cls in condition_types if issubclass(cls, ProfileCondition)} - set(IDS.values()):
        print(f"not measured: {kind}", file=sys.stderr)
    for name, kind in IDS.items():
        form = condition_types[kind].form_class.check_config(asked[name])
        assert form.is_valid(), (kind, form.errors)
        rules = {"rules": [{"kind": kind, "config": form.config()}]}
        yield name, Profile.objects.filter(segment_q(rules)).order_by()


def ask(rounds: int) -> dict[str, Any]:
    """Return the milliseconds of each count and of a bare one, in turn, for each round, and how many were found."""
    found: dict[str, Any] = {}
    for name, rows in questions():
        rows.count()
        taken = [(_milliseconds(rows), _milliseconds(Profile.objects.order_by())) for _ in range(rounds)]
        found[name] = {"rounds": taken, "found": rows.count()}
    return {"profiles": Profile.objects.count(), "conditions": found}


def explain() -> None:
    """Print how the database goes about each."""
    for name, rows in questions():
        options = {"analyze": True} if connection.vendor == "postgresql" else {}
        print(f"== {name} {IDS[name]}\n{rows.explain(**options)}\n")


def _milliseconds(rows: Any) -> float:
    begin = time.perf_counter()
    rows.count()
    return (time.perf_counter() - begin) * 1000


if __name__ == "__main__":
    if sys.argv[1] == "explain":
        explain()
    else:
        print(json.dumps(ask(int(sys.argv[2]))))
