"""Addresses under which the other side of an integration calls us: secret, and made of nothing but its uid."""

import base64
import uuid

from django.conf import settings
from django.core import signing
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.urls import reverse

from actions.models import Integration

#: bytes: providers gather thousands of events into one call, more than a form of ours may hold
MOST_SAID = 20 * 1024 * 1024

_signer = signing.Signer(salt="actions.integrations")


def callback_url(row: Integration, what: str) -> str:
    """Return the secret address for one kind of call."""
    token = _signer.sign(base64.urlsafe_b64encode(row.uid.bytes).decode().rstrip("="))
    return f"{settings.SITE_URL}{reverse('integration-callback', args=[token, what])}"


def integration_of(token: str) -> Integration | None:
    """Return the integration whose address holds the token; None for a token that is not ours."""
    try:
        raw = base64.urlsafe_b64decode(_signer.unsign(token) + "==")
        return Integration.objects.filter(uid=uuid.UUID(bytes=raw)).first()
    except (signing.BadSignature, ValueError):
        return None


def said_in(request: HttpRequest) -> bytes:
    """Return what a provider says; raises RequestDataTooBig. The request cannot be read a second time."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_SAID:
        raise RequestDataTooBig
    return request.read()
