"""Consents: what a person allowed, and every change of it."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from crm import clock, db
from crm.cause import Cause, Origin, caused_by, current
from crm.consent_sources import ConsentSource
from crm.errors import Invalid, Refused
from crm.models import Consent, ConsentChange, ConsentDefinition, ConsentStatus, ConsentWording, Profile
from crm.services.stamps import check_choice, differs, read_texts
from crm.signals import Change
from crm.tracked import lock_profiles


def set_consent(
    profile: Profile,
    *,
    definition: ConsentDefinition,
    status: str,
    cause: Cause,
    source: str = "",
    source_id: str = "",
    wording_version: int | None = None,
    occurred_at: datetime | None = None,
) -> Consent:
    """Set where a consent of a profile stands; the newest wording counts unless another is named.

    With double opt-in an acceptance waits to be confirmed. Raises Refused for a refused legal basis that would be
    accepted without having been unknown first, and Invalid for a status that does not exist.
    """
    with caused_by(cause), transaction.atomic():
        lock_profiles([profile.pk])
        consent = Consent.objects.filter(profile=profile, definition=definition).first()
        if consent is None:
            consent = Consent(profile=profile, definition=definition)
        consent.definition = definition
        consent.status = status
        _settle_status(consent, consent._loaded if consent.pk else {})
        if consent.pk is None or consent.status != consent._loaded["status"]:
            consent.source, consent.source_id = source or cause.origin, source_id
            consent.wording_version = wording_version or _newest_wording(definition)
            consent.occurred_at_given, consent.is_locked = occurred_at, True
            consent.save()
        return consent


def set_consents(
    profile: Profile,
    *,
    statuses: Mapping[str, str],
    cause: Cause,
    source: str = "",
    occurred_at: datetime | None = None,
) -> None:
    """Set several consents of a profile by technical name; raises Invalid for one that does not exist."""
    if not statuses:
        return
    definitions = {row.name: row for row in ConsentDefinition.objects.filter(name__in=statuses, is_archived=False)}
    for name, status in statuses.items():
        if name not in definitions:
            raise Invalid(str(_("There is no consent “%(name)s”.") % {"name": name}), field=f"consents.{name}")
        set_consent(
            profile, definition=definitions[name], status=status, cause=cause, source=source, occurred_at=occurred_at
        )


def confirm_consent(
    consent: Consent,
    *,
    cause: Cause,
    source: str = ConsentSource.CONFIRMATION,
    source_id: str = "",
    wording_version: int | None = None,
) -> Consent:
    """Accept a consent that waits to be confirmed, on the words that were shown; anything else stays as it is."""
    with caused_by(cause), transaction.atomic():
        lock_profiles([consent.profile_id])
        consent.refresh_from_db()
        if consent.waits(clock.now()):
            consent.status = ConsentStatus.ACCEPTED
            consent.source, consent.source_id = source, source_id
            consent.wording_version = wording_version or consent.wording_version
            consent.is_confirmation = True
            consent.save()
        return consent


def accept_legal_bases(
    profile_id: int, *, definitions: Iterable[ConsentDefinition], source: str, source_id: str, cause: Cause
) -> None:
    """Set legal bases to accepted that an order or an account gives, unless the person refused them.

    The caller holds the lock of the profile.
    """
    rows = list(definitions)
    if not rows:
        return
    with caused_by(cause), transaction.atomic(savepoint=False):
        held = {row.definition_id: row for row in Consent.objects.filter(profile=profile_id, definition__in=rows)}
        for definition in rows:
            consent = held.get(definition.pk) or Consent(profile_id=profile_id, definition=definition)
            if consent.pk is None or consent.status == ConsentStatus.UNKNOWN:
                consent.definition = definition
                consent.status, consent.source, consent.source_id = ConsentStatus.ACCEPTED, source, source_id
                consent.is_locked = True
                consent.save()


def settle_consent(consent: Consent, before: Mapping[str, Any]) -> None:
    """Apply the rules of status, stamp the time and the expiry; raises Refused or Invalid."""
    check_choice(consent, "status")
    _settle_status(consent, before)
    read_texts(consent, before)
    if differs(consent, before, "status"):
        consent.changed_at = consent.occurred_at_given or clock.now()
        consent.expires_at = end_of(consent.definition, str(consent.status), consent.changed_at)


def end_of(definition: ConsentDefinition, status: str, since: datetime) -> datetime | None:
    """Return when an acceptance, or the question to confirm one, runs out; None for what lasts."""
    days = {
        ConsentStatus.ACCEPTED.value: definition.expires_after_days,
        ConsentStatus.TO_CONFIRM.value: definition.confirm_within_days,
    }.get(status)
    return since + timedelta(days=days) if days else None


def write_history(changes: list[Change]) -> None:
    """Append what changed to the history of consents."""
    lines = []
    for change in changes:
        row: Consent = change.row
        old = ConsentStatus.UNKNOWN if change.created else change.before.get("status", row.status)
        if old == row.status or change.deleted:
            continue
        lines.append(
            ConsentChange(
                profile_id=row.profile_id,
                definition_id=row.definition_id,
                old_status=old,
                status=row.status,
                source=row.source,
                source_id=row.source_id,
                wording_version=row.wording_version,
                occurred_at=change.occurred_at,
                recorded_at=change.recorded_at,
                **change.cause.columns(),
            )
        )
    db.insert_rows(lines)


def _settle_status(consent: Consent, before: Mapping[str, Any]) -> None:
    old = before.get("status", ConsentStatus.UNKNOWN)
    if consent.status == old:
        return
    definition = consent.definition
    is_legal_basis = definition.kind == ConsentDefinition.Kind.LEGAL_BASIS
    if is_legal_basis and old == ConsentStatus.REFUSED and consent.status != ConsentStatus.UNKNOWN:
        raise Refused(str(_("A refused legal basis goes to unknown before anything else.")))
    # What an import brings was confirmed where it comes from.
    is_confirmed = consent.is_confirmation or current().origin == Origin.IMPORT
    if consent.status == ConsentStatus.ACCEPTED and definition.is_double_opt_in and not is_confirmed:
        consent.status = ConsentStatus.TO_CONFIRM


def _newest_wording(definition: ConsentDefinition) -> int | None:
    rows = ConsentWording.objects.filter(definition=definition)
    return rows.aggregate(newest=models.Max("version"))["newest"]
