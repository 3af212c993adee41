"""What a shop begins with: the consents and legal bases that every shop of this kind knows, and its settings."""

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from crm.models import ConsentDefinition, PointsProgramme, Site

_CONSENT, _BASIS = ConsentDefinition.Kind.CONSENT, ConsentDefinition.Kind.LEGAL_BASIS


def make_beginnings() -> None:
    """Make what is missing: NewsEmail, NewsSMS, LegalBasisOptin, LegalBasisOrder, the site, the points programme."""
    with transaction.atomic():
        made = {
            name: ConsentDefinition.objects.get_or_create(
                name=name, defaults={"label": label, "kind": kind, "channels": channels}
            )[0]
            for name, label, kind, channels in _definitions()
        }
        ours = {"language": settings.LANGUAGE_CODE, "time_zone": settings.TIME_ZONE}
        site = Site.objects.get_or_create(pk=1, defaults=ours)[0]
        if not site.order_legal_bases.exists():
            site.order_legal_bases.add(made["LegalBasisOrder"])
        if not site.account_legal_bases.exists():
            site.account_legal_bases.add(made["LegalBasisOptin"])
        PointsProgramme.objects.get_or_create(
            pk=1, defaults={"is_active": False, "crediting_statuses": ["paid", "shipped", "delivered"]}
        )


def _definitions() -> list[tuple[str, dict[str, str], str, list[str]]]:
    labels = {"en": _labels("en"), "fr": _labels("fr")}
    kinds = {
        "NewsEmail": (_CONSENT, ["email"]),
        "NewsSMS": (_CONSENT, ["sms"]),
        "LegalBasisOptin": (_BASIS, ["email", "sms", "phone"]),
        "LegalBasisOrder": (_BASIS, ["email", "sms", "phone"]),
    }
    return [(name, {language: said[name] for language, said in labels.items()}, *kind) for name, kind in kinds.items()]


def _labels(language: str) -> dict[str, str]:
    with override(language):
        return {
            "NewsEmail": _("Newsletter by e-mail"),
            "NewsSMS": _("Offers by SMS"),
            "LegalBasisOptin": _("Legitimate interest: customer account"),
            "LegalBasisOrder": _("Contract: follow-up of an order"),
        }
