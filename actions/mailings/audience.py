"""Who gets a mailing: the profiles of a segment who may be written to."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from actions.models import Suppression
from crm import clock
from crm.conditions.segments import rules_of, segment_q
from crm.models import Consent, ConsentDefinition, ConsentStatus, Profile, Segment

Audience = Mapping[str, Any]


def audience_of(segment: Segment | None) -> Audience:
    """Return a segment's rules and those of all segments inside it, as they stand; everybody where there is none.

    Raises Invalid for rules that cannot be asked.
    """
    if segment is None:
        return {"uid": "", "rules": {}, "inside": {}}
    inside: dict[str, Any] = {}

    def find(uid: str) -> Mapping[str, Any]:
        inside[uid] = rules_of(uid)
        return dict(inside[uid])

    uid, rules = str(segment.uid), dict(segment.rules or {})
    segment_q(rules, uid=uid, find=find)
    return {"uid": uid, "rules": rules, "inside": inside}


def members(audience: Audience) -> Q:
    """Return the condition on profiles."""

    def find(uid: str) -> Mapping[str, Any]:
        return dict(audience["inside"][uid])

    return segment_q(audience["rules"], uid=audience["uid"], find=find)


def reachable(profiles: "QuerySet[Profile]", consents: Sequence[str]) -> "QuerySet[Profile]":
    """Return those of profiles with an address that is not suppressed, who accept one of the consents now.

    A filter for speed: whether a message may leave is asked again when it does.
    """
    given = Consent.objects.filter(
        Q(expires_at=None) | Q(expires_at__gt=clock.now()),
        profile=OuterRef("pk"),
        definition__in=list(ConsentDefinition.objects.filter(name__in=consents).values_list("pk", flat=True)),
        status=ConsentStatus.ACCEPTED,
    )
    suppressed = Suppression.objects.filter(channel="email", address=OuterRef("email_key"))
    return profiles.filter(Exists(given), ~Exists(suppressed), erased_at=None, email_key__isnull=False)


def count_by_language(rows: "QuerySet[Profile]") -> dict[str, int]:
    """Count profiles by their language ("" for those who have none); one query."""
    return dict(rows.order_by().values_list("language").annotate(number=Count("pk")))
