"""Events of consents: one for each that changed its status."""

from collections.abc import Iterator

from crm.models import Consent, ConsentStatus
from crm.signals import Change
from triggers.models import Event, Kind
from triggers.services import event_of


def consent_events(changes: list[Change]) -> Iterator[Event]:
    """Say which consents changed; one noted as unknown that was not known before is no change."""
    for change in changes:
        row: Consent = change.row
        old = ConsentStatus.UNKNOWN.value if change.created else change.before.get("status", row.status)
        if change.deleted or old == row.status:
            continue
        definition = row.definition
        seen = {
            "name": definition.name,
            "label": definition.label_in(""),
            "status": str(row.status),
            "old_status": str(old),
            "source": str(row.source),
            "kind": definition.kind,
        }
        yield event_of(change, Kind.CONSENT_CHANGED, row.profile_id, name=definition.name, snapshot={"consent": seen})
