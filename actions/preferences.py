"""The preference centre: what a profile may choose about its consents and legal bases, and its choices."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from crm import clock
from crm.cause import Cause, Origin
from crm.consent_sources import ConsentSource
from crm.models import Consent, ConsentDefinition, ConsentStatus, Profile
from crm.services.consents import set_consent
from crm.services.following import refuse_tracking
from crm.tracked import lock_profiles

REFUSE_ALL = "refuse_all"
#: the box about being followed, and the mark that the page showed it: a box that is not ticked is not posted
TRACKING, TRACKING_SHOWN = "refuses-tracking", "asks-tracking"


@dataclass(frozen=True, slots=True)
class Choice:
    """A consent or legal basis as its page shows it."""

    definition: ConsentDefinition
    label: str
    words: str
    wording_version: int | None
    status: str

    @property
    def is_legal_basis(self) -> bool:
        """Tell whether it is the law's, and objected to, rather than given."""
        return self.definition.kind == ConsentDefinition.Kind.LEGAL_BASIS

    @property
    def options(self) -> list[tuple[str, str]]:
        """What may be chosen; a legal basis that was refused comes back to unknown, never to accepted."""
        if not self.is_legal_basis:
            return [("accepted", _("I accept")), ("refused", _("I refuse"))]
        if self.status == ConsentStatus.REFUSED:
            return [("refused", _("I object")), ("unknown", _("I no longer object"))]
        return [(self.status, _("I leave it as it is")), ("refused", _("I object"))]

    @property
    def chosen(self) -> str:
        """Which option stands."""
        return "accepted" if self.status == ConsentStatus.TO_CONFIRM else self.status


def choices_of(profile: Profile, language: str) -> list[Choice]:
    """List what a profile may choose, consents first; three queries."""
    definitions = ConsentDefinition.objects.filter(is_archived=False).order_by("kind", "name")
    held = {row.definition_id: row for row in Consent.objects.filter(profile=profile)}
    choices = []
    for definition in definitions.prefetch_related("wordings"):
        wording, status = definition.wording_in(language), _standing(held.get(definition.pk))
        text, version = (wording.text, wording.version) if wording else ("", None)
        choices.append(Choice(definition, definition.label_in(language), text, version, status))
    return choices


def accepts_more(profile: Profile, posted: Mapping[str, str], language: str) -> bool:
    """Tell whether something posted allows what was not allowed before; three queries."""
    if REFUSE_ALL in posted:
        return False
    wanted = ((choice, posted.get(f"consent-{choice.definition.name}", "")) for choice in choices_of(profile, language))
    return any(value not in ("", ConsentStatus.REFUSED, choice.chosen) for choice, value in wanted)


def save_choices(profile: Profile, posted: Mapping[str, str], language: str) -> int:
    """Set what was chosen, all or nothing; what is no choice of the page is passed over. Returns how many changed."""
    changed = 0
    with transaction.atomic():
        lock_profiles([profile.pk])
        for choice in choices_of(profile, language):
            name = choice.definition.name
            wanted = posted.get(f"consent-{name}", "")
            if REFUSE_ALL in posted:
                wanted = "" if choice.is_legal_basis else ConsentStatus.REFUSED.value
            if wanted == choice.chosen or wanted not in dict(choice.options):
                continue
            set_consent(
                profile,
                definition=choice.definition,
                status=wanted,
                cause=Cause(Origin.MODULE),
                source=ConsentSource.PREFERENCE_CENTRE,
                wording_version=choice.definition.version_seen(posted.get(f"wording-{name}"), language),
            )
            changed += 1
        if TRACKING_SHOWN in posted:
            refuses = TRACKING in posted or REFUSE_ALL in posted
            changed += refuse_tracking(profile, refuses=refuses, cause=Cause(Origin.MODULE))
    return changed


def _standing(consent: Consent | None) -> str:
    """Return where a consent stands; what has run out is unknown already."""
    if consent is None or (consent.expires_at is not None and consent.expires_at <= clock.now()):
        return ConsentStatus.UNKNOWN.value
    return str(consent.status)
