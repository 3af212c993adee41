"""What POST /consents takes, and which service it calls."""

from django.utils.translation import gettext as _
from pydantic import Field

from crm.api.customer_bodies import ConsentWord
from crm.api.people import CustomerRef, row_id, whom
from crm.api.problems import not_found
from crm.api.values import Body, Instant
from crm.cause import current
from crm.models import ConsentDefinition, Profile
from crm.services.consents import set_consent


class ConsentIn(Body):
    """One consent, named by its technical name or its id, and where it stands now."""

    consent_tech_name: str = Field("", max_length=60)
    consent_id: str = Field("", max_length=20)
    status: ConsentWord
    source: str = Field("api", max_length=60)
    source_id: str = Field("", max_length=120)
    occurred_at: Instant | None = None


class ConsentPost(Body):
    """Whose consent, which, and where it stands."""

    customer: CustomerRef
    consent: ConsentIn


def save_consent(body: ConsentPost) -> Profile:
    """Set the consent of a body; returns whose it is."""
    consent = body.consent
    profile = whom(body.customer)
    set_consent(
        profile,
        definition=_definition(consent),
        status=consent.status,
        cause=current(),
        source=consent.source,
        source_id=consent.source_id,
        occurred_at=consent.occurred_at,
    )
    return profile


def _definition(consent: ConsentIn) -> ConsentDefinition:
    rows = ConsentDefinition.objects.filter(is_archived=False)
    if consent.consent_tech_name:
        found = rows.filter(name=consent.consent_tech_name).first()
    else:
        found = rows.filter(pk=row_id(consent.consent_id)).first()
    if found is None:
        named = consent.consent_tech_name or consent.consent_id
        raise not_found(
            "unknown-consent",
            _("There is no such consent"),
            _("No consent is called “%(named)s”; GET /api/v2/consents lists them.") % {"named": named},
        )
    return found
