"""Deliveries and what they need."""

import uuid
from datetime import UTC, datetime
from itertools import count
from typing import Any

from actions.models import Content, Delivery, Integration
from crm import clock
from crm.cause import Cause, Origin
from crm.models import ConsentDefinition, Profile
from crm.services.consents import set_consent
from crm.services.profiles import upsert_profile

BY_HAND = Cause(Origin.BACK_OFFICE)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
_numbers = count(1)


def a_definition(name: str = "NewsEmail", *, kind: str = "consent") -> ConsentDefinition:
    """Return a consent definition."""
    label = {"en": f"{name} (en)", "fr": f"{name} (fr)"}
    return ConsentDefinition.objects.get_or_create(name=name, defaults={"kind": kind, "label": label})[0]


def a_profile(email: str | None = None, *, accepts: tuple[str, ...] = ("NewsEmail",), **fields: Any) -> Profile:
    """Return a profile that accepts consents (made as consents where they do not exist)."""
    address = f"person{next(_numbers)}@example.com" if email is None else email
    external_id = "" if address else uuid.uuid4().hex
    profile, _created = upsert_profile(cause=BY_HAND, email=address, external_id=external_id, fields=fields)
    for name in accepts:
        set_consent(profile, definition=a_definition(name), status="accepted", cause=BY_HAND)
    return profile


def a_delivery(profile: Profile | None = None, **columns: Any) -> Delivery:
    """Return a planned marketing e-mail that is due."""
    profile = profile or a_profile()
    parts = columns.pop("parts", None) or {
        "language": "en",
        "subject": "Hello {{ profile.first_name }}",
        "html": "<p>Hello {{ profile.first_name }}</p>",
        "text": "",
    }
    values = {
        "channel": "email",
        "recipient": profile.email,
        "content": Content.of(parts),
        "context": {"profile": {"first_name": profile.first_name, "email": profile.email}, "data": {}, "site": {}},
        "rules": {"purpose": "marketing", "consents": ["NewsEmail"]},
        "planned_at": clock.now(),
        "due_at": clock.now(),
    }
    return Delivery.objects.create(profile=profile, **{**values, **columns})


def a_call(target: Integration, **columns: Any) -> Delivery:
    """Return a planned call of a webhook target."""
    values = {
        "channel": "webhook",
        "recipient": target.settings["url"],
        "rules": {"purpose": "none", "consents": [], "target": str(target.uid)},
        "parts": {"type": "workflow.action", "include": ["data", "profile"]},
    }
    return a_delivery(**{**values, **columns})
