"""An example of each kind of action: what a user fills in, and what must stand in the database for it."""

from collections.abc import Callable
from typing import Any

from actions.integrations import make_target
from crm.models import CustomField, Site, Template, TemplateText, User
from crm.services.coupon_codes import add_codes
from tests.factories.deliveries import a_definition
from tests.factories.integrations import a_brevo
from tests.factories.points import CouponPoolFactory


def a_template(kind: str = "marketing", **texts: str) -> Template:
    """Return a template with a text in each language (subject by language)."""
    template = Template.objects.create(name="Welcome", kind=kind)
    for language, subject in (texts or {"fr": "Bonjour", "en": "Hello"}).items():
        TemplateText.objects.create(
            template=template, language=language, subject=subject, html=f"<p>{subject} {{{{ profile.first_name }}}}</p>"
        )
    return template


def send_email() -> dict[str, Any]:
    Site.current()
    a_definition()
    template = a_template()
    return {
        "to": "profile",
        "purpose": "marketing",
        "consents": ["NewsEmail"],
        "source": "template",
        "template": str(template.uid),
    }


def own_email() -> dict[str, Any]:
    a_definition("LegalBasisOrder", kind="legal_basis")
    return {
        "to": "profile",
        "purpose": "service",
        "consents": ["LegalBasisOrder"],
        "source": "own",
        "subject": "Thank you {{ profile.first_name }}",
        "preheader": "",
        "html": "<p>Thanks</p>",
        "text": "",
        "sender_name": "",
        "sender_email": "",
        "reply_to": "",
    }


def team_email() -> dict[str, Any]:
    return {
        **{name: value for name, value in own_email().items() if name not in ("purpose", "consents")},
        "to": "team",
        "addresses": ["a@example.com", "b@example.com"],
    }


def points_on_order() -> dict[str, Any]:
    return {"points": 1, "per": 100, "statuses": ["paid", "shipped", "delivered"]}


def call_webhook() -> dict[str, Any]:
    target, _secret = make_target(name="Shop", url="https://shop.example/hook")
    return {"target": str(target.uid), "event": "workflow.action", "include": ["profile", "data"]}


def send_sms() -> dict[str, Any]:
    a_definition("NewsSms")
    return {"purpose": "marketing", "consents": ["NewsSms"], "text": "Hello {{ profile.first_name }}"}


def service_sms() -> dict[str, Any]:
    a_definition("LegalBasisOrder", kind="legal_basis")
    return {"purpose": "service", "consents": ["LegalBasisOrder"], "text": "Your parcel left."}


def send_whatsapp() -> dict[str, Any]:
    a_definition("NewsWhatsApp")
    return {
        "purpose": "marketing",
        "consents": ["NewsWhatsApp"],
        "template": "welcome_back",
        "codes": "fr, en_US",
        "body": ["{{ profile.first_name }}", "10 %", "10 %"],
        "header": "",
        "button": "{{ data.coupon.code }}",
    }


def brevo_contact() -> dict[str, Any]:
    a_brevo()
    return {"attributes": ["FIRSTNAME = {{ profile.first_name }}", "CITY={{ profile.city }}"], "lists": "3, 7"}


def brevo_list() -> dict[str, Any]:
    a_brevo()
    return {"list": 3}


def brevo_template() -> dict[str, Any]:
    a_brevo()
    a_definition()
    return {
        "purpose": "marketing",
        "consents": ["NewsEmail"],
        "template": 12,
        "params": ["name = {{ profile.first_name }}"],
    }


def set_custom_field() -> dict[str, Any]:
    CustomField.objects.create(label="Size", name="size", type="number")
    return {"field": "custom.size", "mode": "value", "value": "42.5"}


def notify_team() -> dict[str, Any]:
    User.objects.create_user("anna", "anna@example.com", is_staff=True)
    return {"users": ["anna"], "addresses": ["team@example.com"], "subject": "New", "text": "{{ profile.email }}"}


def give_coupon() -> dict[str, Any]:
    return {"pool": str(CouponPoolFactory(is_generated=True).uid), "announce": None}


def give_announced_coupon() -> dict[str, Any]:
    target, _secret = make_target(name="Shop", url="https://shop.example/hook")
    pool = CouponPoolFactory()
    add_codes(pool, codes=[f"CODE{number}" for number in range(100)])
    return {"pool": str(pool.uid), "announce": str(target.uid)}


def ask_consent() -> dict[str, Any]:
    a_definition("Question")
    return {"consent": "Question"}


def withdraw_consent() -> dict[str, Any]:
    a_definition("NewsEmail")
    a_definition("LegalBasisOptin", kind="legal_basis")
    return {"consents": ["LegalBasisOptin", "NewsEmail"]}


#: (kind, how to make an example)
EXAMPLES: list[tuple[str, Callable[[], dict[str, Any]]]] = [
    ("send_email", send_email),
    ("send_email", own_email),
    ("send_email", team_email),
    ("send_sms", send_sms),
    ("send_sms", service_sms),
    ("send_whatsapp", send_whatsapp),
    ("brevo_contact", brevo_contact),
    ("brevo_add_to_list", brevo_list),
    ("brevo_remove_from_list", brevo_list),
    ("brevo_template", brevo_template),
    ("points_on_order", points_on_order),
    ("give_points", lambda: {"points": 50, "reason": "Welcome"}),
    ("take_points", lambda: {"points": 5, "reason": ""}),
    ("give_coupon", give_coupon),
    ("give_coupon", give_announced_coupon),
    ("ask_consent", ask_consent),
    ("withdraw_consent", withdraw_consent),
    ("add_tag", lambda: {"tag": "VIP"}),
    ("remove_tag", lambda: {"tag": "VIP"}),
    ("set_field", lambda: {"field": "city", "mode": "value", "value": "Lyon"}),
    ("set_field", lambda: {"field": "company", "mode": "copy", "source": "city"}),
    ("set_field", lambda: {"field": "company", "mode": "clear"}),
    ("set_field", set_custom_field),
    ("call_webhook", call_webhook),
    ("notify_team", notify_team),
]
