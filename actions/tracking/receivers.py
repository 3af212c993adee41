"""What tracking listens to."""

import uuid
from collections.abc import Sequence
from typing import Any

from anymail.signals import tracking

from actions.models import Delivery, Track
from actions.signals import addresses_refused, deliveries_ended
from actions.tracking.addresses import note_refused, settle_unknown
from actions.tracking.provider import take_report
from actions.tracking.recording import Heard, record_heard
from crm.consent_sources import ConsentSource
from crm.models import Consent, ConsentStatus
from crm.signals import Change, changed


def connect() -> None:
    """Connect the receivers, once."""
    addresses_refused.connect(note_refused, dispatch_uid="actions.note_refused")
    deliveries_ended.connect(settle_unknown, dispatch_uid="actions.settle_unknown")
    tracking.connect(take_report, dispatch_uid="actions.take_report")
    changed.connect(note_unsubscribed, sender=Consent, dispatch_uid="actions.note_unsubscribed")


def note_unsubscribed(changes: Sequence[Change], **_kwargs: Any) -> None:
    """Note which message somebody unsubscribed from, once for all the consents that allowed it."""
    uids = set()
    for change in changes:
        row: Consent = change.row
        if not change.deleted and row.source == ConsentSource.UNSUBSCRIBE and row.status == ConsentStatus.REFUSED:
            try:
                uids.add(uuid.UUID(row.source_id))
            except ValueError:
                continue
    for delivery in Delivery.objects.filter(uid__in=uids).order_by("profile_id") if uids else ():
        record_heard(delivery, [Heard(Track.Kind.UNSUBSCRIBE, once=f"unsubscribe:{delivery.pk}")])
