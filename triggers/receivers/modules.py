"""Events of modules: participations and referrals."""

from collections.abc import Iterator
from typing import Any

from crm.models import Participation, Profile, Referral
from crm.signals import Change
from triggers.models import Event, Kind
from triggers.services import event_of

_SEEN_OF_PEOPLE = ("email", "external_id", "first_name", "last_name", "language", "city", "country")


def participation_events(changes: list[Change]) -> Iterator[Event]:
    """Say that somebody took part, and that they completed it."""
    for change in changes:
        row: Participation = change.row
        if change.deleted:
            continue
        kinds = [Kind.PARTICIPATION_STARTED] if change.created else []
        if row.is_complete and (change.created or "is_complete" in change.before):
            kinds.append(Kind.PARTICIPATION_COMPLETED)
        for kind in kinds:
            seen = {
                "id": row.pk,
                "module": str(row.module.uid),
                "name": row.module.name,
                "slug": row.module.slug,
                "kind": row.module.kind,
                "complete": row.is_complete,
                "winner": row.is_winner,
                "answers": row.answers,
            }
            yield event_of(
                change,
                kind,
                row.profile_id,
                name=str(row.module.uid),
                key=str(row.pk),
                snapshot={"participation": seen},
            )


def referral_events(changes: list[Change]) -> Iterator[Event]:
    """Say to the sponsor that a referral began, and that it was validated for the first time."""
    for change in changes:
        row: Referral = change.row
        if change.deleted:
            continue
        kinds = [Kind.REFERRAL_CREATED] if change.created else []
        was_validated = change.before.get("validated_at", row.validated_at if not change.created else None)
        if row.validated_at is not None and was_validated is None:
            kinds.append(Kind.REFERRAL_VALIDATED)
        for kind in kinds:
            seen = {
                "id": row.pk,
                "module": str(row.module.uid),
                "name": row.module.name,
                "slug": row.module.slug,
                "status": str(row.status),
                "objectives": row.objectives,
                "referee": _person(row.referee),
                "sponsor": _person(row.sponsor),
            }
            yield event_of(
                change, kind, row.sponsor_id, name=str(row.module.uid), key=str(row.pk), snapshot={"referral": seen}
            )


def _person(profile: Profile) -> dict[str, Any]:
    return {"id": profile.pk, **{name: getattr(profile, name) for name in _SEEN_OF_PEOPLE}}
