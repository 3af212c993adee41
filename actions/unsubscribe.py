"""One-click unsubscribe (RFC 8058): an opaque token per delivery, and what a click on it does."""

from actions.guards import accepted_consents
from actions.links import UNSUBSCRIBE
from actions.models import Delivery
from crm.cause import Cause, Origin
from crm.consent_sources import ConsentSource
from crm.models import ConsentDefinition, ConsentStatus
from crm.services.consents import set_consent


def delivery_of(token: str) -> Delivery | None:
    """Return the delivery that a token was made for; None for a token that is not ours."""
    uid = UNSUBSCRIBE.uid(token)
    return Delivery.objects.select_related("profile").filter(uid=uid).first() if uid else None


def grounds_of(delivery: Delivery) -> list[ConsentDefinition]:
    """Return the consents (or legal bases) that allow this message now."""
    named = delivery.rules.get("consents", [])
    accepted = accepted_consents([delivery.profile_id], named)[delivery.profile_id]
    return list(ConsentDefinition.objects.filter(name__in=accepted).order_by("name"))


def unsubscribe(delivery: Delivery) -> list[str]:
    """Refuse the consents that allowed this message; returns their technical names. A second call changes nothing."""
    refused = grounds_of(delivery)
    for definition in refused:
        set_consent(
            delivery.profile,
            definition=definition,
            status=ConsentStatus.REFUSED,
            cause=Cause(Origin.MODULE),
            source=ConsentSource.UNSUBSCRIBE,
            source_id=str(delivery.uid),
        )
    return [definition.name for definition in refused]
