"""Who gets a mailing: the profiles of a segment who may be written to."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, QuerySet, Value, When

from actions.models import Suppression
from actions.reasons import NO_ADDRESS, NO_CONSENT, SUPPRESSED
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
    return reached(profiles, accepting(consents))


def reached(profiles: "QuerySet[Profile]", given: Exists) -> "QuerySet[Profile]":
    """Return those of profiles with an address that is not suppressed, who accept what `given` asks for."""
    return profiles.filter(given, ~_suppressed(), erased_at=None, email_key__isnull=False)


def count_members(people: "QuerySet[Profile]", given: Exists) -> tuple[dict[str, int], dict[str, int]]:
    """Count members of an audience with one query.

    Returns those who are reachable by language ("" for those who have none), and the others by the code of the reason
    for which they are left out: the first of no address, suppressed, no consent.
    """
    why = Case(
        When(email_key__isnull=True, then=Value(NO_ADDRESS)),
        When(_suppressed(), then=Value(SUPPRESSED)),
        When(given, then=Value("")),
        default=Value(NO_CONSENT),
        output_field=CharField(),
    )
    rows = people.filter(erased_at=None).order_by().annotate(why=why).values("why", "language")
    found: dict[str, int] = {}
    left_out: dict[str, int] = {}
    for reason, language, number in rows.annotate(number=Count("pk")).values_list("why", "language", "number"):
        into, key = (left_out, reason) if reason else (found, language)
        into[key] = into.get(key, 0) + number
    return found, left_out


def accepting(consents: Sequence[str]) -> Exists:
    """Tell whether a profile accepts one of the consents now; reads which definitions those are."""
    given = Consent.objects.filter(
        Q(expires_at=None) | Q(expires_at__gt=clock.now()),
        profile=OuterRef("pk"),
        definition__in=list(ConsentDefinition.objects.filter(name__in=consents).values_list("pk", flat=True)),
        status=ConsentStatus.ACCEPTED,
    )
    return Exists(given)


def _suppressed() -> Exists:
    """Tell whether the address of a profile is suppressed."""
    return Exists(Suppression.objects.filter(channel="email", address=OuterRef("email_key")))
