"""Integrations that are set up, and deliveries that leave by them."""

from typing import Any

from actions.integrations import save_integration
from actions.models import Delivery, Integration
from crm.models import Profile
from tests.factories.deliveries import a_delivery, a_profile

MOBILE = "+33612345678"


def an_integration(kind: str, settings: dict[str, Any], secrets: dict[str, str], *, is_active: bool) -> Integration:
    """Return the one of its kind, changed where there is one already."""
    row = Integration.objects.filter(kind=kind).first() or Integration(kind=kind)
    return save_integration(row, name=kind, settings=settings, secrets=secrets, is_active=is_active)


def a_twilio(
    url: str = "https://twilio.example", *, account: str = "AC123", is_active: bool = True, **settings: Any
) -> Integration:
    """Return an account of Twilio."""
    given = {"url": url, "account_sid": account, "sender": "+33700000000", "countries": [], "french_hours": False}
    secrets = {"auth_token": "twilio-token"}
    return an_integration("twilio", {**given, "stop_text": "STOP", **settings}, secrets, is_active=is_active)


def a_whatsapp(url: str = "https://meta.example", *, number: str = "555", is_active: bool = True) -> Integration:
    """Return a number of WhatsApp."""
    secrets = {"access_token": "meta-token", "app_secret": "app-secret", "verify_token": "verify-me"}
    return an_integration("whatsapp", {"url": url, "phone_number_id": number}, secrets, is_active=is_active)


def a_brevo(url: str = "https://brevo.example", *, is_active: bool = True) -> Integration:
    """Return an account of Brevo."""
    secrets = {"api_key": "xkeysib-1", "callback_token": "brevo-calls"}
    return an_integration("brevo", {"url": url}, secrets, is_active=is_active)


def a_mobile_profile(*, accepts: tuple[str, ...] = ("NewsSms",), **fields: Any) -> Profile:
    """Return a profile with a mobile."""
    return a_profile(accepts=accepts, **{"mobile": MOBILE, "country": "FR", "first_name": "Zoé", **fields})


def an_sms(text: str = "Hello {{ profile.first_name }}", profile: Profile | None = None, **columns: Any) -> Delivery:
    """Return a planned marketing SMS that is due."""
    profile = profile or a_mobile_profile()
    values = {
        "channel": "sms",
        "recipient": profile.mobile,
        "parts": {"language": "en", "texts": {"text": text}},
        "rules": {"purpose": "marketing", "consents": ["NewsSms"]},
    }
    return a_delivery(profile, **{**values, **columns})


def a_whatsapp_message(profile: Profile | None = None, **columns: Any) -> Delivery:
    """Return a planned WhatsApp template that is due."""
    profile = profile or a_mobile_profile()
    parts = {
        "language": "fr",
        "code": "fr",
        "template": "welcome_back",
        "components": [
            {"type": "header", "texts": ["header"]},
            {"type": "body", "texts": ["1", "2"]},
            {"type": "button", "sub_type": "url", "index": "0", "texts": ["button"]},
        ],
        "texts": {"header": "Promo", "button": "X1", "1": "{{ profile.first_name }}", "2": "two\n lines"},
    }
    values = {
        "channel": "whatsapp",
        "recipient": profile.mobile,
        "parts": parts,
        "rules": {"purpose": "marketing", "consents": ["NewsSms"]},
    }
    return a_delivery(profile, **{**values, **columns})


def a_brevo_call(operation: str, *, texts: dict[str, str] | None = None, **columns: Any) -> Delivery:
    """Return a planned call of Brevo that is due; `list`, `lists` and `template` say with what."""
    profile = columns.pop("profile", None) or a_profile(first_name="Zoé")
    named = {name: columns.pop(name) for name in ("list", "lists", "template") if name in columns}
    values = {
        "channel": "brevo",
        "parts": {"operation": operation, "name": "Brevo", "texts": texts or {}, **named},
        "rules": {"purpose": "contact", "consents": []},
    }
    return a_delivery(profile, **{**values, **columns})
