"""How long consents last: so many days, prolonged by acts that their definition names."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import models, transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from crm import clock, db
from crm.cause import Cause, Origin, caused_by
from crm.consent_sources import ConsentSource
from crm.models import Consent, ConsentDefinition, ConsentStatus
from crm.periodic import periodic
from crm.tracked import lock_profiles
from crm.turns import each_alone

BATCH = 500
HOUR = 3600
#: what runs out: an acceptance, and the question to confirm one
RUN_OUT = (ConsentStatus.ACCEPTED, ConsentStatus.TO_CONFIRM)


class Act(models.TextChoices):
    """What a person does that may prolong a consent."""

    ORDER = "order", _("An order")
    PARTICIPATION = "participation", _("Taking part in a module")
    OPEN = "open", _("Opening a message")
    CLICK = "click", _("Clicking in a message")


def prolong(profile_ids: Iterable[int], *, act: str, at: datetime) -> int:
    """Let accepted consents whose definition names the act last from `at` on; returns how many do.

    One that had run out before the act is not revived. One query, and one for each definition that names the act.
    """
    definitions = ConsentDefinition.objects.filter(expires_after_days__isnull=False)
    number = 0
    for definition in definitions.only("expires_after_days", "prolonged_by"):
        if act not in definition.prolonged_by:
            continue
        until = at + timedelta(days=definition.expires_after_days or 0)
        for batch in db.batches(profile_ids):
            rows: QuerySet[Consent] = QuerySet(Consent).filter(
                profile__in=batch, definition=definition, expires_at__gt=at, expires_at__lt=until
            )
            number += rows.filter(status=ConsentStatus.ACCEPTED).update(expires_at=until)
    return number


def change_duration(definition: ConsentDefinition, *, old: int | None) -> int:
    """Let a definition's new number of days count for consents already given; returns for how many it does."""
    new = definition.expires_after_days
    if new == old:
        return 0
    rows: QuerySet[Consent] = QuerySet(Consent).filter(definition=definition, status=ConsentStatus.ACCEPTED)
    if new is None:
        return rows.update(expires_at=None)
    if old is None:
        return rows.update(expires_at=F("changed_at") + timedelta(days=new))
    return rows.update(expires_at=F("expires_at") + timedelta(days=new - old))


def expire_consents(*, limit: int = BATCH) -> int:
    """Set accepted consents, and questions nobody answered, that have run out to unknown; returns how many."""
    expired: list[int] = []

    def expire(consent: Consent) -> None:
        with caused_by(Cause(Origin.BACK_OFFICE, actor="expiry")), transaction.atomic():
            lock_profiles([consent.profile_id])
            consent.refresh_from_db(fields=["status", "expires_at"])
            runs_out = consent.expires_at is not None and consent.expires_at <= clock.now()
            if consent.status in RUN_OUT and runs_out:
                consent.status, consent.source, consent.source_id = ConsentStatus.UNKNOWN, ConsentSource.EXPIRY, ""
                consent.save()
                expired.append(consent.pk)

    due = Consent.objects.filter(status__in=RUN_OUT, expires_at__lte=clock.now()).order_by("expires_at")
    each_alone(due.select_related("definition")[:limit], expire)
    return len(expired)


@periodic(every=HOUR)
def expire_due_consents() -> None:
    """Work off all consents that have run out."""
    while expire_consents():
        pass
